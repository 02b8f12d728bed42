#ifndef DATELINE_SERVICES_QUERY_WATCH_HUB_H_
#define DATELINE_SERVICES_QUERY_WATCH_HUB_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/worker.h"
#include "services/query/replica/replica.h"

namespace dateline::query::watch {

// How far the hub has looked through the journal.
struct Reached {
  std::string copy_id;  // empty: nothing was looked at yet
  uint64_t number = 0;
  content::v1::LogPosition position;  // all up to it is told by the entries up to `number`
  absl::Time at;                      // the instant up to which changes by time are
};

// What there is for one watcher.
struct Mail {
  Reached reached;
  std::vector<uint64_t> numbers;  // entries that may concern it
  bool overflowed = false;        // there were too many: all entries are to be looked through
  bool bookmark = false;          // it is time to tell the position
};

// Looks once through each new entry of the journal and notes it with those watchers whose lists it
// touches, so that a write costs nothing to the others. A watcher that does not fetch its mail
// costs kMaxNoted numbers. The work is done on the hub's own thread; the applier only wakes it.
// Thread-safe.
class Hub {
 public:
  static constexpr size_t kMaxNoted = 256;
  static constexpr absl::Duration kBookmarkInterval = absl::Seconds(15);

  // `replica` must outlive it.
  explicit Hub(replica::Replica& replica, absl::Duration bookmark_interval = kBookmarkInterval);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Notes for a watcher, from now on, what touches any of `lists`; `poke` is called when there is
  // mail, on the hub's thread, and may still be once when Remove has returned. Its first mail says
  // that it must look through all entries.
  int Add(const std::vector<std::string>& lists, std::function<void()> poke);
  void Remove(int watcher);
  // Gives a watcher other lists; whether they are others. Mail of before may lack what touches the
  // new ones: all entries since those that were looked through are to be.
  bool Move(int watcher, const std::vector<std::string>& lists);

  // Fetches the mail of a watcher.
  Mail Fetch(int watcher);

  size_t size() const;

 private:
  struct Watcher {
    std::vector<std::string> lists;
    std::function<void()> poke;
    std::vector<uint64_t> numbers;
    bool overflowed = true;
    bool bookmark = false;
  };
  using Pokes = std::vector<std::function<void()>>;
  // What an entry of the journal may concern.
  struct Noted {
    uint64_t number = 0;
    bool of_merges = false;
    std::set<std::string> lists;
  };

  absl::Duration Step();
  absl::Status Look();
  void Note(const Noted& noted, std::set<int>* touched) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteWith(uint64_t number, int id, std::set<int>* touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Unindex(int number, const Watcher& watcher) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  replica::Replica& replica_;
  const absl::Duration bookmark_interval_;
  absl::Duration last_bookmark_ = -absl::InfiniteDuration();  // of the hub's thread
  mutable Mutex mutex_;
  Reached reached_ ABSL_GUARDED_BY(mutex_);
  int next_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<int, Watcher> watchers_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::set<int>> by_list_ ABSL_GUARDED_BY(mutex_);
  int listener_ = 0;
  Worker worker_;
};

}  // namespace dateline::query::watch

#endif  // DATELINE_SERVICES_QUERY_WATCH_HUB_H_
