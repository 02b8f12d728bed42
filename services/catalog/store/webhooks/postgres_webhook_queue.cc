#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message_lite.h"
#include "services/catalog/store/webhooks/postgres_webhook_rows.h"
#include "services/catalog/store/webhooks/webhook_queue.h"

namespace dateline::catalog::store {

namespace {

// As many calls of a webhook as are kept.
constexpr int kMaxAttempts = 1000;

WebhookCursor ParseCursor(const pqxx::row& row, int first) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  WebhookCursor cursor;
  ParseStored(Bytes(column(0)), &cursor.position);
  cursor.instant = *Time(column(1));
  cursor.instant_key = Int(column(2));
  return cursor;
}

pqxx::binarystring Encoded(const google::protobuf::MessageLite& message) {
  return pqxx::binarystring(message.SerializeAsString());
}

// Locks the cursor of a webhook that is still where it was and has nothing in its queue; false if
// it is not, or if somebody else is at it.
bool LockCursor(pqxx::transaction_base& transaction, const IdleWebhook& webhook) {
  return !transaction
              .exec_params(
                  absl::StrCat("SELECT FROM catalog.webhook_cursors c WHERE c.webhook_key = $1 AND "
                               "c.position = $2 AND c.instant = ",
                               FromMicros("$3::bigint"),
                               " AND c.instant_key = $4 AND NOT EXISTS (SELECT FROM "
                               "catalog.webhook_queue q WHERE q.webhook_key = c.webhook_key) "
                               "FOR UPDATE SKIP LOCKED"),
                  webhook.key, Encoded(webhook.cursor.position),
                  absl::ToUnixMicros(webhook.cursor.instant), webhook.cursor.instant_key)
              .empty();
}

void MoveCursor(pqxx::transaction_base& transaction, int64_t webhook_key,
                const WebhookCursor& cursor) {
  transaction.exec_params(
      absl::StrCat("UPDATE catalog.webhook_cursors SET position = $2, instant = ",
                   FromMicros("$3::bigint"), ", instant_key = $4 WHERE webhook_key = $1"),
      webhook_key, Encoded(cursor.position), absl::ToUnixMicros(cursor.instant),
      cursor.instant_key);
}

// Keeps of which articles the webhook knows otherwise than what is taken for granted.
void RememberTold(pqxx::transaction_base& transaction, const IdleWebhook& webhook,
                  const WebhookBatch& batch) {
  const bool has_filter = !webhook.filter.empty();
  ArrayParam granted;
  for (const int64_t key : has_filter ? batch.hidden : batch.visible) granted.Add(key);
  ArrayParam others;
  for (const int64_t key : has_filter ? batch.visible : batch.hidden) others.Add(key);
  transaction.exec_params(
      "DELETE FROM catalog.webhook_told WHERE webhook_key = $1 AND article_key = ANY "
      "($2::bigint[])",
      webhook.key, granted.str());
  transaction.exec_params(
      "INSERT INTO catalog.webhook_told (webhook_key, article_key) SELECT $1::bigint, * "
      "FROM unnest($2::bigint[]) ON CONFLICT DO NOTHING",
      webhook.key, others.str());
}

void AddAttempt(pqxx::transaction_base& transaction, int64_t webhook_key,
                const std::string& delivery_id, int attempt, const WebhookCallResult& result) {
  transaction.exec_params(
      "INSERT INTO catalog.webhook_attempts (webhook_key, delivery_id, attempt, at, http_status, "
      "duration_micros, error) VALUES ($1, $2, $3, clock_timestamp() - $5::bigint * interval '1 "
      "microsecond', $4, $5::bigint, $6)",
      webhook_key, delivery_id, attempt, result.http_status,
      absl::ToInt64Microseconds(result.duration), result.error);
  transaction.exec_params(
      "DELETE FROM catalog.webhook_attempts WHERE webhook_key = $1 AND seq <= (SELECT seq FROM "
      "catalog.webhook_attempts WHERE webhook_key = $1 ORDER BY seq DESC OFFSET $2 LIMIT 1)",
      webhook_key, kMaxAttempts);
}

// Pauses a webhook for which calls fail; the audit says why.
absl::Status Pause(pqxx::transaction_base& transaction, const RequestContext& context,
                   const WebhookCall& call, const WebhookCallResult& result) {
  DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
  auto locked = LockResource<v1::Webhook>(transaction, kWebhookTable,
                                          api::IdInName(kWebhooks, call.webhook.name()), "",
                                          RowLock::kChange);
  if (!locked.ok()) return locked.status();
  locked->message.set_state(v1::WEBHOOK_STATE_PAUSED);
  DATELINE_RETURN_IF_ERROR(StoreWebhook(transaction, log, &*locked));
  AppendAudit(transaction, context, "UpdateWebhook", locked->message.name(), locked->version,
              absl::StrCat("calls fail: ", result.error));
  return absl::OkStatus();
}

// What `FinishFailure` and success have in common is the lease: whoever lost it changes nothing.
absl::Status FinishFailure(pqxx::transaction_base& transaction, const RequestContext& context,
                           const WebhookCall& call, const WebhookCallResult& result) {
  const pqxx::result held = transaction.exec_params(
      "UPDATE catalog.webhook_queue SET attempts = attempts + 1, lease_until = NULL, next_time = "
      "clock_timestamp() + $3 * interval '1 microsecond' WHERE webhook_key = $1 AND "
      "lease_epoch = $2 RETURNING 1",
      call.webhook_key, call.lease_epoch, absl::ToInt64Microseconds(result.retry_in));
  if (held.empty()) return absl::OkStatus();
  transaction.exec_params(
      "UPDATE catalog.webhook_cursors SET failures = failures + 1, first_failure_time = "
      "coalesce(first_failure_time, clock_timestamp()) WHERE webhook_key = $1",
      call.webhook_key);
  AddAttempt(transaction, call.webhook_key, call.payload.delivery_id(), call.attempt, result);
  if (result.then != WebhookCallResult::Then::kPause) return absl::OkStatus();
  return Pause(transaction, context, call, result);
}

void FinishSuccess(pqxx::transaction_base& transaction, const WebhookCall& call,
                   const WebhookCallResult& result) {
  const pqxx::result held = transaction.exec_params(
      absl::StrCat("DELETE FROM catalog.webhook_queue WHERE webhook_key = $1 AND lease_epoch = $2 "
                   "RETURNING position, ",
                   Micros("instant"), ", instant_key"),
      call.webhook_key, call.lease_epoch);
  if (held.empty()) return;
  MoveCursor(transaction, call.webhook_key, ParseCursor(held[0], 0));
  transaction.exec_params(
      "UPDATE catalog.webhook_cursors SET failures = 0, first_failure_time = NULL WHERE "
      "webhook_key = $1",
      call.webhook_key);
  AddAttempt(transaction, call.webhook_key, call.payload.delivery_id(), call.attempt, result);
}

}  // namespace

