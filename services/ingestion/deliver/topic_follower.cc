#include "services/ingestion/deliver/topic_follower.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/base/guard.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"

namespace dateline::ingestion::deliver {
namespace {

constexpr int kFirstRestMs = 100;
constexpr int kLongestRestMs = 5'000;

}  // namespace

TopicFollower::TopicFollower(TopicDirectory& directory, TopicFeed& feed)
    : directory_(directory), feed_(feed), thread_([this] { Run(); }) {}

TopicFollower::~TopicFollower() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  feed_.Cancel();
  thread_.join();
}

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

absl::Status TopicFollower::Guarded(absl::Status (TopicFollower::*step)()) {
  return RunGuarded(
      [&] { return (this->*step)(); },
      [](absl::string_view what) {
        obs::Log(obs::Level::kError, "following topics threw", {{"error", std::string(what)}});
        return absl::InternalError("following topics failed");
      });
}

void TopicFollower::Run() {
  for (int failures = 0;;) {
    absl::Status status;
    if (position_.empty()) {
      status = Guarded(&TopicFollower::ReadAll);
    } else {
      const std::string before = position_;
      status = Guarded(&TopicFollower::Follow);
      if (position_ != before) failures = 0;
      if (error::ReasonOf(status) == errors::v1::ERROR_REASON_POSITION_EXPIRED) {
        obs::Log(obs::Level::kWarning, "the position has expired; reading all topics",
                 {{"why", status.message()}});
        position_.clear();
        status = Guarded(&TopicFollower::ReadAll);
      }
    }
    if (status.ok()) continue;
    if (!BackOff(failures)) return;
    if (failures++ == 0) {
      obs::Log(obs::Level::kInfo, "topics are not followed for now", {{"why", status.message()}});
    }
  }
}

bool TopicFollower::BackOff(int failures) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int limit_ms = std::min(kFirstRestMs << std::min(failures, 6), kLongestRestMs);
  const absl::Duration until =
      RealClock()->Elapsed() +
      absl::Milliseconds(std::uniform_int_distribution<int>(limit_ms / 2, limit_ms)(random));
  MutexLock lock(mutex_);
  while (!stopping_) {
    const absl::Duration left = until - RealClock()->Elapsed();
    if (left <= absl::ZeroDuration()) return true;
    changed_.WaitFor(mutex_, left);
  }
  return false;
}

}  // namespace dateline::ingestion::deliver
