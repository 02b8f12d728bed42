#ifndef DATELINE_COMMON_PG_TRANSACTION_H_
#define DATELINE_COMMON_PG_TRANSACTION_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/pg/pool.h"

namespace pqxx {
class transaction_base;
}

namespace dateline::pg {

// How a transaction runs.
struct TransactionOptions {
  bool read_only = false;
  bool repeatable_read = false;  // else READ COMMITTED
  int max_attempts = 5;          // runs of the body while transactions collide
};

// Runs `body` in one transaction and commits. An error from `body` rolls back and is returned. The
// time left to the call becomes the statement timeout if the session's is not nearer; when the
// caller goes or the deadline passes, the running statement is cancelled. Collisions (SQLSTATE
// 40001, 40P01) run the body again, so it must not keep what an earlier run left outside of the
// database; a connection that broke while idle is replaced unnoticed. Errors are those of
// StatusFromSqlState, and OUTCOME_UNKNOWN when the connection broke while committing, which is
// never retried. Exceptions of the body's statements are caught here.
absl::Status RunTransaction(Pool& pool, const RequestContext& context,
                            const TransactionOptions& options,
                            absl::FunctionRef<absl::Status(pqxx::transaction_base&)> body);

}  // namespace dateline::pg

#endif  // DATELINE_COMMON_PG_TRANSACTION_H_
