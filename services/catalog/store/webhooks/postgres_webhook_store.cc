#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "services/catalog/store/webhooks/postgres_webhook_filter.h"
#include "services/catalog/store/webhooks/postgres_webhook_rows.h"
#include "services/catalog/store/webhooks/webhook_store.h"

namespace dateline::catalog::store {

using content::v1::LogPosition;
using v1::Webhook;

namespace {

// Where a write of this transaction stands among those of the log.
LogPosition PositionOfWrite(pqxx::transaction_base& transaction, const LogContext& log) {
  const pqxx::result rows = transaction.exec("SELECT pg_current_xact_id()::text");
  return log.Position(Unsigned(rows[0][0]), kLastSeq);
}

// Adds how far calls have come, which is no part of what is written.
void AddProgress(pqxx::transaction_base& transaction, const std::vector<Webhook*>& webhooks) {
  ArrayParam ids;
  for (const Webhook* webhook : webhooks) ids.AddText(api::IdInName(kWebhooks, webhook->name()));
  const pqxx::result rows = transaction.exec_params(
      "SELECT w.id, c.position, c.failures FROM catalog.webhooks w JOIN catalog.webhook_cursors c "
      "ON c.webhook_key = w.key WHERE w.id = ANY ($1::text[])",
      ids.str());
  for (const pqxx::row& row : rows) {
    LogPosition position;
    ParseStored(Bytes(row[1]), &position);
    const std::string name = api::MakeName(kWebhooks, Text(row[0]));
    for (Webhook* webhook : webhooks) {
      if (webhook->name() != name) continue;
      webhook->set_delivered_position(EncodePosition(position));
      webhook->set_consecutive_failures(static_cast<int32_t>(Int(row[2])));
    }
  }
}

absl::Status ReadProgress(const StoreContext& postgres, const RequestContext& context,
                          const std::vector<Webhook*>& webhooks) {
  return pg::RunTransaction(*postgres.pool, context, {.read_only = true},
                            [&](pqxx::transaction_base& transaction) {
                              AddProgress(transaction, webhooks);
                              return absl::OkStatus();
                            });
}

// The answer of a write, a repeated one too.
absl::StatusOr<Written<Webhook>> WithProgress(const StoreContext& postgres,
                                              const RequestContext& context,
                                              absl::StatusOr<Written<Webhook>> written) {
  if (!written.ok()) return written;
  DATELINE_RETURN_IF_ERROR(ReadProgress(postgres, context, {&written->message}));
  return written;
}

absl::StatusOr<int64_t> InsertWebhook(pqxx::transaction_base& transaction, const LogContext& log,
                                      Written<Webhook>* written) {
  Webhook& webhook = written->message;
  DATELINE_RETURN_IF_ERROR(CheckWebhookFilter(transaction, webhook.filter()));
  const std::string secret = webhook.secret();
  webhook.clear_secret();
  uint64_t digest = 0;
  const std::string bytes = EncodeResource(1, TimeToProto(log.now), &webhook, &digest);
  DATELINE_RETURN_IF_ERROR(CheckStateSize(kWebhookTable, bytes.size()));
  const pqxx::result rows = transaction.exec_params(
      "INSERT INTO catalog.webhooks (id, version, digest, message, secret, paused) VALUES ($1, 1, "
      "$2, $3, $4, $5) ON CONFLICT (id) DO NOTHING RETURNING key",
      std::string(api::IdInName(kWebhooks, webhook.name())), static_cast<int64_t>(digest),
      pqxx::binarystring(bytes), secret, webhook.state() == v1::WEBHOOK_STATE_PAUSED);
  if (rows.empty()) return error::ResourceExists(webhook.name());
  transaction.exec_params(
      absl::StrCat("INSERT INTO catalog.webhook_cursors (webhook_key, position, instant, "
                   "instant_key) VALUES ($1, $2, ",
                   FromMicros("$3::bigint"), ", 0)"),
      Int(rows[0][0]), pqxx::binarystring(log.Head().SerializeAsString()),
      absl::ToUnixMicros(log.now));
  written->position = PositionOfWrite(transaction, log);
  return Int(rows[0][0]);
}

// What a webhook with a filter is taken to know is the contrary of one without.
absl::Status ChangeFilter(pqxx::transaction_base& transaction, int64_t key,
                          const std::string& before, const std::string& after) {
  if (before == after) return absl::OkStatus();
  DATELINE_RETURN_IF_ERROR(CheckWebhookFilter(transaction, after));
  if (before.empty() || after.empty()) {
    transaction.exec_params("DELETE FROM catalog.webhook_told WHERE webhook_key = $1", key);
  }
  return absl::OkStatus();
}

// Instants to tell of again are those behind the last change that is not told again.
absl::Time InstantOf(pqxx::transaction_base& transaction, const LogContext& log,
                     const LogPosition& position) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT coalesce((SELECT ", Micros("at"),
                   " FROM catalog.changes WHERE (xid, seq) <= ($1::xid8, $2::bigint) ORDER BY xid "
                   "DESC, seq DESC LIMIT 1), (SELECT ",
                   Micros("at"),
                   " FROM catalog.changes WHERE (xid, seq) > ($1::xid8, $2::bigint) ORDER BY xid, "
                   "seq LIMIT 1))"),
      std::to_string(position.xid()), position.seq());
  return Time(rows[0][0]).value_or(log.now);
}

}  // namespace

