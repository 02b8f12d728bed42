#include "services/catalog/service/article_handlers.h"

#include <utility>
#include <vector>

#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"

namespace dateline::catalog::service {
namespace {

// `view`, or what an unspecified one stands for.
content::v1::ArticleView ViewOr(content::v1::ArticleView view, content::v1::ArticleView otherwise) {
  return view == content::v1::ARTICLE_VIEW_UNSPECIFIED ? otherwise : view;
}

}  // namespace

absl::Status ArticleHandlers::GetArticle(const RequestContext& context,
                                         const v1::GetArticleRequest& request,
                                         v1::GetArticleResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckReadMask<v1::ArticleRecord>(request.read_mask()));
  DATELINE_ASSIGN_OR_RETURN(
      auto found, articles_.GetArticle(context, api::IdInName(api::kArticles, request.name()),
                                       ViewOr(request.view(), content::v1::ARTICLE_VIEW_FULL),
                                       request.revision()));
  ApplyReadMask(request.read_mask(), &found.message);
  *response->mutable_record() = std::move(found.message);
  response->set_position(EncodePosition(found.position));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchGetArticles(const RequestContext& context,
                                               const v1::BatchGetArticlesRequest& request,
                                               v1::BatchGetArticlesResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckReadMask<v1::ArticleRecord>(request.read_mask()));
  std::vector<std::string> ids;
  for (const std::string& name : request.names()) {
    // The rules let an empty name pass, as one that is not set.
    DATELINE_ASSIGN_OR_RETURN(std::string id, api::ParseName(api::kArticles, name, "names"));
    ids.push_back(std::move(id));
  }
  DATELINE_ASSIGN_OR_RETURN(
      auto found, articles_.BatchGetArticles(
                      context, ids, ViewOr(request.view(), content::v1::ARTICLE_VIEW_BASIC),
                      request.revision()));
  for (v1::ArticleRecord& record : found.message) {
    ApplyReadMask(request.read_mask(), &record);
    *response->add_records() = std::move(record);
  }
  response->set_position(EncodePosition(found.position));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchUpsertArticles(const RequestContext& context,
                                                  const v1::BatchUpsertArticlesRequest& request,
                                                  v1::BatchUpsertArticlesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(*response, articles_.UpsertArticles(context, request));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchAddArticleTopics(const RequestContext& context,
                                                    const v1::BatchAddArticleTopicsRequest& request,
                                                    v1::BatchAddArticleTopicsResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(*response, articles_.AddArticleTopics(context, request));
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
