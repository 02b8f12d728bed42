#include "services/ingestion/deliver/topic_follower.h"

#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"

namespace dateline::ingestion::deliver {
namespace {

constexpr absl::Duration kFirstRest = absl::Milliseconds(100);
constexpr absl::Duration kLongestRest = absl::Seconds(5);

}  // namespace

TopicFollower::TopicFollower(TopicDirectory& directory, TopicFeed& feed)
    : directory_(directory),
      feed_(feed),
      worker_([this](Worker&) { return Step(); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "following topics threw", {{"error", what}});
              }) {}

TopicFollower::~TopicFollower() { feed_.Cancel(); }

absl::Status TopicFollower::ReadAll() {
  std::vector<catalog::v1::ResourceState> topics;
  std::string position;
  DATELINE_RETURN_IF_ERROR(feed_.ReadTopics(&topics, &position));
  directory_.Replace(topics);
  position_ = position;
  return absl::OkStatus();
}

absl::Status TopicFollower::Follow() {
  return feed_.Follow(position_, [this](const catalog::v1::StreamChangesResponse& batch) {
    directory_.Apply(batch);
    if (!batch.position().empty()) position_ = batch.position();
    return absl::OkStatus();
  });
}

absl::Duration TopicFollower::Step() {
  absl::Status status;
  if (position_.empty()) {
    status = ReadAll();
  } else {
    const std::string before = position_;
    status = Follow();
    if (position_ != before) failures_ = 0;
    if (error::ReasonOf(status) == errors::v1::ERROR_REASON_POSITION_EXPIRED) {
      obs::Log(obs::Level::kWarning, "the position has expired; reading all topics",
               {{"why", status.message()}});
      position_.clear();
      return absl::ZeroDuration();
    }
  }
  if (status.ok()) return absl::ZeroDuration();
  // Cancelled is what it is when it ends.
  if (failures_ == 0 && !absl::IsCancelled(status)) {
    obs::Log(obs::Level::kInfo, "topics are not followed for now", {{"why", status.message()}});
  }
  return BackOff(kFirstRest, failures_++, kLongestRest);
}

}  // namespace dateline::ingestion::deliver
