#ifndef DATELINE_SERVICES_CATALOG_TESTING_FAKE_CHANGE_LOG_H_
#define DATELINE_SERVICES_CATALOG_TESTING_FAKE_CHANGE_LOG_H_

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/store/log/change_log.h"
#include "services/catalog/store/log/log_page.h"

namespace dateline::catalog::store {

// A change log in memory; passes the same suite as the one on PostgreSQL (change_log_contract.h).
// Thread-safe.
class FakeChangeLog final : public ChangeLog {
 public:
  // Commits the next versions of resources in one transaction, at the primary's instant `at`, or a
  // second after the one before. The clock runs on from there.
  content::v1::LogPosition Commit(const std::vector<v1::ResourceState>& states,
                                  std::optional<absl::Time> at = std::nullopt) {
    MutexLock lock(mutex_);
    commits_.push_back({states, at.value_or(at_ + absl::Seconds(1))});
    Append(commits_.back());
    return Head().position;
  }

  // The position of the next commit of one resource.
  content::v1::LogPosition NextPosition() {
    MutexLock lock(mutex_);
    return PositionOf(timeline_, xid_ + 1, seq_ + 1);
  }

  // A standby was promoted: positions of before have expired, and what was committed after the
  // first `kept` commits is lost.
  void FailOver(size_t kept = std::numeric_limits<size_t>::max()) {
    MutexLock lock(mutex_);
    ++timeline_;
    commits_.resize(std::min(kept, commits_.size()));
    states_.clear();
    rows_.clear();
    xid_ = kFirstXid;
    seq_ = 0;
    for (const Transaction& commit : commits_) Append(commit);
  }

  // A position in this log.
  static content::v1::LogPosition PositionOf(uint32_t timeline, uint64_t xid, uint64_t seq) {
    content::v1::LogPosition position;
    position.set_log_id(kLogId);
    position.set_timeline(timeline);
    position.set_xid(xid);
    position.set_seq(seq);
    return position;
  }

  // No page of an export holds more, whatever its reader asks for.
  void LimitExportPages(int states) {
    MutexLock lock(mutex_);
    export_limit_ = states;
  }

  // Is called before every read, whose error it may give; it may throw.
  void OnRead(std::function<absl::Status()> on_read) {
    MutexLock lock(mutex_);
    on_read_ = std::move(on_read);
  }

  absl::StatusOr<LogHead> ReadHead(const RequestContext& /*context*/) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    return Head();
  }

