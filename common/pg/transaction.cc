#include "common/pg/transaction.h"

#include <algorithm>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/pg/cancel_watcher.h"
#include "common/pg/sqlstate.h"

namespace dateline::pg {
namespace {

// What an attempt came to, and whether the connection or the transaction may be used again.
struct Attempt {
  absl::Status status;
  bool retryable = false;
  bool discard = false;
  bool began = false;  // the body has been called
};

// The name between the first pair of double quotes behind "constraint", as PostgreSQL words its
// message; libpqxx 6.4 gives no other way to the constraint's name.
std::string ConstraintFrom(absl::string_view message) {
  const size_t word = message.find("constraint \"");
  if (word == absl::string_view::npos) return "";
  const size_t start = word + sizeof("constraint \"") - 1;
  return std::string(message.substr(start, message.find('"', start) - start));
}

void ApplySettings(pqxx::transaction_base& transaction, const RequestContext& context,
                   const TransactionOptions& options, absl::Duration statement_timeout) {
  std::string settings;
  if (options.repeatable_read)
    absl::StrAppend(&settings, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;");
  if (options.read_only) absl::StrAppend(&settings, "SET TRANSACTION READ ONLY;");
  const absl::Duration left = context.remaining();
  // The session's own timeout stays where it is the nearer one. Whole milliseconds, rounded up: it
  // is never due before the call is.
  if (left < statement_timeout) {
    absl::StrAppend(
        &settings, "SET LOCAL statement_timeout=",
        std::max<int64_t>(1, absl::ToInt64Milliseconds(absl::Ceil(left, absl::Milliseconds(1)))));
  }
  if (!settings.empty()) transaction.exec(settings);
}

absl::Status StatusOf(const pqxx::sql_error& error, const RequestContext& context) {
  const CancelCause cause = context.cancelled() ? CancelCause::kCaller : CancelCause::kDeadline;
  return StatusFromSqlState(error.sqlstate(), ConstraintFrom(error.what()), cause);
}

Attempt FromSqlError(const pqxx::sql_error& error, const RequestContext& context) {
  const absl::Status status = StatusOf(error, context);
  // The caller is told neither; somebody has to find the defect.
  if (status.code() == absl::StatusCode::kInternal ||
      status.code() == absl::StatusCode::kInvalidArgument) {
    obs::Log(obs::Level::kError, "the database refused a statement",
             {{"sqlstate", error.sqlstate()}, {"constraint", ConstraintFrom(error.what())}});
  }
  return {status, IsRetryable(error.sqlstate()), IsConnectionError(error.sqlstate())};
}

// Calls `body` within a transaction; turns what is thrown into a status.
Attempt RunOnce(pqxx::connection_base& connection, const RequestContext& context,
                absl::FunctionRef<absl::Status(pqxx::transaction_base&)> body) {
  try {
    pqxx::work transaction(connection);
    const absl::Status status = body(transaction);
    if (!status.ok()) {
      transaction.abort();
      return {status};
    }
    transaction.commit();
    return {absl::OkStatus()};
  } catch (const pqxx::in_doubt_error&) {
    return {error::OutcomeUnknown(), false, true};
  } catch (const pqxx::broken_connection&) {
    return {error::DatabaseUnavailable(), false, true};
  } catch (const pqxx::statement_completion_unknown&) {
    return {error::OutcomeUnknown(), false, true};
  } catch (const pqxx::transaction_rollback&) {
    // Class 40, which libpqxx 6.4 tells apart from other SQL errors: serialization, deadlock.
    return {error::Conflict(), true, false};
  } catch (const pqxx::sql_error& error) {
    return FromSqlError(error, context);
  } catch (const std::exception&) {
    return {error::Internal("unexpected answer of the database"), false, true};
  }
}

// The same under the context's deadline and cancellation.
Attempt RunWatched(Pool& pool, Pool::Lease& lease, const RequestContext& context,
                   const TransactionOptions& options,
                   absl::FunctionRef<absl::Status(pqxx::transaction_base&)> body) {
  bool began = false;
  const auto whole = [&](pqxx::transaction_base& transaction) {
    ApplySettings(transaction, context, options, pool.options().statement_timeout);
    began = true;
    return body(transaction);
  };
  const CancelWatcher::Watch watch(CancelWatcher::Shared(), context, lease.connection());
  Attempt attempt = RunOnce(lease.connection(), context, whole);
  attempt.began = began;
  return attempt;
}

// Whether the session is out of its transaction. It is not where COMMIT or ROLLBACK itself was
// cancelled, of which libpqxx takes no notice: whoever got the connection next would fail.
bool HasLeftTransaction(pqxx::connection_base& connection) {
  try {
    pqxx::nontransaction(connection).exec("SELECT");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

// Full jitter: colliding transactions must not meet again.
absl::Duration Backoff(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int limit = 5 << std::min(attempt, 6);
  return absl::Milliseconds(std::uniform_int_distribution<int>(1, limit)(random));
}

}  // namespace

absl::Status RunTransaction(Pool& pool, const RequestContext& context,
                            const TransactionOptions& options,
                            absl::FunctionRef<absl::Status(pqxx::transaction_base&)> body) {
  for (int attempt = 1;; ++attempt) {
    if (context.cancelled()) return error::Cancelled();
    if (context.remaining() <= absl::ZeroDuration()) return error::DeadlineExceeded();
    Attempt result;
    bool was_stale;
    {
      DATELINE_ASSIGN_OR_RETURN(Pool::Lease lease, pool.Acquire(context));
      result = RunWatched(pool, lease, context, options, body);
      // Only a call that is over is cancelled.
      const bool was_cut = !result.status.ok() && !context.Check().ok();
      if (result.discard || (was_cut && !HasLeftTransaction(lease.connection()))) lease.Discard();
      was_stale = result.discard && !result.began && lease.reused();
    }
    if (was_stale) {
      // It broke while idle. This does not count, and ends with a new connection at the latest.
      --attempt;
      continue;
    }
    if (!result.retryable || attempt >= options.max_attempts) return result.status;
    absl::SleepFor(std::min(Backoff(attempt), context.remaining()));
  }
}

}  // namespace dateline::pg
