#include "services/catalog/service/status_handlers.h"

#include <utility>

#include "common/api/proto_time.h"
#include "common/obs/log.h"
#include "common/position/position.h"

namespace dateline::catalog::service {
namespace {

// A status is asked for when things go wrong: it must not hang on the database for long.
constexpr absl::Duration kStatusTimeout = absl::Seconds(2);

}  // namespace

StatusHandlers::StatusHandlers(feed::ChangeFeed& feed, std::string version,
                               std::function<int()> open_streams, Clock* clock)
    : feed_(feed),
      version_(std::move(version)),
      open_streams_(std::move(open_streams)),
      clock_(clock),
      started_(clock->Elapsed()) {}

absl::Status StatusHandlers::GetStatus(const RequestContext& context,
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
