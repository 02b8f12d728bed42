#ifndef DATELINE_SERVICES_QUERY_FOLLOW_FOLLOWER_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_FOLLOWER_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/query/v1/status.pb.h"
#include "services/query/follow/catalog_feed.h"
#include "services/query/replica/replica.h"

namespace dateline::query::follow {

// What the follower is doing, for GetStatus.
struct FollowerStatus {
  v1::FollowerState state = v1::FOLLOWER_STATE_BOOTSTRAPPING;
  absl::Duration lag = absl::InfiniteDuration();  // since the copy was last known to be up to date
  absl::Time applied = absl::InfinitePast();      // the primary's clock up to which all is applied
  std::string last_error;
  int rebuilds = 0;
};

// Keeps a replica up to date: makes a first copy from an export, follows the changes, resumes after
// an interruption, and makes a new copy beside the old one when its position has expired. Two
// threads: one reads the stream, one applies; what piles up between them is applied in one
// transaction. Thread-safe.
class Follower {
 public:
  // Starts. `on_ready` is called once the replica has a complete copy. All must outlive it.
  Follower(replica::Replica& replica, CatalogFeed& feed, Clock* clock,
           std::function<void()> on_ready);
  // Stops: ends the stream, applies what was read.
  ~Follower();

  FollowerStatus status();

 private:
  // A batch that was read and not yet applied.
  struct Read {
    replica::Batch batch;
    size_t bytes = 0;
    bool caught_up = false;  // it was the newest that the catalog knew of
  };

  void ReadLoop();
  absl::Status Bootstrap();
  absl::Status CopyAll(replica::Store& copy);
  absl::Status CatchUp(replica::Store& copy, const content::v1::LogPosition& from,
                       const content::v1::LogPosition& until);
  absl::Status Follow();
  absl::Status Enqueue(catalog::v1::StreamChangesResponse response);
  void ApplyLoop();
  bool ApplyWithRetry(const replica::Batch& batch);
  // With the error of the last attempt, or OK; without one, the error of before stays to be seen.
  void SetState(v1::FollowerState state, const absl::Status& status);
  void SetState(v1::FollowerState state);
  // What it says of itself while it makes a copy.
  v1::FollowerState BuildingState() const;
  // Waits before the next attempt, as BackOff says; false when stopping.
  bool Rest(int failures, absl::Duration longest);
  void DrainQueue();
  void DiscardQueue();

  replica::Replica& replica_;
  CatalogFeed& feed_;
  Clock* const clock_;
  const std::function<void()> on_ready_;

  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool applying_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Read> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  FollowerStatus status_ ABSL_GUARDED_BY(mutex_);
  absl::Duration up_to_date_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  std::thread reader_;
  std::thread applier_;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_FOLLOWER_H_
