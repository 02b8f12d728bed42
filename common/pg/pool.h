#ifndef DATELINE_COMMON_PG_POOL_H_
#define DATELINE_COMMON_PG_POOL_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/request_context.h"

namespace pqxx {
class connection_base;
}

namespace dateline::pg {

// How to reach PostgreSQL. All durations are enforced by the server for each session.
struct PoolOptions {
  std::string conninfo;  // libpq connection string or URI; never logged
  int size = 4;          // connections at most; as many as threads that use the pool
  std::string application_name = "dateline";
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration statement_timeout = absl::Seconds(30);  // where the call has no nearer deadline
  absl::Duration lock_timeout = absl::Seconds(5);
  absl::Duration idle_in_transaction_timeout = absl::Seconds(10);
};

// What the pool is doing, for metrics.
struct PoolStats {
  int open = 0;
  int in_use = 0;
  int waiting = 0;
};

// Closes and deletes a connection; libpqxx's base class has no virtual destructor to do it by.
struct CloseConnection {
  void operator()(pqxx::connection_base* connection) const;
};
using OwnedConnection = std::unique_ptr<pqxx::connection_base, CloseConnection>;

// A bounded set of connections, opened when first needed and dropped when broken. Thread-safe.
class Pool {
 public:
  // One connection for one user at a time; goes back to the pool when destroyed.
  class Lease {
   public:
    Lease(Pool* pool, OwnedConnection connection, bool reused);
    Lease(Lease&&) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    pqxx::connection_base& connection() { return *connection_; }
    // Whether it lay idle before, so that it may have broken unnoticed.
    bool reused() const { return reused_; }
    // Closes the connection instead of giving it back.
    void Discard() { discard_ = true; }

   private:
    Pool* pool_;
    OwnedConnection connection_;
    bool reused_;
    bool discard_ = false;
  };

  explicit Pool(PoolOptions options);
  // All leases must have gone back.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Waits for a free connection until the call's deadline, to which opening one is bound as well
  // (in libpq's whole seconds, two at least). DATABASE_UNAVAILABLE if the server
  // cannot be reached, OVERLOADED if the wait was in vain, CANCELLED if the caller has gone.
  absl::StatusOr<Lease> Acquire(const RequestContext& context);

  PoolStats stats() const;
  const PoolOptions& options() const { return options_; }

 private:
  void Return(OwnedConnection connection, bool discard);
  absl::StatusOr<OwnedConnection> Open(absl::Duration time_left);

  const PoolOptions options_;
  mutable Mutex mutex_;
  CondVar returned_;
  std::vector<OwnedConnection> idle_ ABSL_GUARDED_BY(mutex_);
  int open_ ABSL_GUARDED_BY(mutex_) = 0;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_POOL_H_
