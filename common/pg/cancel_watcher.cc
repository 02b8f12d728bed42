#include "common/pg/cancel_watcher.h"

#include <pqxx/pqxx>

#include "common/obs/guarded.h"

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
  const auto it = entries_.find(id);
  while (it->second.cancelling) cancelled_.Wait(mutex_);
  entries_.erase(it);
}

void CancelWatcher::Loop() {
  for (bool stopping = false; !stopping;) {
    obs::Guarded("cancelling statements", [&] {
      const std::vector<int> due = WaitForDue();
      stopping = due.empty();
      for (const int id : due) Cancel(id);
      return absl::OkStatus();
    }).IgnoreError();
  }
}

std::vector<int> CancelWatcher::WaitForDue() {
  std::vector<int> due;
  MutexLock lock(mutex_);
  while (!stopping_ && due.empty()) {
    if (entries_.empty()) {
      changed_.Wait(mutex_);
      continue;
    }
    changed_.WaitFor(mutex_, kPoll);
    for (const auto& [id, entry] : entries_) {
      if (!entry.context->Check().ok()) due.push_back(id);
    }
  }
  if (stopping_) due.clear();
  return due;
}

void CancelWatcher::Cancel(int id) {
  pqxx::connection_base* connection;
  {
    MutexLock lock(mutex_);
    const auto it = entries_.find(id);
    if (it == entries_.end()) return;
    it->second.cancelling = true;
    connection = it->second.connection;
  }
  try {
    // Connects to the server: not under the lock, for a server that hangs must not hold up others.
    connection->cancel_query();
  } catch (const std::exception&) {
    // The statement's own timeout remains.
  }
  MutexLock lock(mutex_);
  entries_.at(id).cancelling = false;
  cancelled_.SignalAll();
}

}  // namespace dateline::pg
