#include "services/query/replica/store/idle_readers.h"

#include <lmdb.h>

namespace dateline::query::replica {

int IdleReaders::Begin(MDB_env* env, MDB_txn** transaction) {
  for (std::atomic<MDB_txn*>& place : idle_) {
    if (place.load(std::memory_order_relaxed) == nullptr) continue;
    MDB_txn* const idle = place.exchange(nullptr, std::memory_order_acquire);
    if (idle == nullptr) continue;
    if (mdb_txn_renew(idle) == 0) {
      *transaction = idle;
      return 0;
    }
    // Why it cannot go on, beginning a new one will tell.
    mdb_txn_abort(idle);
    break;
  }
  return mdb_txn_begin(env, nullptr, MDB_RDONLY, transaction);
}

void IdleReaders::End(MDB_txn* transaction) {
  mdb_txn_reset(transaction);
  for (std::atomic<MDB_txn*>& place : idle_) {
    MDB_txn* none = nullptr;
    if (place.load(std::memory_order_relaxed) == nullptr &&
        place.compare_exchange_strong(none, transaction, std::memory_order_release)) {
      return;
    }
  }
  mdb_txn_abort(transaction);
}

void IdleReaders::Clear() {
  for (std::atomic<MDB_txn*>& place : idle_) {
    if (MDB_txn* const idle = place.exchange(nullptr)) mdb_txn_abort(idle);
  }
}

}  // namespace dateline::query::replica
