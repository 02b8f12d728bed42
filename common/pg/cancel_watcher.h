#ifndef DATELINE_COMMON_PG_CANCEL_WATCHER_H_
#define DATELINE_COMMON_PG_CANCEL_WATCHER_H_

#include <map>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"

namespace pqxx {
class connection_base;
}

namespace dateline::pg {

// One thread that looks, while statements run, whether their callers have gone, and then cancels
// the statement on the server. Thread-safe.
class CancelWatcher {
 public:
  // Watches a call for its own lifetime. The context and the connection must outlive it.
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
  };

  int Add(Entry entry);
  void Remove(int id);
  void Loop();

  Mutex mutex_;
  CondVar changed_;
  std::map<int, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_CANCEL_WATCHER_H_
