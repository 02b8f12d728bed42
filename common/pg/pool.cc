#include "common/pg/pool.h"

#include <libpq-fe.h>

#include <algorithm>
#include <pqxx/pqxx>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"

namespace dateline::pg {
namespace {

// How often a waiter looks whether its caller has gone.
constexpr absl::Duration kCancellationPoll = absl::Milliseconds(50);

// A server that the network has lost is noticed within half a minute, not after hours.
constexpr char kDeadPeer[] =
    " keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=20000";

// A value within libpq's connection string (PostgreSQL 15 manual, 34.1.1.1).
std::string Quoted(absl::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string SessionSettings(const PoolOptions& options) {
  return absl::StrCat("-c statement_timeout=", absl::ToInt64Milliseconds(options.statement_timeout),
                      " -c lock_timeout=", absl::ToInt64Milliseconds(options.lock_timeout),
                      " -c idle_in_transaction_session_timeout=",
                      absl::ToInt64Milliseconds(options.idle_in_transaction_timeout),
                      " -c timezone=UTC", " -c bytea_output=hex");
}

// libpq counts whole seconds, two at least.
int64_t ConnectTimeout(const PoolOptions& options, absl::Duration time_left) {
  const absl::Duration timeout = std::min(options.connect_timeout, time_left);
  return std::max<int64_t>(2, absl::ToInt64Seconds(absl::Ceil(timeout, absl::Seconds(1))));
}

// The options' string or URI with our settings behind its own `options`. What libpq cannot read
// stays as it is; connecting fails with it.
std::string ConnectionString(const PoolOptions& options, absl::Duration time_left) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(options.conninfo.c_str(), nullptr), &PQconninfoFree);
  if (parsed == nullptr) return options.conninfo;
  std::string out;
  std::string settings = SessionSettings(options);
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (absl::string_view(option->keyword) == "options") {
      settings = absl::StrCat(option->val, " ", settings);
    } else {
      absl::StrAppend(&out, option->keyword, "=", Quoted(option->val), " ");
    }
  }
  return absl::StrCat(out, "application_name=", Quoted(options.application_name),
                      " connect_timeout=", ConnectTimeout(options, time_left), kDeadPeer,
                      " options=", Quoted(settings));
}

}  // namespace

void CloseConnection::operator()(pqxx::connection_base* connection) const {
  delete static_cast<pqxx::connection*>(connection);
}

Pool::Lease::Lease(Pool* pool, OwnedConnection connection, bool reused)
    : pool_(pool), connection_(std::move(connection)), reused_(reused) {}

Pool::Lease::Lease(Lease&&) noexcept = default;

Pool::Lease::~Lease() {
  if (connection_ != nullptr) pool_->Return(std::move(connection_), discard_);
}

Pool::Pool(PoolOptions options) : options_(std::move(options)) {}
Pool::~Pool() = default;

absl::StatusOr<OwnedConnection> Pool::Open(absl::Duration time_left) {
  try {
    // Message text may name hosts; it is not passed on.
    return OwnedConnection(new pqxx::connection(ConnectionString(options_, time_left)));
  } catch (const std::exception&) {
    return error::DatabaseUnavailable();
  }
}

absl::StatusOr<Pool::Lease> Pool::Acquire(const RequestContext& context) {
  {
    MutexLock lock(mutex_);
    while (idle_.empty() && open_ >= options_.size) {
      DATELINE_RETURN_IF_ERROR(context.cancelled() ? error::Cancelled() : absl::OkStatus());
      const absl::Duration left = context.remaining();
      if (left <= absl::ZeroDuration()) return error::Overloaded();
      ++waiting_;
      returned_.WaitFor(mutex_, std::min(left, kCancellationPoll));
      --waiting_;
    }
    if (!idle_.empty()) {
      Lease lease(this, std::move(idle_.back()), /*reused=*/true);
      idle_.pop_back();
      return lease;
    }
    ++open_;
  }
  absl::StatusOr<OwnedConnection> connection = Open(context.remaining());
  if (!connection.ok()) {
    MutexLock lock(mutex_);
    --open_;
    returned_.Signal();
    return connection.status();
  }
  return Lease(this, *std::move(connection), /*reused=*/false);
}

void Pool::Return(OwnedConnection connection, bool discard) {
  {
    MutexLock lock(mutex_);
    if (discard || !connection->is_open()) {
      --open_;
    } else {
      idle_.push_back(std::move(connection));
    }
    returned_.Signal();
  }
  // A discarded connection is closed here, outside of the lock.
}

PoolStats Pool::stats() const {
  MutexLock lock(mutex_);
  return {open_, open_ - static_cast<int>(idle_.size()), waiting_};
}

}  // namespace dateline::pg
