#include "services/ingestion/retag/retag_worker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/base/guard.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"

namespace dateline::ingestion::retag {
namespace {

constexpr absl::Duration kFirstRest = absl::Milliseconds(200);
// Shorter than a lease, which is held through an outage of the catalog.
constexpr absl::Duration kLongestRest = absl::Seconds(5);
constexpr absl::Duration kReleaseLimit = absl::Seconds(2);

// An error that time mends.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsAborted(status) || absl::IsResourceExhausted(status) || absl::IsUnknown(status);
}

bool IsLeaseLost(const absl::Status& status) {
  return error::ReasonOf(status) == errors::v1::ERROR_REASON_LEASE_LOST;
}

}  // namespace

RetagWorker::RetagWorker(Dependencies dependencies, WorkerOptions options)
    : dependencies_(dependencies),
      options_(options),
      worker_([this](Worker& worker) { return Step(worker); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "the retagging thread caught an exception",
                         {{"error", what}});
              }) {}

absl::Duration RetagWorker::Step(Worker& worker) {
  const RequestContext context(
      RealClock(), absl::InfiniteDuration(), [&] { return worker.stopping(); }, "retag");
  auto taken = dependencies_.operations.Take(context, options_.lease);
  if (!taken.ok() || !taken->has_value()) return options_.idle;
  WorkAt(context, worker, **std::move(taken));
  return absl::ZeroDuration();
}

void RetagWorker::WorkAt(const RequestContext& context, Worker& worker, Operation operation) {
  obs::Log(obs::Level::kInfo, "retagging articles",
           {{"operation", operation.id}, {"seen", operation.metadata.articles_seen()}});
  absl::Duration rest = kFirstRest;
  while (true) {
    const int64_t before = operation.metadata.articles_seen();
    // An operation that throws has failed, and is ended as such: nobody takes it again.
    const absl::Status status =
        RunGuarded([&] { return Retag(context, dependencies_, options_.lease, &operation); },
                   [&](absl::string_view what) {
                     obs::Log(obs::Level::kError, "retagging threw",
                              {{"operation", operation.id}, {"error", std::string(what)}});
                     return error::Internal("retagging failed");
                   });
    if (worker.stopping()) {
      const RequestContext last = RequestContext::Background("retag").WithTimeout(kReleaseLimit);
      (void)dependencies_.operations.Release(last, operation);
      return;
    }
    if (IsLeaseLost(status)) return;
    if (IsPassing(status)) {
      if (operation.metadata.articles_seen() > before) rest = kFirstRest;
      obs::Log(obs::Level::kWarning, "retagging was interrupted",
               {{"operation", operation.id}, {"error", status.message()}});
      worker.Rest(rest);
      rest = std::min(2 * rest, kLongestRest);
      // Holds the lease, and hears of a request to end.
      const auto cancel = dependencies_.operations.Checkpoint(context, operation, options_.lease);
      if (IsLeaseLost(cancel.status())) return;
      if (!cancel.ok() || !*cancel) continue;
      (void)dependencies_.operations.End(context, operation, error::Cancelled());
      return;
    }
    const absl::Status ended = dependencies_.operations.End(context, operation, status);
    obs::Log(status.ok() ? obs::Level::kInfo : obs::Level::kWarning, "retagging has ended",
             {{"operation", operation.id},
              {"seen", operation.metadata.articles_seen()},
              {"tagged", operation.metadata.articles_tagged()},
              {"error", status.message()}});
    // Not written: whoever takes it again finds little left to do.
    if (!ended.ok()) worker.Rest(options_.idle);
    return;
  }
}

}  // namespace dateline::ingestion::retag
