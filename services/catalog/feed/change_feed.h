#ifndef DATELINE_SERVICES_CATALOG_FEED_CHANGE_FEED_H_
#define DATELINE_SERVICES_CATALOG_FEED_CHANGE_FEED_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/store/log/change_log.h"

namespace dateline::catalog::feed {

// How the feed follows the log.
struct FeedOptions {
  // Between two looks at the log when nobody wakes the feed.
  absl::Duration poll_interval = absl::Milliseconds(20);
  // Readers are told of a position that moved without changes at most this often.
  absl::Duration bookmark_interval = absl::Milliseconds(100);
  // Readers are told of the primary's clock at least this often.
  absl::Duration idle_interval = absl::Seconds(1);
  // Between attempts while the database cannot be reached.
  absl::Duration retry_interval = absl::Milliseconds(200);
  // What is kept in memory for readers that are a little behind; the others read from the database.
  size_t memory_bytes = size_t{64} << 20;
  // What one batch holds at most, unless one transaction alone is larger.
  size_t batch_bytes = size_t{2} << 20;
};

// Changes of the wanted kinds that were read together.
struct FeedBatch {
  std::vector<store::LoggedChange> changes;
  content::v1::LogPosition end;
  absl::Time at;
  size_t bytes = 0;
};

// Where the feed stands, as readers are told.
struct FeedHead {
  content::v1::LogPosition end;  // All up to here is known; empty until the log was first read.
  absl::Time at;                 // The primary's clock then.
  uint64_t news = 0;             // Rises whenever readers shall look again.
};

// What stands behind a reader's position.
struct FeedAnswer {
  std::shared_ptr<const FeedBatch> batch;  // The next batch, if it is in memory.
  bool behind = false;                     // The next batch is not in memory: read the database.
  FeedHead head;
};

// Follows the change log with one thread for the whole process and keeps what is new in memory for
// all readers; only of the kinds that somebody wants, as states cost as much to read as to write. A
// new log or timeline starts it anew; readers with a position of the old one learn that from Next.
// Thread-safe.
class ChangeFeed {
 public:
  // Changes of some kinds are wanted for as long as this lives.
  class Interest {
   public:
    Interest(ChangeFeed* feed, store::Kinds kinds) : feed_(feed), kinds_(std::move(kinds)) {}
    Interest(Interest&& other) noexcept
        : feed_(std::exchange(other.feed_, nullptr)), kinds_(std::move(other.kinds_)) {}
    Interest& operator=(Interest&&) = delete;
    ~Interest() {
      if (feed_ != nullptr) feed_->Leave(kinds_);
    }

    const store::Kinds& kinds() const { return kinds_; }

   private:
    ChangeFeed* feed_;
    store::Kinds kinds_;
  };

  // `log` and `clock` must outlive it.
  ChangeFeed(store::ChangeLog& log, FeedOptions options, Clock* clock = RealClock());
  // Stops.
  ~ChangeFeed();
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  void Start();
  // Ends the thread and wakes everybody who waits.
  void Stop();

  // Looks at the log at once: this process has committed something.
  void Wake();

  // Has changes of `kinds` read from now on. The feed must outlive the interest.
  Interest Want(store::Kinds kinds);

  // What stands behind `after`, of `kinds` and perhaps others. POSITION_EXPIRED if it is of another
  // log or timeline. Until the feed itself has read the log for all of these kinds, every reader
  // counts as behind.
  absl::StatusOr<FeedAnswer> Next(const content::v1::LogPosition& after,
                                  const store::Kinds& kinds) const;

  FeedHead head() const;
  store::ChangeLog& log() const { return log_; }
  const FeedOptions& options() const { return options_; }

  // Looks at the log that threw since the start, each of which was repeated.
  int64_t faults() const { return faults_.load(); }

  // Waits until the head's `news` is above `seen`, for at most `timeout`; false if it is not.
  bool WaitForNews(uint64_t seen, absl::Duration timeout) const;

  // `listener` is called, from the feed's thread and without a lock, whenever there is news; it
  // must be quick, and may be called once more while it is being removed.
  uint64_t AddListener(std::function<void()> listener);
  void RemoveListener(uint64_t id);

 private:
  void Run();
  // One look at the log; how long to wait until the next.
  absl::Duration Poll();
  absl::StatusOr<store::LogPage> ReadNext();
  // The kinds that are read next; what is in memory holds them from there on.
  store::Kinds TakeWanted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Leave(const store::Kinds& kinds);
  void Take(store::LogPage page);
  void StartAnew(const store::LogHead& head);
  void Publish(bool has_rows, const store::LogHead& head) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CallListeners();

  store::ChangeLog& log_;
  const FeedOptions options_;
  Clock* const clock_;
  mutable Mutex mutex_;
  mutable CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool reachable_ ABSL_GUARDED_BY(mutex_) = true;
  std::deque<std::shared_ptr<const FeedBatch>> ring_ ABSL_GUARDED_BY(mutex_);
  size_t ring_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  content::v1::LogPosition ring_begin_ ABSL_GUARDED_BY(mutex_);  // The ring holds all behind it.
  content::v1::LogPosition read_end_ ABSL_GUARDED_BY(mutex_);    // Read so far; at or behind head.
  std::map<v1::ResourceKind, int> wanted_ ABSL_GUARDED_BY(mutex_);  // By how many.
  // Behind which position all changes of a kind are read, of those that are.
  std::map<v1::ResourceKind, content::v1::LogPosition> read_since_ ABSL_GUARDED_BY(mutex_);
  FeedHead head_ ABSL_GUARDED_BY(mutex_);
  absl::Duration published_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  bool tell_ ABSL_GUARDED_BY(mutex_) = false;  // The listeners have to be called.
  std::map<uint64_t, std::shared_ptr<std::function<void()>>> listeners_ ABSL_GUARDED_BY(mutex_);
  std::atomic<int64_t> faults_{0};
  uint64_t next_listener_ ABSL_GUARDED_BY(mutex_) = 1;
  std::thread thread_;
};

}  // namespace dateline::catalog::feed

#endif  // DATELINE_SERVICES_CATALOG_FEED_CHANGE_FEED_H_
