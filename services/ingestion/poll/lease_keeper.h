#ifndef DATELINE_SERVICES_INGESTION_POLL_LEASE_KEEPER_H_
#define DATELINE_SERVICES_INGESTION_POLL_LEASE_KEEPER_H_

#include <cstdint>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/worker.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::poll {

// Renews this process's leases while they are held, all in one go, so that a lease can be short: a
// process that dies gives its sources free soon, one that works long keeps them. A renewal that
// fails is tried again; a lease that is lost meanwhile is refused where it matters, by its epoch.
// Thread-safe.
class LeaseKeeper {
 public:
  // How long a lease is to be taken for, and how often it is renewed.
  struct Options {
    absl::Duration lease = absl::Seconds(30);
    absl::Duration renewal = absl::Seconds(8);
  };

  // The store must outlive it. At its end no lease may be held any more.
  LeaseKeeper(store::SourceStore& store, Options options);

  absl::Duration lease() const { return options_.lease; }

  // Keeps a lease for as long as it lives.
  class Hold {
   public:
    // `keeper` may be null: then nothing is renewed. It must outlive the hold.
    Hold(LeaseKeeper* keeper, const store::Lease& lease);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    LeaseKeeper* const keeper_;
    const int64_t epoch_;
  };

 private:
  absl::Duration Step(Worker& worker);

  store::SourceStore& store_;
  const Options options_;
  Mutex mutex_;
  std::map<int64_t, store::LeaseKey> held_ ABSL_GUARDED_BY(mutex_);  // by epoch
  Worker worker_;
};

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_LEASE_KEEPER_H_
