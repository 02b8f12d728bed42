#include "services/ingestion/poll/lease_keeper.h"

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/guard.h"
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
    : store_(store), options_(options), thread_([this] { Run(); }) {}

LeaseKeeper::~LeaseKeeper() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.SignalAll();
  thread_.join();
}

void LeaseKeeper::Run() {
  absl::Duration next = RealClock()->Elapsed() + options_.renewal;
  while (true) {
    std::vector<store::LeaseKey> held;
    {
      MutexLock lock(mutex_);
      while (!stopping_) {
        const absl::Duration left = next - RealClock()->Elapsed();
        if (left <= absl::ZeroDuration()) break;
        changed_.WaitFor(mutex_, left);
      }
      if (stopping_) return;
      for (const auto& [epoch, key] : held_) held.push_back(key);
    }
    next = RealClock()->Elapsed() + options_.renewal;
    if (held.empty()) continue;
    const absl::Status renewed = RunGuarded(
        [&] {
          return store_.RenewLeases(
              RequestContext::Background("lease-keeper").WithTimeout(options_.renewal), held,
              options_.lease);
        },
        [](absl::string_view what) { return absl::InternalError(what); });
    if (renewed.ok()) continue;
    obs::Log(obs::Level::kWarning, "leases were not renewed",
             {{"error", std::string(renewed.message())}});
  }
}

}  // namespace dateline::ingestion::poll
