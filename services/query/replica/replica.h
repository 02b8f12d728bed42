#ifndef DATELINE_SERVICES_QUERY_REPLICA_REPLICA_H_
#define DATELINE_SERVICES_QUERY_REPLICA_REPLICA_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/clock.h"
#include "services/query/replica/ends.h"
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
  // Opens the copy in `folder` if there is a complete one of this format that is not damaged;
  // anything else there is removed. All of it is looked at if the last two runs ended without being
  // told to, else the pages that lead to others. A copy whose state is older than `max_age` does
  // not serve before it has caught up, as something that it has may have been taken down meanwhile.
  static absl::StatusOr<std::unique_ptr<Replica>> Open(
      const std::string& folder, Clock* clock, absl::Duration max_age = absl::InfiniteDuration());

  // The copy that serves; null until there is one. Hold it for one call only.
  std::shared_ptr<Store> current() const;

  // The copy, whether it serves yet or not; null until there is a complete one. For whoever keeps
  // it up to date.
  std::shared_ptr<Store> held() const;

  // The copy has caught up: it serves from now on.
  void StartServing();

  // How far `held` is; never ahead of what a reader who asks afterwards finds there.
  std::shared_ptr<const KnownPosition> position() const;

  // Applies to the copy that serves, moves the position and wakes who waits. A batch without states
  // only moves the position in memory, and now and then on disk.
  absl::Status ApplyAndPublish(const Batch& batch);

  // Applies, always on disk, to the copy that serves, part of making it what another timeline says;
  // moves the position if the batch has one. Beside no other writer.
  absl::Status Reconcile(const Batch& batch);

  // An empty store for a new copy, without durability.
  absl::StatusOr<std::shared_ptr<Store>> BeginCopy();

  // Makes a finished copy durable and lets it serve, or, if not `serves`, only holds it until
  // StartServing; the old one goes when its last reader has left.
  absl::Status Swap(std::shared_ptr<Store> copy, bool serves = true);

  // What the catalog waits for; UNAVAILABLE while files of an older copy could not be removed.
  absl::StatusOr<OwedReceipts> owed_receipts() const;

  // Drops what the catalog has a receipt for.
  absl::Status ForgetReceipts(const std::vector<std::string>& articles) const;

  // Whether Compact has something to clean, or a dictionary to make.
  bool needs_compaction() const;

  // DATA_LOSS if the copy held was found damaged, at the start (then there is none) or since: a new
  // one is to be made. Quick.
  absl::Status CheckCopy() const;

  // Puts a copy in place of the one held that has its entries and no other byte, so that nothing is
  // left of what was taken down; readers go on. Takes as long as reading and writing all of it.
  // `check` is called now and then; its error ends the work.
  absl::Status Compact(absl::FunctionRef<absl::Status()> check);

  ReplicaClock& clock() { return clock_; }
  PositionWaiters& waiters() { return waiters_; }

  // Calls `listener` after each position that is published, on the applier's thread: it must
  // neither block nor throw. Returns a number for RemoveListener, after which it is not called.
  int AddListener(std::function<void()> listener);
  void RemoveListener(int listener);

 private:
  Replica(std::string folder, Clock* clock);
  absl::Status OpenCurrent(absl::Duration max_age);
  void Publish(const content::v1::LogPosition& position);
  absl::Status RemoveOthers(const std::string& keep) const;

  const std::string folder_;
  const Ends ends_;
  Clock* const machine_clock_;
  ReplicaClock clock_;
  PositionWaiters waiters_;
  mutable Mutex mutex_;
  std::shared_ptr<Store> held_ ABSL_GUARDED_BY(mutex_);
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status damaged_
      ABSL_GUARDED_BY(mutex_);  // The copy found at the start, until there is one.
  absl::Status removed_ ABSL_GUARDED_BY(mutex_);  // Whether older copies could be removed.
  std::shared_ptr<const KnownPosition> position_ ABSL_GUARDED_BY(mutex_);
  Mutex listeners_mutex_;
  std::map<int, std::function<void()>> listeners_ ABSL_GUARDED_BY(listeners_mutex_);
  int next_listener_ ABSL_GUARDED_BY(listeners_mutex_) = 1;
  int next_copy_ = 1;
  absl::Duration last_stored_;  // when a position without states was last written
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_REPLICA_H_
