#ifndef DATELINE_SERVICES_QUERY_REPLICA_REPLICA_H_
#define DATELINE_SERVICES_QUERY_REPLICA_REPLICA_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/clock.h"
#include "services/query/replica/store/store.h"
#include "services/query/replica/waiters.h"

namespace dateline::query::replica {

// A position together with its token, which every answer carries.
struct KnownPosition {
  content::v1::LogPosition position;
  std::string token;
};

// The local copy of the catalog: the store that serves, its position, its clock, and calls that
// wait. A new copy is made beside the old one, which serves until they are swapped. Thread-safe;
// one writer.
class Replica {
 public:
  // Opens the copy in `folder` if there is a complete one of this format; anything else there is
  // removed.
  static absl::StatusOr<std::unique_ptr<Replica>> Open(const std::string& folder, Clock* clock);

  // The copy that serves; null until there is a complete one. Hold it for one call only.
  std::shared_ptr<Store> current() const;

  // How far `current` is; never ahead of what a reader who asks afterwards finds there.
  std::shared_ptr<const KnownPosition> position() const;

  // Applies to the copy that serves, moves the position and wakes who waits. A batch without states
  // only moves the position in memory, and now and then on disk.
  absl::Status ApplyAndPublish(const Batch& batch);

  // An empty store for a new copy, without durability.
  absl::StatusOr<std::shared_ptr<Store>> BeginCopy();

  // Makes a finished copy durable and lets it serve; the old one goes when its last reader has
  // left.
  absl::Status Swap(std::shared_ptr<Store> copy);

  ReplicaClock& clock() { return clock_; }
  PositionWaiters& waiters() { return waiters_; }

 private:
  Replica(std::string folder, Clock* clock);
  absl::Status OpenCurrent();
  void Publish(const content::v1::LogPosition& position);
  void RemoveOthers(const std::string& keep) const;

  const std::string folder_;
  Clock* const machine_clock_;
  ReplicaClock clock_;
  PositionWaiters waiters_;
  mutable Mutex mutex_;
  std::shared_ptr<Store> current_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const KnownPosition> position_ ABSL_GUARDED_BY(mutex_);
  int next_copy_ = 1;
  absl::Duration last_stored_;  // when a position without states was last written
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_REPLICA_H_
