#include "common/pg/cancel_watcher.h"

#include <pqxx/pqxx>

namespace dateline::pg {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(20);

}  // namespace

CancelWatcher::Watch::Watch(CancelWatcher& watcher, const RequestContext& context,
                            pqxx::connection_base& connection)
    : watcher_(watcher), id_(watcher.Add({&context, &connection})) {}

CancelWatcher::Watch::~Watch() { watcher_.Remove(id_); }

CancelWatcher::CancelWatcher() : thread_([this] { Loop(); }) {}

CancelWatcher::~CancelWatcher() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.Signal();
  }
  thread_.join();
}

CancelWatcher& CancelWatcher::Shared() {
  static CancelWatcher* const watcher = new CancelWatcher;
  return *watcher;
}

int CancelWatcher::Add(Entry entry) {
  MutexLock lock(mutex_);
  entries_.emplace(next_id_, entry);
  if (entries_.size() == 1) changed_.Signal();
  return next_id_++;
}

void CancelWatcher::Remove(int id) {
  MutexLock lock(mutex_);
  entries_.erase(id);
}

void CancelWatcher::Loop() {
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (entries_.empty()) {
      changed_.Wait(mutex_);
      continue;
    }
    changed_.WaitFor(mutex_, kPoll);
    for (auto it = entries_.begin(); it != entries_.end();) {
      if (!it->second.context->cancelled()) {
        ++it;
        continue;
      }
      try {
        // Under the lock, so that the connection cannot go to another call meanwhile.
        it->second.connection->cancel_query();
      } catch (const std::exception&) {
        // The statement's own timeout remains.
      }
      it = entries_.erase(it);
    }
  }
}

}  // namespace dateline::pg
