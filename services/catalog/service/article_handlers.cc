#include "services/catalog/service/article_handlers.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/catalog/upsert/names.h"
#include "services/catalog/upsert/times.h"

namespace dateline::catalog::service {
namespace {

// A status is asked for when things go wrong: it must not hang on the database for long.
constexpr absl::Duration kStatusTimeout = absl::Seconds(2);

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration proto;
  proto.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  proto.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  return proto;
}

absl::Status CheckView(content::v1::ArticleView view) {
  if (content::v1::ArticleView_IsValid(view)) return absl::OkStatus();
  return error::InvalidField("view", "must be BASIC or FULL");
}

}  // namespace

ArticleHandlers::ArticleHandlers(store::ArticleStore& articles, feed::ChangeFeed& feed,
                                 std::string version, std::function<int()> open_streams,
                                 Clock* clock)
    : articles_(articles),
      feed_(feed),
      version_(std::move(version)),
      open_streams_(std::move(open_streams)),
      clock_(clock),
      started_(clock->Elapsed()) {}

absl::Status ArticleHandlers::GetArticle(const RequestContext& context,
                                         const v1::GetArticleRequest& request,
                                         v1::GetArticleResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckView(request.view()));
  DATELINE_ASSIGN_OR_RETURN(const std::string id, ParseName(kArticles, request.name(), "name"));
  DATELINE_ASSIGN_OR_RETURN(auto found,
                            articles_.GetArticle(context, id, request.view(), request.draft()));
  *response->mutable_article() = std::move(found.message);
  response->set_position(EncodePosition(found.position));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchGetArticles(const RequestContext& context,
                                               const v1::BatchGetArticlesRequest& request,
                                               v1::BatchGetArticlesResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckView(request.view()));
  if (request.names().empty() || request.names_size() > limits::kMaxBatchSize) {
    return error::InvalidField("names", absl::StrCat("must be 1 to ", limits::kMaxBatchSize));
  }
  std::vector<std::string> ids;
  for (int i = 0; i < request.names_size(); ++i) {
    DATELINE_ASSIGN_OR_RETURN(
        std::string id, ParseName(kArticles, request.names(i), absl::StrCat("names[", i, "]")));
    ids.push_back(std::move(id));
  }
  DATELINE_ASSIGN_OR_RETURN(auto found, articles_.BatchGetArticles(context, ids, request.view()));
  for (content::v1::Article& article : found) *response->add_articles() = std::move(article);
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchUpsertArticles(const RequestContext& context,
                                                  const v1::BatchUpsertArticlesRequest& request,
                                                  v1::BatchUpsertArticlesResponse* response) {
  error::FieldViolations violations;
  if (IdInName(kSources, request.source()).empty()) {
    violations.Add("source", "must be sources/{id}");
  }
  if (IdInName(kPublications, request.publication()).empty()) {
    violations.Add("publication", "must be publications/{id}");
  }
  if (request.items_size() > limits::kMaxBatchSize) {
    violations.Add("items", absl::StrCat("must be at most ", limits::kMaxBatchSize));
  }
  if (request.lease_epoch() < 0) violations.Add("lease_epoch", "must not be negative");
  if (request.source_rank() < 0) violations.Add("source_rank", "must not be negative");
  DATELINE_RETURN_IF_ERROR(violations.ToStatus());
  DATELINE_ASSIGN_OR_RETURN(*response, articles_.UpsertArticles(context, request));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::BatchAddArticleTopics(const RequestContext& context,
                                                    const v1::BatchAddArticleTopicsRequest& request,
                                                    v1::BatchAddArticleTopicsResponse* response) {
  error::FieldViolations violations;
  if (request.items_size() > limits::kMaxBatchSize) {
    return error::InvalidField("items", absl::StrCat("must be at most ", limits::kMaxBatchSize));
  }
  for (int i = 0; i < request.items_size(); ++i) {
    const v1::ArticleTopicsToAdd& item = request.items(i);
    if (IdInName(kArticles, item.article()).empty()) {
      violations.Add(absl::StrCat("items[", i, "].article"), "must be articles/{id}");
    }
    if (item.topics_size() > limits::kMaxTopicsPerArticle) {
      violations.Add(absl::StrCat("items[", i, "].topics"),
                     absl::StrCat("must be at most ", limits::kMaxTopicsPerArticle));
      continue;
    }
    for (int j = 0; j < item.topics_size(); ++j) {
      if (!IdInName(kTopics, item.topics(j)).empty()) continue;
      violations.Add(absl::StrCat("items[", i, "].topics[", j, "]"), "must be topics/{id}");
    }
  }
  DATELINE_RETURN_IF_ERROR(violations.ToStatus());
  DATELINE_ASSIGN_OR_RETURN(*response, articles_.AddArticleTopics(context, request));
  return absl::OkStatus();
}

absl::Status ArticleHandlers::GetStatus(const RequestContext& context,
                                        const v1::GetStatusRequest& /*request*/,
                                        v1::GetStatusResponse* response) {
  response->set_version(version_);
  response->set_streams(open_streams_());
  *response->mutable_uptime() = ToProto(clock_->Elapsed() - started_);
  const feed::FeedHead head = feed_.head();
  response->set_head(EncodePosition(head.end));
  response->set_timeline(head.end.timeline());
  if (!head.end.log_id().empty()) *response->mutable_head_time() = TimeToProto(head.at);
  const auto status = feed_.log().ReadStatus(context.WithTimeout(kStatusTimeout));
  response->set_database_reachable(status.ok());
  if (!status.ok()) return absl::OkStatus();
  response->set_timeline(status->head.position.timeline());
  *response->mutable_oldest_writer_age() = ToProto(status->oldest_writer_age);
  const auto counts = feed_.log().CountResources(context.WithTimeout(kStatusTimeout));
  if (!counts.ok()) return absl::OkStatus();
  response->set_articles(counts->articles);
  response->set_topics(counts->topics);
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