absl::StatusOr<std::vector<IdleWebhook>> WebhookQueue::ListIdle(const RequestContext& context) {
  std::vector<IdleWebhook> idle;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        idle.clear();
        for (const pqxx::row& row : transaction.exec(absl::StrCat(
                 "SELECT w.key, w.message, c.position, ", Micros("c.instant"),
                 ", c.instant_key FROM catalog.webhooks w JOIN catalog.webhook_cursors c "
                 "ON c.webhook_key = w.key WHERE NOT w.paused AND NOT EXISTS (SELECT FROM "
                 "catalog.webhook_queue q WHERE q.webhook_key = w.key) ORDER BY w.key"))) {
          v1::Webhook webhook;
          ParseStored(Bytes(row[1]), &webhook);
          idle.push_back({Int(row[0]), webhook.name(), webhook.include_hidden(), webhook.filter(),
                          ParseCursor(row, 2)});
        }
        return absl::OkStatus();
      }));
  return idle;
}

absl::StatusOr<bool> WebhookQueue::Enqueue(const RequestContext& context,
                                           const IdleWebhook& webhook, const WebhookBatch& batch) {
  bool done = false;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(*postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) {
        done = LockCursor(transaction, webhook);
        if (!done) return absl::OkStatus();
        // What another process has put there since the statement began was not seen yet.
        const pqxx::result added = transaction.exec_params(
            absl::StrCat("INSERT INTO catalog.webhook_queue (webhook_key, payload, position, "
                         "instant, instant_key) VALUES ($1, $2, $3, ",
                         FromMicros("$4::bigint"), ", $5) ON CONFLICT DO NOTHING"),
            webhook.key, Encoded(batch.payload), Encoded(batch.after.position),
            absl::ToUnixMicros(batch.after.instant), batch.after.instant_key);
        done = added.affected_rows() > 0;
        if (!done) return absl::OkStatus();
        RememberTold(transaction, webhook, batch);
        return absl::OkStatus();
      }));
  return done;
}

