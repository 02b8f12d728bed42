#ifndef DATELINE_SERVICES_INGESTION_POLL_LEASE_KEEPER_H_
#define DATELINE_SERVICES_INGESTION_POLL_LEASE_KEEPER_H_

#include <cstdint>
#include <map>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
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

  // The store must outlive it.
  LeaseKeeper(store::SourceStore& store, Options options);
  // No lease may be held any more.
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

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
  void Run();

  store::SourceStore& store_;
  const Options options_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<int64_t, store::LeaseKey> held_ ABSL_GUARDED_BY(mutex_);  // by epoch
  std::thread thread_;
};

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_LEASE_KEEPER_H_
