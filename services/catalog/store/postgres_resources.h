#ifndef DATELINE_SERVICES_CATALOG_STORE_POSTGRES_RESOURCES_H_
#define DATELINE_SERVICES_CATALOG_STORE_POSTGRES_RESOURCES_H_

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/request_context.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/store/requests/postgres_request_ids.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

// What publications, topics and authors have in common: a table with key, id, version, digest,
// change_xid and the encoded message. For postgres_*.cc only.
namespace dateline::catalog::store {

// Where a kind of resource is kept.
struct ResourceTable {
  v1::ResourceKind kind;
  const char* collection;  // Of its names; also its table's name.
  const char* field;       // Of the requests that write it.
};

// Reads one resource. RESOURCE_NOT_FOUND.
template <typename Message>
absl::StatusOr<Message> ReadResource(const StoreContext& postgres, const RequestContext& context,
                                     const ResourceTable& table, absl::string_view id) {
  Message message;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT message FROM catalog.", table.collection, " WHERE id = $1"),
            std::string(id));
        if (rows.empty()) return error::ResourceNotFound(api::MakeName(table.collection, id));
        ParseStored(Bytes(rows[0][0]), &message);
        return absl::OkStatus();
      }));
  return message;
}

// Reads up to `limit` messages above `after_id` by id in byte order; `condition` is SQL, in which
// $4 stands for `text`.
template <typename Message>
absl::StatusOr<Page<Message>> ListResources(const StoreContext& postgres,
                                            const RequestContext& context,
                                            const ResourceTable& table, absl::string_view after_id,
                                            int limit, absl::string_view condition,
                                            const std::string& text = "") {
  Page<Message> page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("WITH found AS (SELECT id, message, octet_length(message) AS bytes FROM "
                         "catalog.",
                         table.collection,
                         " WHERE id > $1 AND octet_length(message) <= $3 "
                         "AND $4::text IS NOT NULL AND ",
                         condition,
                         " ORDER BY id LIMIT $2::bigint + 1), sized AS (SELECT id, message, "
                         "row_number() OVER w AS n, sum(bytes) OVER w AS bytes, count(*) OVER () "
                         "AS found FROM found WINDOW w AS (ORDER BY id)) SELECT message, found "
                         "FROM sized WHERE n <= $2::bigint AND bytes <= $3 ORDER BY id"),
            std::string(after_id), limit, static_cast<int64_t>(limits::kPageByteBudget), text);
        page.items.resize(rows.size());
        for (size_t i = 0; i < rows.size(); ++i) ParseStored(Bytes(rows[i][0]), &page.items[i]);
        page.more = !rows.empty() && Int(rows[0][1]) > static_cast<int64_t>(rows.size());
        return absl::OkStatus();
      }));
  return page;
}

namespace internal {

// The answer to a repeated request: the resource as it is now, the position of the first write.
template <typename Message>
absl::Status RepeatAnswer(pqxx::transaction_base& transaction, const ResourceTable& table,
                          const LogContext& log, const EarlierWrite& earlier,
                          Written<Message>* written) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT message FROM catalog.", table.collection, " WHERE key = $1"),
      earlier.resource_key);
  if (rows.empty()) return error::ResourceNotFound(table.collection);
  ParseStored(Bytes(rows[0][0]), &written->message);
  written->position = log.ChangePosition(earlier.xid);
  return absl::OkStatus();
}

}  // namespace internal

// Runs `write` (which sets message and position and returns the key) once per request_id, with its
// audit row; rolls back at the end if only validation was asked for.
template <typename Message>
absl::StatusOr<Written<Message>> WriteResource(
    const StoreContext& postgres, const RequestContext& context, const WriteOptions& options,
    const ResourceTable& table,
    absl::FunctionRef<absl::StatusOr<int64_t>(pqxx::transaction_base&, const LogContext&,
                                              Written<Message>*)>
        write) {
  Written<Message> written;
  bool validated = false;
  const absl::Status status = pg::RunTransaction(
      *postgres.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        DATELINE_ASSIGN_OR_RETURN(const auto earlier,
                                  FindEarlierWrite(transaction, context, options));
        if (earlier.has_value()) {
          return internal::RepeatAnswer(transaction, table, log, *earlier, &written);
        }
        DATELINE_ASSIGN_OR_RETURN(const int64_t key, write(transaction, log, &written));
        RememberWrite(transaction, context, options, key);
        AppendAudit(transaction, context, options.method, written.message.name(),
                    written.message.version());
        if (!options.validate_only) return absl::OkStatus();
        validated = true;
        written.position = log.Head();
        return absl::AbortedError("only validated");
      });
  if (validated) return written;
  DATELINE_RETURN_IF_ERROR(status);
  postgres.on_commit();
  return written;
}

// INVALID_FIELD, naming the resource, for a state of `bytes` that no reader could be sent.
inline absl::Status CheckStateSize(const ResourceTable& table, size_t bytes) {
  if (bytes <= limits::kMaxResourceStateBytes) return absl::OkStatus();
  return error::InvalidField(table.field, absl::StrCat("takes ", bytes, " bytes in all, more than ",
                                                       limits::kMaxResourceStateBytes));
}

// The body of a create: inserts `message` as version 1. RESOURCE_EXISTS; INVALID_FIELD if too
// large. `columns` and `values` are further columns and their SQL values, each with a leading
// comma, or empty.
template <typename Message>
absl::StatusOr<int64_t> InsertResource(pqxx::transaction_base& transaction, const LogContext& log,
                                       const ResourceTable& table, absl::string_view columns,
                                       absl::string_view values, Written<Message>* written) {
  uint64_t digest = 0;
  const std::string bytes = EncodeResource(1, TimeToProto(log.now), &written->message, &digest);
  DATELINE_RETURN_IF_ERROR(CheckStateSize(table, bytes.size()));
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("INSERT INTO catalog.", table.collection, " (id, version, digest, message",
                   columns, ") VALUES ($1, 1, $2, $3", values,
                   ") ON CONFLICT (id) DO NOTHING RETURNING key"),
      std::string(api::IdInName(table.collection, written->message.name())),
      static_cast<int64_t>(digest), pqxx::binarystring(bytes));
  if (rows.empty()) return error::ResourceExists(written->message.name());
  const int64_t key = Int(rows[0][0]);
  written->position =
      AppendChanges(transaction, log, {{table.kind, key, 1, v1::CHANGE_KIND_CREATED}});
  return key;
}

// Creates a resource that has no columns of its own. The errors of InsertResource;
// REQUEST_ID_REUSED.
template <typename Message>
absl::StatusOr<Written<Message>> CreateResource(const StoreContext& postgres,
                                                const RequestContext& context,
                                                const WriteOptions& options,
                                                const ResourceTable& table,
                                                const Message& message) {
  return WriteResource<Message>(
      postgres, context, options, table,
      [&](pqxx::transaction_base& transaction, const LogContext& log, Written<Message>* written) {
        written->message = message;
        return InsertResource(transaction, log, table, "", "", written);
      });
}

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_RESOURCES_H_