absl::Status StoreWebhook(pqxx::transaction_base& transaction, const LogContext& log,
                          LockedResource<Webhook>* webhook) {
  Webhook& message = webhook->message;
  if (!message.secret().empty()) {
    // As a parameter: statements stand in PostgreSQL's log when they fail.
    transaction.exec_params("UPDATE catalog.webhooks SET secret = $2 WHERE key = $1", webhook->key,
                            message.secret());
    message.clear_secret();
  }
  const bool paused = message.state() == v1::WEBHOOK_STATE_PAUSED;
  const std::string columns = absl::StrCat(", paused = ", paused ? "true" : "false");
  return StoreResource(transaction, log, kWebhookTable, v1::CHANGE_KIND_UPDATED, columns, webhook)
      .status();
}

absl::StatusOr<Written<Webhook>> WebhookStore::CreateWebhook(const RequestContext& context,
                                                             const WriteOptions& options,
                                                             const Webhook& webhook) {
  return WithProgress(
      postgres_, context,
      WriteResource<Webhook>(postgres_, context, options, kWebhookTable,
                             [&](pqxx::transaction_base& transaction, const LogContext& log,
                                 Written<Webhook>* written) -> absl::StatusOr<int64_t> {
                               written->message = webhook;
                               return InsertWebhook(transaction, log, written);
                             }));
}

absl::StatusOr<Written<Webhook>> WebhookStore::UpdateWebhook(
    const RequestContext& context, const WriteOptions& options, absl::string_view id,
    const std::function<absl::Status(Webhook*)>& change) {
  return WithProgress(
      postgres_, context,
      WriteResource<Webhook>(
          postgres_, context, options, kWebhookTable,
          [&](pqxx::transaction_base& transaction, const LogContext& log,
              Written<Webhook>* written) -> absl::StatusOr<int64_t> {
            DATELINE_ASSIGN_OR_RETURN(
                auto locked, LockResource<Webhook>(transaction, kWebhookTable, id, options.etag,
                                                   RowLock::kChange));
            const bool was_paused = locked.message.state() == v1::WEBHOOK_STATE_PAUSED;
            const std::string filter = locked.message.filter();
            DATELINE_RETURN_IF_ERROR(change(&locked.message));
            DATELINE_RETURN_IF_ERROR(
                ChangeFilter(transaction, locked.key, filter, locked.message.filter()));
            DATELINE_RETURN_IF_ERROR(StoreWebhook(transaction, log, &locked));
            if (was_paused && locked.message.state() == v1::WEBHOOK_STATE_ACTIVE) {
              transaction.exec_params(
                  "WITH forgotten AS (UPDATE catalog.webhook_cursors SET failures = 0, "
                  "first_failure_time = NULL WHERE webhook_key = $1) UPDATE catalog.webhook_queue "
                  "SET next_time = clock_timestamp() WHERE webhook_key = $1",
                  locked.key);
            }
            written->position = PositionOfWrite(transaction, log);
            written->message = std::move(locked.message);
            return locked.key;
          }));
}

absl::StatusOr<LogPosition> WebhookStore::DeleteWebhook(const RequestContext& context,
                                                        const WriteOptions& options,
                                                        absl::string_view id) {
  return WriteOnce(
      postgres_, context, options,
      [&](pqxx::transaction_base& transaction,
          const LogContext& log) -> absl::StatusOr<WrittenResource> {
        DATELINE_ASSIGN_OR_RETURN(
            auto locked,
            LockResource<Webhook>(transaction, kWebhookTable, id, options.etag, RowLock::kDelete));
        transaction.exec_params("DELETE FROM catalog.webhooks WHERE key = $1", locked.key);
        return WrittenResource{locked.key, locked.message.name(), locked.version,
                               PositionOfWrite(transaction, log)};
      },
      [](pqxx::transaction_base&, const EarlierWrite&) { return absl::OkStatus(); });
}

