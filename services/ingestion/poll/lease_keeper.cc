#include "services/ingestion/poll/lease_keeper.h"

#include <string>
#include <vector>

#include "common/obs/log.h"

namespace dateline::ingestion::poll {

LeaseKeeper::Hold::Hold(LeaseKeeper* keeper, const store::Lease& lease)
    : keeper_(keeper), epoch_(lease.epoch) {
  if (keeper_ == nullptr) return;
  MutexLock lock(keeper_->mutex_);
  keeper_->held_[epoch_] = {lease.source.key, lease.epoch, lease.host};
}

LeaseKeeper::Hold::~Hold() {
  if (keeper_ == nullptr) return;
  MutexLock lock(keeper_->mutex_);
  keeper_->held_.erase(epoch_);
}

LeaseKeeper::LeaseKeeper(store::SourceStore& store, Options options)
    : store_(store),
      options_(options),
      worker_([this](Worker& worker) { return Step(worker); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "renewing leases threw", {{"error", what}});
              }) {}

absl::Duration LeaseKeeper::Step(Worker& worker) {
  if (!worker.Rest(options_.renewal)) return absl::ZeroDuration();
  std::vector<store::LeaseKey> held;
  {
    MutexLock lock(mutex_);
    for (const auto& [epoch, key] : held_) held.push_back(key);
  }
  if (held.empty()) return absl::ZeroDuration();
  const absl::Status renewed =
      store_.RenewLeases(RequestContext::Background("lease-keeper").WithTimeout(options_.renewal),
                         held, options_.lease);
  if (!renewed.ok()) {
    obs::Log(obs::Level::kWarning, "leases were not renewed", {{"error", renewed.message()}});
  }
  return absl::ZeroDuration();
}

}  // namespace dateline::ingestion::poll
