#include "services/ingestion/store/postgres_subscriptions.h"

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"

namespace dateline::ingestion::store {
namespace {

constexpr char kOffer[] =
    "INSERT INTO ingestion.subscriptions AS p (source_key, token, secret, hub, topic)"
    " VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (source_key) DO UPDATE SET token = excluded.token, secret = excluded.secret,"
    " hub = excluded.hub, topic = excluded.topic, next_attempt = clock_timestamp(), attempts = 0,"
    " pending_until = NULL, lease_until = NULL, push_time = NULL,"
    " push_poll_time = NULL, last_error = ''"
    " WHERE p.hub <> excluded.hub OR p.topic <> excluded.topic";

constexpr char kTakeDue[] =
    "WITH due AS (SELECT p.source_key FROM ingestion.subscriptions p"
    "  JOIN ingestion.sources s ON s.key = p.source_key AND s.state = 1"
    "  WHERE p.next_attempt <= now()"
    "  ORDER BY p.next_attempt, p.source_key LIMIT 1 FOR UPDATE OF p SKIP LOCKED)"
    " UPDATE ingestion.subscriptions SET pending_until = now() + $1 * interval '1 second',"
    " next_attempt = now() + $1 * 2 ^ least(attempts, 7) * interval '1 second',"
    " attempts = attempts + 1"
    " FROM due WHERE subscriptions.source_key = due.source_key"
    " RETURNING subscriptions.source_key, token, secret, hub, topic, attempts - 1";

constexpr char kSetNextAttempt[] =
    "UPDATE ingestion.subscriptions SET next_attempt = now() + $2 * interval '1 second',"
    " pending_until = NULL, last_error = $3 WHERE token = $1";

// A hub that repeats its verification within the time is answered alike: the answer may have been
// lost.
constexpr char kConfirm[] =
    "UPDATE ingestion.subscriptions SET lease_until = now() + $3 * interval '1 second',"
    " next_attempt = now() + $4 * interval '1 second', attempts = 0,"
    " last_error = '' WHERE token = $1 AND topic = $2 AND pending_until > now() RETURNING 1";

constexpr char kDeny[] =
    "UPDATE ingestion.subscriptions SET lease_until = NULL, pending_until = NULL,"
    " next_attempt = now() + $3 * interval '1 second', last_error = $4"
    " WHERE token = $1 AND topic = $2 AND (pending_until > now() OR lease_until > now())"
    " RETURNING 1";

// What comes within the spacing is put off to its end, never lost.
constexpr char kPush[] =
    "WITH pushed AS (UPDATE ingestion.subscriptions SET push_time = clock_timestamp(),"
    "  pushes = pushes + 1, push_poll_time = CASE"
    "   WHEN push_poll_time > clock_timestamp() THEN push_poll_time"
    "   ELSE greatest(clock_timestamp(), push_poll_time + $2 * interval '1 second') END"
    "  WHERE token = $1 RETURNING source_key, push_poll_time)"
    " UPDATE ingestion.sources s SET next_fetch_time = least(s.next_fetch_time, p.push_poll_time)"
    " FROM pushed p WHERE s.key = p.source_key AND s.next_fetch_time IS NOT NULL";

}  // namespace

void OfferHub(pqxx::transaction_base& transaction, int64_t source_key, const HubOffer& offer) {
  if (offer.hub.empty()) {
    transaction.exec_params("DELETE FROM ingestion.subscriptions WHERE source_key = $1",
                            source_key);
    return;
  }
  transaction.exec_params(kOffer, source_key, NewId(), absl::StrCat(NewId(), NewId()), offer.hub,
                          offer.topic);
}

absl::StatusOr<std::optional<Subscription>> PostgresSubscriptionStore::TakeDueSubscription(
    const RequestContext& context, absl::Duration pending) {
  std::optional<Subscription> taken;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        taken.reset();
        const pqxx::result rows = transaction.exec_params(kTakeDue, absl::ToDoubleSeconds(pending));
        if (rows.empty()) return absl::OkStatus();
        const pqxx::row row = rows[0];
        taken = Subscription{row[0].as<int64_t>(),     row[1].as<std::string>(),
                             row[2].as<std::string>(), row[3].as<std::string>(),
                             row[4].as<std::string>(), row[5].as<int>()};
        return absl::OkStatus();
      }));
  return taken;
}

absl::Status PostgresSubscriptionStore::SetNextAttempt(const RequestContext& context,
                                                       const Subscription& subscription,
                                                       absl::Duration wait,
                                                       const std::string& error) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(kSetNextAttempt, subscription.token, absl::ToDoubleSeconds(wait),
                            error);
    return absl::OkStatus();
  });
}

absl::StatusOr<Subscription> PostgresSubscriptionStore::FindSubscription(
    const RequestContext& context, const std::string& token) {
  Subscription found;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {.read_only = true},
                         [&](pqxx::transaction_base& transaction) -> absl::Status {
                           const pqxx::result rows = transaction.exec_params(
                               "SELECT source_key, secret, hub, topic, attempts"
                               " FROM ingestion.subscriptions WHERE token = $1",
                               token);
                           if (rows.empty()) return error::ResourceNotFound("subscription");
                           const pqxx::row row = rows[0];
                           found = {row[0].as<int64_t>(),     token,
                                    row[1].as<std::string>(), row[2].as<std::string>(),
                                    row[3].as<std::string>(), row[4].as<int>()};
                           return absl::OkStatus();
                         }));
  return found;
}

absl::StatusOr<bool> PostgresSubscriptionStore::Confirm(const RequestContext& context,
                                                        const std::string& token,
                                                        const std::string& topic,
                                                        absl::Duration lease,
                                                        absl::Duration renew) {
  bool confirmed = false;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        confirmed = !transaction
                         .exec_params(kConfirm, token, topic, absl::ToDoubleSeconds(lease),
                                      absl::ToDoubleSeconds(renew))
                         .empty();
        return absl::OkStatus();
      }));
  return confirmed;
}

absl::StatusOr<bool> PostgresSubscriptionStore::Deny(const RequestContext& context,
                                                     const std::string& token,
                                                     const std::string& topic, absl::Duration wait,
                                                     const std::string& reason) {
  bool denied = false;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        denied = !transaction.exec_params(kDeny, token, topic, absl::ToDoubleSeconds(wait), reason)
                      .empty();
        return absl::OkStatus();
      }));
  return denied;
}

absl::Status PostgresSubscriptionStore::Push(const RequestContext& context,
                                             const std::string& token, absl::Duration spacing) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(kPush, token, absl::ToDoubleSeconds(spacing));
    return absl::OkStatus();
  });
}

absl::Status PostgresSubscriptionStore::CountBadPush(const RequestContext& context,
                                                     const std::string& token) {
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(
        "UPDATE ingestion.subscriptions SET bad_pushes = bad_pushes + 1 WHERE token = $1", token);
    return absl::OkStatus();
  });
}

}  // namespace dateline::ingestion::store
