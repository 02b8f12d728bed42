#include "services/catalog/service/article_handlers.h"

#include <utility>
#include <vector>

#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/service/article_names.h"
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

absl::Status ArticleHandlers::ResolvePath(const RequestContext& context,
                                          const v1::ResolvePathRequest& request,
                                          v1::ResolvePathResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(auto found,
                            articles_.ResolvePath(context, request.publication(), request.path()));
  if (found.message.redirect_target.empty()) {
    *response->mutable_record() = std::move(found.message.record);
  } else {
    response->set_redirect_target(std::move(found.message.redirect_target));
  }
  response->set_position(EncodePosition(found.position));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::ListArticles(const RequestContext& context,
                                           const v1::ListArticlesRequest& request,
                                           v1::ListArticlesResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckReadMask<v1::ArticleRecord>(request.read_mask()));
  store::ArticleListFilter filter;
  filter.publication = request.publication();
  for (const int state : request.states()) {
    if (state == content::v1::ARTICLE_STATE_UNSPECIFIED) {
      return error::InvalidField("states", "must be states of articles");
    }
    filter.states.push_back(static_cast<content::v1::ArticleState>(state));
  }
  DATELINE_ASSIGN_OR_RETURN(const int64_t after, NumberInToken(codec_, request));
  DATELINE_ASSIGN_OR_RETURN(
      auto found,
      articles_.ListArticles(context, filter, after, api::PageSizeOf(request.page_size()),
                             ViewOr(request.view(), content::v1::ARTICLE_VIEW_BASIC)));
  for (v1::ArticleRecord& record : found.message.records) {
    ApplyReadMask(request.read_mask(), &record);
    *response->add_records() = std::move(record);
  }
  if (found.message.more) {
    response->set_next_page_token(TokenOfNumber(codec_, request, found.message.last));
  }
  response->set_position(EncodePosition(found.position));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::ListArticleRevisions(const RequestContext& context,
                                                   const v1::ListArticleRevisionsRequest& request,
                                                   v1::ListArticleRevisionsResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const int64_t before, NumberInToken(codec_, request));
  DATELINE_ASSIGN_OR_RETURN(
      auto page,
      articles_.ListRevisions(context, api::IdInName(api::kArticles, request.parent()),
                              static_cast<int32_t>(before), api::PageSizeOf(request.page_size()),
                              ViewOr(request.view(), content::v1::ARTICLE_VIEW_BASIC)));
  if (page.more) {
    response->set_next_page_token(
        TokenOfNumber(codec_, request, page.items.back().snapshot().revision()));
  }
  for (v1::ArticleRevision& revision : page.items) {
    *response->add_revisions() = std::move(revision);
  }
  return absl::OkStatus();
}

absl::Status ArticleHandlers::GetArticleRevision(const RequestContext& context,
                                                 const v1::GetArticleRevisionRequest& request,
                                                 v1::GetArticleRevisionResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const RevisionName name, ParseRevisionName(request.name()));
  DATELINE_ASSIGN_OR_RETURN(*response->mutable_revision(),
                            articles_.GetRevision(context, name.article_id, name.number));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::ListClusterMembers(const RequestContext& context,
                                                 const v1::ListClusterMembersRequest& request,
                                                 v1::ListClusterMembersResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const int64_t after, NumberInToken(codec_, request));
  DATELINE_ASSIGN_OR_RETURN(
      store::ClusterPage page,
      articles_.ListCluster(context, std::string(api::IdInName("clusters", request.parent())),
                            after, api::PageSizeOf(request.page_size())));
  if (page.articles.more) {
    response->set_next_page_token(TokenOfNumber(codec_, request, page.articles.last));
  }
  for (v1::ArticleRecord& record : page.articles.records) {
    *response->add_records() = std::move(record);
  }
  response->set_etag(std::move(page.etag));
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
