#ifndef DATELINE_SERVICES_CATALOG_TESTING_FAKE_CHANGE_LOG_H_
#define DATELINE_SERVICES_CATALOG_TESTING_FAKE_CHANGE_LOG_H_

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
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
  // Commits the next versions of resources in one transaction.
  void Commit(const std::vector<v1::ResourceState>& states) {
    MutexLock lock(mutex_);
    ++xid_;
    for (v1::ResourceState state : states) {
      v1::ResourceState& stored = states_[{state.kind(), state.key()}];
      state.set_version(stored.version() + 1);
      stored = std::move(state);
      LoggedChange logged;
      logged.position = PositionOf(xid_, ++seq_);
      logged.change.set_kind(stored.kind());
      logged.change.set_key(stored.key());
      logged.change.set_version(stored.version());
      logged.change.set_change_kind(stored.version() == 1 ? v1::CHANGE_KIND_CREATED
                                                          : v1::CHANGE_KIND_UPDATED);
      logged.change.set_position(EncodePosition(logged.position));
      rows_.push_back(std::move(logged));
    }
  }

  // A standby was promoted: positions of before have expired.
  void FailOver() {
    MutexLock lock(mutex_);
    ++timeline_;
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
                                      const content::v1::LogPosition& after,
                                      size_t byte_budget) override {
    MutexLock lock(mutex_);
    if (absl::Status status = on_read_(); !status.ok()) return status;
    if (after.log_id() != kLogId || after.timeline() != timeline_ || after.xid() > xid_) {
      return error::PositionExpired("it belongs to another log or timeline, or is ahead");
    }
    LogPage page;
    page.head = Head();
    page.end = page.head.position;
    for (const LoggedChange& row : rows_) {
      if (ComparePositions(after, row.position) < 0) page.changes.push_back(row);
    }
    const size_t fits = FitPage(page.changes, byte_budget, byte_budget, [&](const auto& change) {
      return states_.at({change.kind(), change.key()}).ByteSizeLong();
    });
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
    size_t bytes = 0;
    for (auto entry = states_.upper_bound({cursor.kind, cursor.key}); entry != states_.end();
         ++entry) {
      bytes += entry->second.ByteSizeLong();
      const bool is_full = page.states.size() == static_cast<size_t>(limit) || bytes > byte_budget;
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
    for (const auto& [key, state] : states_) {
      const bool is_asked = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
        return state.name() == "articles/" + id;
      });
      if (is_asked) found.push_back(state);
    }
    return found;
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
  static constexpr char kLogId[] = "log";

  content::v1::LogPosition PositionOf(uint64_t xid, uint64_t seq) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    content::v1::LogPosition position;
    position.set_log_id(kLogId);
    position.set_timeline(timeline_);
    position.set_xid(xid);
    position.set_seq(seq);
    return position;
  }
  LogHead Head() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return {PositionOf(xid_, seq_), absl::UnixEpoch() + absl::Seconds(xid_)};
  }

  Mutex mutex_;
  std::function<absl::Status()> on_read_ ABSL_GUARDED_BY(mutex_) = [] { return absl::OkStatus(); };
  std::map<std::pair<v1::ResourceKind, int64_t>, v1::ResourceState> states_ ABSL_GUARDED_BY(mutex_);
  std::vector<LoggedChange> rows_ ABSL_GUARDED_BY(mutex_);
  uint32_t timeline_ ABSL_GUARDED_BY(mutex_) = 1;
  uint64_t xid_ ABSL_GUARDED_BY(mutex_) = 7;
  uint64_t seq_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_TESTING_FAKE_CHANGE_LOG_H_
