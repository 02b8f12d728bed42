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
#include "services/catalog/store/requests/postgres_write_once.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

// What publications, topics and authors have in common: a table with key, id, version, digest,
// change_xid and the encoded message. For postgres_*.cc only.
namespace dateline::catalog::store {

// Where a kind of resource is kept.
struct ResourceTable {
  v1::ResourceKind kind;
  const char* collection;        // Of its names; also its table's name.
  const char* field;             // Of the requests that write it.
  const char* present = "true";  // The condition, in SQL, of a row that callers may still know of.
};

// Reads one resource. RESOURCE_NOT_FOUND.
template <typename Message>
absl::StatusOr<Message> ReadResource(const StoreContext& postgres, const RequestContext& context,
                                     const ResourceTable& table, absl::string_view id) {
  Message message;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows =
            transaction.exec_params(absl::StrCat("SELECT message FROM catalog.", table.collection,
                                                 " WHERE id = $1 AND ", table.present),
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

// Runs `write` (which sets message and position and returns the key) as WriteOnce does, of a
// resource of `table`: a repeated request gets the resource as it is now.
template <typename Message>
absl::StatusOr<Written<Message>> WriteResource(
    const StoreContext& postgres, const RequestContext& context, const WriteOptions& options,
    const ResourceTable& table,
    absl::FunctionRef<absl::StatusOr<int64_t>(pqxx::transaction_base&, const LogContext&,
                                              Written<Message>*)>
        write) {
  Written<Message> written;
  DATELINE_ASSIGN_OR_RETURN(
      written.position,
      WriteOnce(
          postgres, context, options,
          [&](pqxx::transaction_base& transaction,
              const LogContext& log) -> absl::StatusOr<WrittenResource> {
            DATELINE_ASSIGN_OR_RETURN(const int64_t key, write(transaction, log, &written));
            return WrittenResource{key, written.message.name(), written.message.version(),
                                   written.position};
          },
          [&](pqxx::transaction_base& transaction, const EarlierWrite& earlier) {
            const pqxx::result rows = transaction.exec_params(
                absl::StrCat("SELECT message FROM catalog.", table.collection, " WHERE key = $1"),
                earlier.resource_key);
            if (rows.empty()) return error::ResourceNotFound(table.collection);
            ParseStored(Bytes(rows[0][0]), &written.message);
            return absl::OkStatus();
          }));
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

// More users of a resource are not counted, as others wait meanwhile.
inline constexpr int64_t kMaxUsersCounted = 10'000;

// `3 articles`, of a count that ended behind kMaxUsersCounted; for RESOURCE_IN_USE.
inline std::string DescribeUsers(int64_t count, absl::string_view what) {
  return count > kMaxUsersCounted ? absl::StrCat("more than ", kMaxUsersCounted, " ", what)
                                  : absl::StrCat(count, " ", what);
}

// A resource as it was read under its row's lock.
template <typename Message>
struct LockedResource {
  int64_t key = 0;
  int64_t version = 0;
  Message message;
};

// Writes that refer to a resource hold its row, too. A change does not wait for them, nor they for
// it; a deletion does, so that it finds what refers to the resource.
enum class RowLock { kChange, kDelete };

// Locks a resource and reads it. RESOURCE_NOT_FOUND; ETAG_MISMATCH unless it has `etag`, if set.
template <typename Message>
absl::StatusOr<LockedResource<Message>> LockResource(pqxx::transaction_base& transaction,
                                                     const ResourceTable& table,
                                                     absl::string_view id, const std::string& etag,
                                                     RowLock lock) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT key, version, message FROM catalog.", table.collection,
                   " WHERE id = $1 AND ", table.present,
                   lock == RowLock::kDelete ? " FOR UPDATE" : " FOR NO KEY UPDATE"),
      std::string(id));
  const std::string name = api::MakeName(table.collection, id);
  if (rows.empty()) return error::ResourceNotFound(name);
  LockedResource<Message> locked{Int(rows[0][0]), Int(rows[0][1]), {}};
  ParseStored(Bytes(rows[0][2]), &locked.message);
  if (!etag.empty() && etag != locked.message.etag()) return error::EtagMismatch(name);
  return locked;
}

// Locks the resources for which `condition` holds, an expression of SQL in which $1 stands for
// `array`, and reads them by key.
template <typename Message>
std::vector<LockedResource<Message>> LockResources(pqxx::transaction_base& transaction,
                                                   const ResourceTable& table,
                                                   absl::string_view condition,
                                                   const std::string& array) {
  std::vector<LockedResource<Message>> locked;
  for (const pqxx::row& row : transaction.exec_params(
           absl::StrCat("SELECT key, version, message FROM catalog.", table.collection, " WHERE ",
                        condition, " ORDER BY key FOR NO KEY UPDATE"),
           array)) {
    locked.push_back({Int(row[0]), Int(row[1]), {}});
    ParseStored(Bytes(row[2]), &locked.back().message);
  }
  return locked;
}

// Writes a locked resource as its next version; `columns` are assignments of further columns in
// SQL, each with a leading comma. The row for the log, which the caller appends. INVALID_FIELD if
// too large.
template <typename Message>
absl::StatusOr<ChangeRow> StoreResource(pqxx::transaction_base& transaction, const LogContext& log,
                                        const ResourceTable& table, v1::ChangeKind change_kind,
                                        absl::string_view columns,
                                        LockedResource<Message>* resource) {
  ++resource->version;
  uint64_t digest = 0;
  const std::string bytes =
      EncodeResource(resource->version, TimeToProto(log.now), &resource->message, &digest);
  DATELINE_RETURN_IF_ERROR(CheckStateSize(table, bytes.size()));
  transaction.exec_params(absl::StrCat("UPDATE catalog.", table.collection,
                                       " SET version = $2, digest = $3, message = $4, change_xid = "
                                       "pg_current_xact_id()",
                                       columns, " WHERE key = $1"),
                          resource->key, resource->version, static_cast<int64_t>(digest),
                          pqxx::binarystring(bytes));
  return ChangeRow{table.kind, resource->key, resource->version, change_kind};
}

// What `change` makes of a resource under its row's lock; it returns the columns for StoreResource.
template <typename Message>
using ChangeResource = absl::FunctionRef<absl::StatusOr<std::string>(
    pqxx::transaction_base&, const LogContext&, LockedResource<Message>*)>;

// Changes the resource `id` under its row's lock, once per request_id. The errors of LockResource
// and StoreResource; those of `change`; REQUEST_ID_REUSED.
template <typename Message>
absl::StatusOr<Written<Message>> UpdateResource(const StoreContext& postgres,
                                                const RequestContext& context,
                                                const WriteOptions& options,
                                                const ResourceTable& table, absl::string_view id,
                                                v1::ChangeKind change_kind,
                                                ChangeResource<Message> change) {
  const RowLock lock = change_kind == v1::CHANGE_KIND_DELETED ? RowLock::kDelete : RowLock::kChange;
  return WriteResource<Message>(
      postgres, context, options, table,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Message>* written) -> absl::StatusOr<int64_t> {
        DATELINE_ASSIGN_OR_RETURN(
            auto locked, LockResource<Message>(transaction, table, id, options.etag, lock));
        DATELINE_ASSIGN_OR_RETURN(const std::string columns, change(transaction, log, &locked));
        DATELINE_ASSIGN_OR_RETURN(
            const ChangeRow row,
            StoreResource(transaction, log, table, change_kind, columns, &locked));
        written->position = AppendChanges(transaction, log, {row});
        written->message = std::move(locked.message);
        return locked.key;
      });
}

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_RESOURCES_H_
