#include "services/query/watch/hub.h"

#include <algorithm>
#include <utility>

#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/read/journal.h"

namespace dateline::query::watch {
namespace {

// Entries that are noted under one lock and one transaction.
constexpr size_t kMaxEntriesAtOnce = 1'000;

}  // namespace

Hub::Hub(replica::Replica& replica, absl::Duration bookmark_interval)
    : replica_(replica),
      bookmark_interval_(bookmark_interval),
      worker_([this](Worker&) { return Step(); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "the hub of watches threw", {{"error", what}});
              }) {
  listener_ = replica_.AddListener([this] { worker_.Wake(); });
}

Hub::~Hub() { replica_.RemoveListener(listener_); }

int Hub::Add(const std::vector<std::string>& lists, std::function<void()> poke) {
  MutexLock lock(mutex_);
  const int number = next_++;
  Watcher& watcher = watchers_[number];
  watcher.lists = lists;
  watcher.poke = std::move(poke);
  for (const std::string& list : lists) by_list_[list].insert(number);
  return number;
}

void Hub::Unindex(int number, const Watcher& watcher) {
  for (const std::string& list : watcher.lists) {
    const auto entry = by_list_.find(list);
    if (entry == by_list_.end()) continue;
    entry->second.erase(number);
    if (entry->second.empty()) by_list_.erase(entry);
  }
}

void Hub::Remove(int watcher) {
  MutexLock lock(mutex_);
  const auto found = watchers_.find(watcher);
  if (found == watchers_.end()) return;
  Unindex(watcher, found->second);
  watchers_.erase(found);
}

bool Hub::Move(int watcher, const std::vector<std::string>& lists) {
  std::function<void()> poke;
  {
    MutexLock lock(mutex_);
    const auto found = watchers_.find(watcher);
    if (found == watchers_.end() || found->second.lists == lists) return false;
    Unindex(watcher, found->second);
    found->second.lists = lists;
    for (const std::string& list : lists) by_list_[list].insert(watcher);
    // What came since the lists changed was not noted.
    found->second.overflowed = true;
    poke = found->second.poke;
  }
  poke();
  return true;
}

Mail Hub::Fetch(int watcher) {
  MutexLock lock(mutex_);
  Mail mail;
  mail.reached = reached_;
  const auto found = watchers_.find(watcher);
  // Nothing is given before the hub has looked once.
  if (found == watchers_.end() || reached_.copy_id.empty()) return mail;
  mail.numbers = std::exchange(found->second.numbers, {});
  mail.overflowed = std::exchange(found->second.overflowed, false);
  mail.bookmark = std::exchange(found->second.bookmark, false);
  return mail;
}

size_t Hub::size() const {
  MutexLock lock(mutex_);
  return watchers_.size();
}

absl::Duration Hub::Step() {
  const absl::Status status = Look();
  if (!status.ok()) {
    obs::Log(obs::Level::kWarning, "cannot read the journal", {{"error", status.message()}});
  }
  return bookmark_interval_;
}

void Hub::NoteWith(uint64_t number, int id, std::set<int>* touched) {
  Watcher& watcher = watchers_[id];
  touched->insert(id);
  if (watcher.overflowed || (!watcher.numbers.empty() && watcher.numbers.back() == number)) return;
  if (watcher.numbers.size() < kMaxNoted) {
    watcher.numbers.push_back(number);
  } else {
    watcher.overflowed = true;
    watcher.numbers = {};
  }
}

void Hub::Note(const Noted& noted, std::set<int>* touched) {
  // Whom merges concern, only each watcher knows; they are seldom.
  if (noted.of_merges) {
    for (const auto& [id, watcher] : watchers_) NoteWith(noted.number, id, touched);
  }
  for (const std::string& list : noted.lists) {
    const auto entry = by_list_.find(list);
    if (entry == by_list_.end()) continue;
    for (const int id : entry->second) NoteWith(noted.number, id, touched);
  }
}

absl::Status Hub::Look() {
  for (bool more = true; more && !worker_.stopping();) {
    // In this order: the position must not be ahead of the transaction.
    const auto position = replica_.position();
    const std::shared_ptr<replica::Store> store = replica_.current();
    if (store == nullptr) return absl::OkStatus();
    DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store->Read());
    DATELINE_ASSIGN_OR_RETURN(const replica::CopyState copy, replica::ReadCopyState(transaction));
    const std::string copy_id = replica::CopyId(transaction);
    const absl::Duration now = RealClock()->Elapsed();
    const bool bookmark = now - last_bookmark_ >= bookmark_interval_;
    Reached before;
    {
      MutexLock lock(mutex_);
      before = reached_;
    }
    const bool is_new = before.copy_id != copy_id;
    // Of a new copy, as at the start, watchers look through what there is by themselves.
    uint64_t number = is_new ? replica::JournalEnd(transaction) : before.number;
    std::vector<Noted> entries;
    more = false;
    replica::ReadJournal(transaction, number, [&](const replica::JournalEntry& entry) {
      more = entries.size() >= kMaxEntriesAtOnce;
      if (more) return false;
      number = entry.number;
      auto& lists = entries.emplace_back(Noted{entry.number, entry.is_of_merges(), {}}).lists;
      for (const auto* place : {&entry.before, &entry.after}) {
        if (place->has_value()) lists.insert((*place)->lists.begin(), (*place)->lists.end());
      }
      return true;
    });
    Pokes pokes;
    {
      MutexLock lock(mutex_);
      std::set<int> touched;
      for (const Noted& noted : entries) Note(noted, &touched);
      reached_.number = number;
      reached_.copy_id = copy_id;
      // Until all is looked through, the position stays where it was.
      if (!more || is_new) {
        reached_.position = position->position;
        reached_.at = copy.at;
      }
      for (auto& [id, watcher] : watchers_) {
        if (is_new) {
          watcher.overflowed = true;
          watcher.numbers = {};
        }
        watcher.bookmark |= bookmark;
        if (is_new || bookmark || touched.contains(id)) pokes.push_back(watcher.poke);
      }
    }
    if (bookmark) last_bookmark_ = now;
    for (const auto& poke : pokes) poke();
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::watch
