#include "services/catalog/service/article_handlers.h"

#include <utility>
#include <vector>

#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"

namespace dateline::catalog::service {
namespace {

// A status is asked for when things go wrong: it must not hang on the database for long.
constexpr absl::Duration kStatusTimeout = absl::Seconds(2);

// `view`, or what an unspecified one stands for.
content::v1::ArticleView ViewOr(content::v1::ArticleView view, content::v1::ArticleView otherwise) {
  return view == content::v1::ARTICLE_VIEW_UNSPECIFIED ? otherwise : view;
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

absl::Status ArticleHandlers::GetStatus(const RequestContext& context,
                                        const v1::GetStatusRequest& /*request*/,
                                        v1::GetStatusResponse* response) {
  response->set_version(version_);
  response->set_streams(open_streams_());
  *response->mutable_uptime() = DurationToProto(clock_->Elapsed() - started_);
  const feed::FeedHead head = feed_.head();
  response->set_head(EncodePosition(head.end));
  response->set_timeline(head.end.timeline());
  if (!head.end.log_id().empty()) *response->mutable_head_time() = TimeToProto(head.at);
  const auto status = feed_.log().ReadStatus(context.WithTimeout(kStatusTimeout));
  response->set_database_reachable(status.ok());
  if (!status.ok()) return absl::OkStatus();
  response->set_timeline(status->head.position.timeline());
  *response->mutable_oldest_writer_age() = DurationToProto(status->oldest_writer_age);
  const auto counts = feed_.log().CountResources(context.WithTimeout(kStatusTimeout));
  if (!counts.ok()) {
    // The rest of the status is worth more than an error; that the numbers are missing is not
    // hidden.
    obs::Log(obs::Level::kWarning, "resources could not be counted",
             {{"error", counts.status().message()}});
    return absl::OkStatus();
  }
  response->set_articles(counts->articles);
  response->set_topics(counts->topics);
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