  absl::StatusOr<LogPage> ReadChanges(const RequestContext& /*context*/,
                                      const content::v1::LogPosition& after, size_t byte_budget,
                                      const Kinds& kinds) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    if (after.log_id() != kLogId || after.timeline() != timeline_ || after.xid() > xid_) {
      return error::PositionExpired("it belongs to another log or timeline, or is ahead");
    }
    LogPage page;
    page.head = Head();
    page.end = page.head.position;
    const auto next = std::upper_bound(rows_.begin(), rows_.end(), after,
                                       [](const auto& position, const LoggedChange& row) {
                                         return ComparePositions(position, row.position) < 0;
                                       });
    std::copy_if(next, rows_.end(), std::back_inserter(page.changes),
                 [&](const LoggedChange& row) { return kinds.contains(row.change.kind()); });
    // Called while the lock is held, which clang does not see.
    const auto bytes_of = [&](const v1::Change& change) ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return states_.at({change.kind(), change.key()}).ByteSizeLong();
    };
    const size_t fits = FitPage(page.changes, byte_budget, byte_budget, bytes_of);
    if (fits < page.changes.size()) {
      page.end = page.changes[fits - 1].position;
      page.changes.resize(fits);
    }
    MarkSuperseded(&page.changes);
    for (LoggedChange& row : page.changes) {
      if (row.change.superseded()) continue;
      *row.change.mutable_state() = states_.at({row.change.kind(), row.change.key()});
    }
    return page;
  }

  absl::StatusOr<ExportPage> ReadExportPage(const RequestContext& /*context*/,
                                            const ExportCursor& cursor, v1::ExportView /*view*/,
                                            int limit, size_t byte_budget) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    ExportPage page;
    page.at = Head().at;
    const auto most = static_cast<size_t>(std::min(limit, export_limit_));
    size_t bytes = 0;
    for (auto entry = states_.upper_bound({cursor.kind, cursor.key}); entry != states_.end();
         ++entry) {
      bytes += entry->second.ByteSizeLong();
      const bool is_full = page.states.size() == most || bytes > byte_budget;
      if (is_full && !page.states.empty()) {
        page.next = ExportCursor{page.states.back().kind(), page.states.back().key()};
        break;
      }
      page.states.push_back(entry->second);
    }
    return page;
  }

  absl::StatusOr<std::vector<v1::ResourceState>> ReadArticleStates(
      const RequestContext& /*context*/, const std::vector<std::string>& ids,
      v1::ExportView /*view*/) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    std::vector<v1::ResourceState> found;
    for (const auto& entry : states_) {
      const v1::ResourceState& state = entry.second;
      const bool is_asked = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
        return state.name() == "articles/" + id;
      });
      if (is_asked) found.push_back(state);
    }
    return found;
  }

  absl::StatusOr<FilterKeys> FindFilterKeys(const RequestContext& /*context*/,
                                            const std::vector<std::string>& publications,
                                            const std::vector<std::string>& topics) override {
    MutexLock lock(mutex_);
    FilterKeys keys;
    const auto find = [&](const std::vector<std::string>& names, std::set<int64_t>* found)
                          ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) -> absl::Status {
      for (const std::string& name : names) {
        const auto state = std::find_if(states_.begin(), states_.end(), [&](const auto& entry) {
          return entry.second.name() == name;
        });
        if (state == states_.end()) return error::ResourceNotFound(name);
        found->insert(state->second.key());
      }
      return absl::OkStatus();
    };
    if (absl::Status status = find(publications, &keys.publications); !status.ok()) return status;
    if (absl::Status status = find(topics, &keys.topics); !status.ok()) return status;
    return keys;
  }

  absl::StatusOr<std::set<int64_t>> FindLeavers(const RequestContext& /*context*/,
                                                const std::map<int64_t, int64_t>& articles,
                                                const std::set<int64_t>& topics) override {
    MutexLock lock(mutex_);
    std::set<int64_t> leavers;
    std::map<int64_t, std::pair<int64_t, bool>> last;  // Version, and whether it was in a topic.
    for (const Transaction& commit : commits_) {
      for (const v1::ResourceState& state : commit.states) {
        if (state.kind() != v1::RESOURCE_KIND_ARTICLE) continue;
        auto& [version, was_in] = last[state.key()];
        const auto& keys = state.article().topic_keys();
        const bool is_in = std::any_of(keys.begin(), keys.end(),
                                       [&](int64_t key) { return topics.contains(key); });
        ++version;
        const auto asked = articles.find(state.key());
        const bool left = std::exchange(was_in, is_in) && !is_in;
        if (left && asked != articles.end() && version >= asked->second) {
          leavers.insert(state.key());
        }
      }
    }
    return leavers;
  }

  absl::StatusOr<LogStatus> ReadStatus(const RequestContext& /*context*/) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    return LogStatus{Head(), absl::ZeroDuration()};
  }

  absl::StatusOr<ResourceCounts> CountResources(const RequestContext& /*context*/) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    ResourceCounts counts;
    for (const auto& [key, state] : states_) {
      counts.articles += key.first == v1::RESOURCE_KIND_ARTICLE ? 1 : 0;
      counts.topics += key.first == v1::RESOURCE_KIND_TOPIC ? 1 : 0;
    }
    return counts;
  }

  absl::Status MaintainPartitions(const RequestContext& /*context*/,
                                  absl::Duration /*retention*/) override {
    return absl::OkStatus();
  }

 private:
  struct Transaction {
    std::vector<v1::ResourceState> states;
    absl::Time at;
  };

  static constexpr char kLogId[] = "log";
  static constexpr uint64_t kFirstXid = 7;

  static v1::ChangeKind ChangeKindOf(const v1::ResourceState& state) {
    if (state.tombstone().reason() == v1::TOMBSTONE_REASON_TAKEN_DOWN) {
      return v1::CHANGE_KIND_TAKEN_DOWN;
    }
    if (state.has_tombstone()) return v1::CHANGE_KIND_DELETED;
    return state.version() == 1 ? v1::CHANGE_KIND_CREATED : v1::CHANGE_KIND_UPDATED;
  }

  void Append(const Transaction& commit) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++xid_;
    at_ = commit.at;
    set_ = RealClock()->Elapsed();
    for (v1::ResourceState state : commit.states) {
      v1::ResourceState& stored = states_[{state.kind(), state.key()}];
      state.set_version(stored.version() + 1);
      stored = std::move(state);
      LoggedChange logged;
      logged.position = PositionOf(timeline_, xid_, ++seq_);
      logged.change.set_kind(stored.kind());
      logged.change.set_key(stored.key());
      logged.change.set_version(stored.version());
      logged.change.set_change_kind(ChangeKindOf(stored));
      logged.change.set_position(EncodePosition(logged.position));
      rows_.push_back(std::move(logged));
    }
  }

  LogHead Head() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return {PositionOf(timeline_, xid_, seq_), at_ + (RealClock()->Elapsed() - set_)};
  }

  Mutex mutex_;
  std::function<absl::Status()> on_read_ ABSL_GUARDED_BY(mutex_) = [] { return absl::OkStatus(); };
  std::map<std::pair<v1::ResourceKind, int64_t>, v1::ResourceState> states_ ABSL_GUARDED_BY(mutex_);
  std::vector<LoggedChange> rows_ ABSL_GUARDED_BY(mutex_);
  std::vector<Transaction> commits_ ABSL_GUARDED_BY(mutex_);
  uint32_t timeline_ ABSL_GUARDED_BY(mutex_) = 1;
  uint64_t xid_ ABSL_GUARDED_BY(mutex_) = kFirstXid;
  uint64_t seq_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time at_ ABSL_GUARDED_BY(mutex_) = absl::UnixEpoch();            // Of the last commit,
  absl::Duration set_ ABSL_GUARDED_BY(mutex_) = RealClock()->Elapsed();  // made then.
  int export_limit_ ABSL_GUARDED_BY(mutex_) = std::numeric_limits<int>::max();
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_TESTING_FAKE_CHANGE_LOG_H_
