#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_IDLE_READERS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_IDLE_READERS_H_

#include <array>
#include <atomic>
#include <cstddef>

struct MDB_env;
struct MDB_txn;

namespace dateline::query::replica {

// Ended read transactions of one environment that are to be begun again: that takes neither LMDB's
// lock on its table of readers, which is one for all threads, nor memory. An idle one holds no page
// back from writers. Thread-safe; never blocks.
class IdleReaders {
 public:
  // Idle ones are kept up to here; what is above ends for good.
  static constexpr size_t kMaxIdle = 16;

  IdleReaders() = default;
  ~IdleReaders() { Clear(); }
  IdleReaders(const IdleReaders&) = delete;
  IdleReaders& operator=(const IdleReaders&) = delete;

  // Begins a read transaction into `transaction`. An error of LMDB or 0.
  int Begin(MDB_env* env, MDB_txn** transaction);

  // Ends one that Begin gave.
  void End(MDB_txn* transaction);

  // Ends the idle ones for good: before their environment is closed, when no other thread is in it.
  void Clear();

 private:
  std::array<std::atomic<MDB_txn*>, kMaxIdle> idle_{};
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_IDLE_READERS_H_