absl::StatusOr<Written<Webhook>> WebhookStore::ReplayWebhook(const RequestContext& context,
                                                             const WriteOptions& options,
                                                             absl::string_view id,
                                                             const LogPosition& position) {
  return WithProgress(
      postgres_, context,
      WriteResource<Webhook>(
          postgres_, context, options, kWebhookTable,
          [&](pqxx::transaction_base& transaction, const LogContext& log,
              Written<Webhook>* written) -> absl::StatusOr<int64_t> {
            DATELINE_ASSIGN_OR_RETURN(
                auto locked, LockResource<Webhook>(transaction, kWebhookTable, id, options.etag,
                                                   RowLock::kChange));
            DATELINE_RETURN_IF_ERROR(CheckPosition(log, position));
            // The cursor first: whoever fills the queue meanwhile holds it.
            transaction.exec_params(
                absl::StrCat("UPDATE catalog.webhook_cursors SET position = $2, instant = ",
                             FromMicros("$3::bigint"),
                             ", instant_key = 0, failures = 0, first_failure_time = NULL "
                             "WHERE webhook_key = $1"),
                locked.key, pqxx::binarystring(position.SerializeAsString()),
                absl::ToUnixMicros(InstantOf(transaction, log, position)));
            transaction.exec_params(
                "WITH queue AS (DELETE FROM catalog.webhook_queue WHERE webhook_key = $1) "
                "DELETE FROM catalog.webhook_told WHERE webhook_key = $1",
                locked.key);
            DATELINE_RETURN_IF_ERROR(StoreWebhook(transaction, log, &locked));
            written->position = PositionOfWrite(transaction, log);
            written->message = std::move(locked.message);
            return locked.key;
          }));
}

absl::StatusOr<Webhook> WebhookStore::GetWebhook(const RequestContext& context,
                                                 absl::string_view id) {
  DATELINE_ASSIGN_OR_RETURN(Webhook webhook,
                            ReadResource<Webhook>(postgres_, context, kWebhookTable, id));
  DATELINE_RETURN_IF_ERROR(ReadProgress(postgres_, context, {&webhook}));
  return webhook;
}

absl::StatusOr<Page<Webhook>> WebhookStore::ListWebhooks(const RequestContext& context,
                                                         absl::string_view after_id, int limit) {
  DATELINE_ASSIGN_OR_RETURN(
      Page<Webhook> page,
      ListResources<Webhook>(postgres_, context, kWebhookTable, after_id, limit, "true"));
  std::vector<Webhook*> webhooks;
  for (Webhook& webhook : page.items) webhooks.push_back(&webhook);
  DATELINE_RETURN_IF_ERROR(ReadProgress(postgres_, context, webhooks));
  return page;
}

absl::StatusOr<DeliveryPage> WebhookStore::ListDeliveries(const RequestContext& context,
                                                          absl::string_view id, int64_t before,
                                                          int limit) {
  DeliveryPage page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        page = DeliveryPage();
        const pqxx::result found = transaction.exec_params(
            "SELECT key FROM catalog.webhooks WHERE id = $1", std::string(id));
        if (found.empty()) return error::ResourceNotFound(api::MakeName(kWebhooks, id));
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT seq, delivery_id, attempt, ", Micros("at"),
                         ", http_status, duration_micros, error FROM catalog.webhook_attempts "
                         "WHERE webhook_key = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"),
            Int(found[0][0]), before == 0 ? std::numeric_limits<int64_t>::max() : before,
            limit + 1);
        for (const pqxx::row& row : rows) {
          page.more = page.deliveries.size() == static_cast<size_t>(limit);
          if (page.more) break;
          page.last = Int(row[0]);
          v1::WebhookDelivery& delivery = page.deliveries.emplace_back();
          delivery.set_delivery_id(Text(row[1]));
          delivery.set_attempt(static_cast<int32_t>(Int(row[2])));
          *delivery.mutable_time() = TimeToProto(*Time(row[3]));
          delivery.set_http_status(static_cast<int32_t>(Int(row[4])));
          *delivery.mutable_duration() = DurationToProto(absl::Microseconds(Int(row[5])));
          delivery.set_error(Text(row[6]));
        }
        return absl::OkStatus();
      }));
  return page;
}

}  // namespace dateline::catalog::store
