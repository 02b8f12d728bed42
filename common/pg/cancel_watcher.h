#ifndef DATELINE_COMMON_PG_CANCEL_WATCHER_H_
#define DATELINE_COMMON_PG_CANCEL_WATCHER_H_

#include <map>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"

namespace pqxx {
class connection_base;
}

namespace dateline::pg {

// One thread that looks, while statements run, whether their callers have gone or their deadlines
// have passed, and then cancels the statement on the server, again and again until the call ends:
// a cancellation between two statements has no effect. Thread-safe.
class CancelWatcher {
 public:
  // Watches a call for its own lifetime. The context and the connection must outlive it. Its end
  // waits for a cancellation under way, so that none hits the connection's next user.
  class Watch {
   public:
    Watch(CancelWatcher& watcher, const RequestContext& context, pqxx::connection_base& connection);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    CancelWatcher& watcher_;
    const int id_;
  };

  CancelWatcher();
  ~CancelWatcher();

  // The one of this process.
  static CancelWatcher& Shared();

 private:
  struct Entry {
    const RequestContext* context;
    pqxx::connection_base* connection;
    bool cancelling = false;  // without the lock; the entry must stay
  };

  int Add(Entry entry);
  void Remove(int id);
  void Loop();
  // Waits for calls that are to be cancelled; empty when the watcher is being destroyed.
  std::vector<int> WaitForDue();
  void Cancel(int id);

  Mutex mutex_;
  CondVar changed_;    // for the thread: entries, stopping
  CondVar cancelled_;  // for Remove: a cancellation has ended
  std::map<int, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_CANCEL_WATCHER_H_