absl::Status WebhookQueue::Advance(const RequestContext& context, const IdleWebhook& webhook,
                                   const WebhookCursor& after) {
  return pg::RunTransaction(*postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) {
    if (LockCursor(transaction, webhook)) {
      MoveCursor(transaction, webhook.key, after);
    }
    return absl::OkStatus();
  });
}

absl::Status WebhookQueue::Restart(const RequestContext& context, const IdleWebhook& webhook) {
  return pg::RunTransaction(
      *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        if (!LockCursor(transaction, webhook)) return absl::OkStatus();
        WebhookCallResult result;
        result.error =
            "not called: the log does not reach back to what was delivered; all before "
            "now is left out";
        AddAttempt(transaction, webhook.key, "", 0, result);
        MoveCursor(transaction, webhook.key, {log.Head(), log.now, 0});
        return absl::OkStatus();
      });
}

absl::StatusOr<std::vector<WebhookCall>> WebhookQueue::TakeDue(const RequestContext& context,
                                                               int limit, absl::Duration lease) {
  static const std::string query = absl::StrCat(
      "WITH due AS (SELECT q.webhook_key AS key, w.message, w.secret, c.first_failure_time FROM "
      "catalog.webhook_queue q JOIN catalog.webhooks w ON w.key = q.webhook_key JOIN "
      "catalog.webhook_cursors c ON c.webhook_key = w.key WHERE NOT w.paused AND q.next_time <= "
      "now() AND (q.lease_until IS NULL OR q.lease_until <= now()) ORDER BY q.next_time LIMIT $1 "
      "FOR UPDATE OF q SKIP LOCKED) UPDATE catalog.webhook_queue q SET lease_epoch = "
      "nextval('catalog.webhook_lease_epochs'), lease_until = now() + $2 * interval '1 "
      "microsecond' FROM due WHERE q.webhook_key = due.key RETURNING q.webhook_key, "
      "q.lease_epoch, due.message, due.secret, q.payload, q.attempts, ",
      Micros("clock_timestamp()"), ", ", Micros("due.first_failure_time"));
  std::vector<WebhookCall> calls;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(*postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) {
        calls.clear();
        for (const pqxx::row& row :
             transaction.exec_params(query, limit, absl::ToInt64Microseconds(lease))) {
          WebhookCall& call = calls.emplace_back();
          call.webhook_key = Int(row[0]);
          call.lease_epoch = Int(row[1]);
          ParseStored(Bytes(row[2]), &call.webhook);
          call.webhook.set_secret(Text(row[3]));
          ParseStored(Bytes(row[4]), &call.payload);
          call.attempt = static_cast<int>(Int(row[5])) + 1;
          call.now = *Time(row[6]);
          call.failing_since = Time(row[7]);
        }
        return absl::OkStatus();
      }));
  return calls;
}

absl::StatusOr<absl::Duration> WebhookQueue::UntilDue(const RequestContext& context) {
  absl::Duration until = absl::InfiniteDuration();
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec(
            "SELECT (extract(epoch FROM min(greatest(q.next_time, q.lease_until)) - "
            "clock_timestamp()) * 1000000)::bigint FROM catalog.webhook_queue q JOIN "
            "catalog.webhooks w ON w.key = q.webhook_key WHERE NOT w.paused");
        until =
            rows[0][0].is_null() ? absl::InfiniteDuration() : absl::Microseconds(Int(rows[0][0]));
        return absl::OkStatus();
      }));
  return until;
}

absl::Status WebhookQueue::Finish(const RequestContext& context, const WebhookCall& call,
                                  const WebhookCallResult& result) {
  return pg::RunTransaction(*postgres_.pool, context, {},
                            [&](pqxx::transaction_base& transaction) -> absl::Status {
                              if (result.then != WebhookCallResult::Then::kDone) {
                                return FinishFailure(transaction, context, call, result);
                              }
                              FinishSuccess(transaction, call, result);
                              return absl::OkStatus();
                            });
}

absl::Status WebhookQueue::Release(const RequestContext& context, const WebhookCall& call) {
  return pg::RunTransaction(*postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(
        "UPDATE catalog.webhook_queue SET lease_until = NULL WHERE webhook_key = $1 AND "
        "lease_epoch = $2",
        call.webhook_key, call.lease_epoch);
    return absl::OkStatus();
  });
}

}  // namespace dateline::catalog::store
