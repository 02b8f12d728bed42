#include "services/catalog/service/article_handlers.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/filter/expression.h"
#include "common/position/position.h"
#include "services/catalog/service/article_names.h"
#include "services/catalog/service/request_checks.h"

namespace dateline::catalog::service {
namespace {

// `view`, or what an unspecified one stands for.
content::v1::ArticleView ViewOr(content::v1::ArticleView view, content::v1::ArticleView otherwise) {
  return view == content::v1::ARTICLE_VIEW_UNSPECIFIED ? otherwise : view;
}

// An order as AIP-132 writes it: a name, and ` desc` for one that falls.
absl::StatusOr<store::ArticleOrder> OrderIn(absl::string_view text) {
  static constexpr std::pair<absl::string_view, store::ListInstant> kInstants[] = {
      {"create_time", store::ListInstant::kCreate},
      {"publish_time", store::ListInstant::kPublish},
      {"modify_time", store::ListInstant::kModify}};
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (words.empty()) return store::ArticleOrder{};
  const auto bad = [&](absl::string_view word, absl::string_view why) {
    return filter::BadExpression("order_by", static_cast<int>(word.data() - text.data()) + 1, why);
  };
  for (const auto& [name, instant] : kInstants) {
    if (words[0] != name) continue;
    if (words.size() == 1) return store::ArticleOrder{instant, /*falling=*/false};
    if (words[1] != "desc") return bad(words[1], "expected desc or the end");
    if (words.size() > 2) return bad(words[2], "expected the end");
    return store::ArticleOrder{instant, /*falling=*/true};
  }
  return bad(words[0], "expected create_time, publish_time or modify_time, with desc behind it");
}

// Where a page begins, as a token holds it.
absl::StatusOr<store::ListPlace> PlaceIn(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(text, ' ');
  int64_t micros = 0;
  store::ListPlace place;
  if (!absl::SimpleAtoi(parts.first, &micros) || !absl::SimpleAtoi(parts.second, &place.key)) {
    return error::InvalidPageToken();
  }
  place.time = absl::FromUnixMicros(micros);
  return place;
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
  store::ArticleList list;
  list.publication = request.publication();
  for (const int state : request.states()) {
    if (state == content::v1::ARTICLE_STATE_UNSPECIFIED) {
      return error::InvalidField("states", "must be states of articles");
    }
    list.states.push_back(static_cast<content::v1::ArticleState>(state));
  }
  if (!request.filter().empty()) {
    DATELINE_ASSIGN_OR_RETURN(list.expression, filter::ParseExpression(request.filter(), "filter",
                                                                       store::kArticleFields));
  }
  DATELINE_ASSIGN_OR_RETURN(list.order, OrderIn(request.order_by()));
  const std::string bound = BoundArguments(request);
  if (!request.page_token().empty()) {
    DATELINE_ASSIGN_OR_RETURN(const std::string place, codec_.Decode(request.page_token(), bound));
    DATELINE_ASSIGN_OR_RETURN(list.after, PlaceIn(place));
  }
  list.limit = api::PageSizeOf(request.page_size());
  list.view = ViewOr(request.view(), content::v1::ARTICLE_VIEW_BASIC);
  DATELINE_ASSIGN_OR_RETURN(auto found, articles_.ListArticles(context, list));
  for (v1::ArticleRecord& record : found.message.records) {
    ApplyReadMask(request.read_mask(), &record);
    *response->add_records() = std::move(record);
  }
  if (const auto& next = found.message.next; next.has_value()) {
    response->set_next_page_token(
        codec_.Encode(absl::StrCat(absl::ToUnixMicros(next->time), " ", next->key), bound));
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
      articles_.ListCluster(context, std::string(api::IdInName(api::kClusters, request.parent())),
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
