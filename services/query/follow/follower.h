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
#include "common/obs/metrics.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/query/v1/status.pb.h"
#include "services/query/follow/catalog_feed.h"
#include "services/query/follow/checkpoint_source.h"
#include "services/query/follow/compactor.h"
#include "services/query/follow/key_comparison.h"
#include "services/query/follow/receipts.h"
#include "services/query/replica/replica.h"

namespace dateline::query::follow {

// What the follower is doing, for GetStatus.
struct FollowerStatus {
  v1::FollowerState state = v1::FOLLOWER_STATE_BOOTSTRAPPING;
  absl::Duration lag = absl::InfiniteDuration();  // since the copy was last known to be up to date
  absl::Time applied = absl::InfinitePast();      // the primary's clock up to which all is applied
  std::string last_error;
  int rebuilds = 0;         // Whole copies that were made.
  int reconciliations = 0;  // How often the copy was reconciled with another timeline instead.
};

// How a follower works.
struct FollowerOptions {
  // Where a first copy is taken from, before it is asked of the catalog; null for the catalog
  // alone. Must outlive the follower.
  CheckpointSource* checkpoint = nullptr;
  // Between two compactions.
  absl::Duration compaction_pause = absl::Minutes(1);
  obs::Metrics* metrics = nullptr;  // null for none
  // Whether what else is made of the copy is clean up to a place; see ReceiptSender.
  std::function<bool(const JournalPlace&)> is_clean = nullptr;
};

// Keeps a replica up to date: makes a first copy from an export, follows the changes, resumes after
// an interruption, and, when its position has expired, compares the copy's keys with the catalog's
// and fetches what differs; if that fails it makes a new copy beside the old one. Two
// threads: one reads the stream, one applies; what piles up between them is applied in one
// transaction. After takedowns the applying thread compacts the copy, between two transactions;
// then a third thread sends the receipts. Thread-safe.
class Follower {
 public:
  // Starts. `on_ready` is called once the replica serves. All must outlive it.
  Follower(replica::Replica& replica, CatalogFeed& feed, Clock* clock,
           std::function<void()> on_ready, FollowerOptions options = {});
  // Stops: ends the stream, applies what was read.
  ~Follower();

  FollowerStatus status();

 private:
  // The longest pause before the next attempt to connect, or to apply.
  static constexpr absl::Duration kLongestPause = absl::Seconds(2);

  // A batch that was read and not yet applied.
  struct Read {
    replica::Batch batch;
    size_t bytes = 0;
    bool caught_up = false;  // it was the newest that the catalog knew of
  };

  void ReadLoop();
  absl::Status Bootstrap();
  // Reads an export until `is_whole` says that the last page was read, or the stream has ended. A
  // broken one goes on behind its last page. Sets `request`'s page_token.
  absl::Status ReadExport(
      catalog::v1::ExportResourcesRequest* request,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page,
      const std::function<bool()>& is_whole);
  // Takes the first copy from a sibling; it serves once it has caught up.
  absl::Status StartFromCheckpoint();
  absl::Status CopyAll(replica::Store& copy);
  absl::Status CatchUp(replica::Store& copy, const content::v1::LogPosition& from,
                       const content::v1::LogPosition& until);
  absl::Status Reconcile();
  absl::Status CompareKeys(const replica::Store& copy, replica::Batch* end,
                           Differences* differences);
  absl::Status FetchVocabulary(const replica::Store& copy);
  absl::Status FetchArticles(const std::vector<Differences::Article>& articles, size_t from);
  // Makes the copy whole again after its position has expired; true if it can be followed then, or
  // if that is to be tried again. False: a whole copy is needed.
  bool MakeGood();
  absl::Status Follow();
  absl::Status Enqueue(catalog::v1::StreamChangesResponse response);
  void ApplyLoop();
  // What the applying thread does next.
  enum class Work { kApply, kCompact, kStop };
  // Waits for it; fills `batch` for kApply, and says whether all is applied with it.
  Work AwaitWork(replica::Batch* batch, bool* caught_up);
  void TakeQueued(replica::Batch* batch, bool* caught_up) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // CANCELLED when stopping.
  absl::Status CheckStopping();
  void Applied(const replica::Batch& batch, bool caught_up);
  // False when stopping, or if the copy is damaged.
  bool ApplyWithRetry(const replica::Batch& batch);
  // Tells of a damaged copy, if the status says so.
  void NoteDamage(const absl::Status& status);
  // With the error of the last attempt, or OK; without one, the error of before stays to be seen.
  void SetState(v1::FollowerState state, const absl::Status& status);
  void SetState(v1::FollowerState state);
  // What it says of itself while it makes a copy.
  v1::FollowerState BuildingState() const;
  // Waits before the next attempt, as BackOff says; false when stopping.
  bool Rest(int failures, absl::Duration longest);
  // Whether a new copy is being made; waits until the applying thread has ended what it does.
  void SetBuilding(bool building);
  void DrainQueue();
  void DiscardQueue();

  replica::Replica& replica_;
  CatalogFeed& feed_;
  Clock* const clock_;
  const std::function<void()> on_ready_;
  CheckpointSource* const checkpoint_;
  obs::Metrics* const metrics_;

  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool applying_ ABSL_GUARDED_BY(mutex_) = false;  // Or compacting.
  bool building_ ABSL_GUARDED_BY(mutex_) = false;  // A new copy: then none is compacted.
  std::deque<Read> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  FollowerStatus status_ ABSL_GUARDED_BY(mutex_);
  absl::Duration up_to_date_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  Compactor compactor_;  // Of the applying thread.
  ReceiptSender receipts_;
  std::thread reader_;
  std::thread applier_;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_FOLLOWER_H_
