#ifndef DATELINE_SERVICES_QUERY_READS_FAKE_READ_STORE_H_
#define DATELINE_SERVICES_QUERY_READS_FAKE_READ_STORE_H_

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "services/query/reads/read_store.h"

namespace dateline::query::reads {

// The counts in memory; passes the suite that PostgreSQL passes (read_store_contract.h).
// Thread-safe.
class FakeReadStore final : public ReadStore {
 public:
  absl::StatusOr<std::vector<absl::Status>> Add(const RequestContext& /*call*/,
                                                const std::vector<Report>& reports) override {
    MutexLock lock(mutex_);
    if (fails_) return error::DatabaseUnavailable();
    ++transactions_;
    std::vector<absl::Status> told;
    told.reserve(reports.size());
    for (const Report& report : reports) told.push_back(AddOne(report));
    return told;
  }

  absl::StatusOr<Ranking> Top(const RequestContext& /*call*/, Window window, int limit) override {
    MutexLock lock(mutex_);
    if (fails_) return error::DatabaseUnavailable();
    std::vector<std::pair<double, std::string>> sorted;
    for (const auto& [id, scores] : scores_) {
      sorted.emplace_back(-scores[static_cast<size_t>(window)], id);
    }
    std::sort(sorted.begin(), sorted.end());
    Ranking ranking;
    for (const auto& [score, id] : sorted) {
      if (static_cast<int>(ranking.size()) < limit) ranking.push_back(id);
    }
    return ranking;
  }

  absl::Status Prune(const RequestContext& /*call*/) override {
    MutexLock lock(mutex_);
    return fails_ ? error::DatabaseUnavailable() : absl::OkStatus();
  }

  // Whether every later call fails, with DATABASE_UNAVAILABLE. Each makes a status of its own: one
  // that threads share is a false race under ThreadSanitizer, as Abseil is not instrumented.
  void SetFails(bool fails) {
    MutexLock lock(mutex_);
    fails_ = fails;
  }
  int transactions() const {
    MutexLock lock(mutex_);
    return transactions_;
  }

 private:
  absl::Status AddOne(const Report& report) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!report.request_id.empty()) {
      const auto [known, is_new] =
          known_.emplace(std::make_pair(report.caller, report.request_id), report.fingerprint);
      if (!is_new) {
        return known->second == report.fingerprint ? absl::OkStatus()
                                                   : error::RequestIdReused(report.request_id);
      }
    }
    for (const auto& [id, scores] : report.scores) {
      const auto [sum, is_new] = scores_.emplace(id, scores);
      for (size_t window = 0; !is_new && window < kWindows; ++window) {
        sum->second[window] = Sum(sum->second[window], scores[window]);
      }
    }
    return absl::OkStatus();
  }

  mutable Mutex mutex_;
  bool fails_ ABSL_GUARDED_BY(mutex_) = false;
  int transactions_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::pair<std::string, std::string>, uint64_t> known_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Scores> scores_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::query::reads

#endif  // DATELINE_SERVICES_QUERY_READS_FAKE_READ_STORE_H_
