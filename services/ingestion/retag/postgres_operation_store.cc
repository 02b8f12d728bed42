#include "services/ingestion/retag/postgres_operation_store.h"

#include <limits>
#include <pqxx/pqxx>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/store/postgres_requests.h"

namespace dateline::ingestion::retag {
namespace {

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

#define DATELINE_OPERATION_COLUMNS                                                               \
  "id, number, request, metadata, cursor, position, cancel_requested, done, error, lease_epoch," \
  " create_time, update_time, end_time"

constexpr char kInsert[] =
    "INSERT INTO ingestion.operations (id, request, metadata) VALUES ($1, $2::bytea, $3::bytea)"
    " RETURNING " DATELINE_OPERATION_COLUMNS;
constexpr char kGet[] =
    "SELECT " DATELINE_OPERATION_COLUMNS " FROM ingestion.operations WHERE id = $1";
constexpr char kList[] =
    "SELECT " DATELINE_OPERATION_COLUMNS
    " FROM ingestion.operations WHERE number < $1 ORDER BY number DESC LIMIT $2";

// Of two processes that see the same operation free, one gets it: the other's row has changed.
constexpr char kTake[] =
    "UPDATE ingestion.operations SET lease_epoch = lease_epoch + 1,"
    " lease_until = clock_timestamp() + $1 * interval '1 second' WHERE id ="
    " (SELECT id FROM ingestion.operations WHERE NOT done ORDER BY number LIMIT 1)"
    " AND NOT done AND (lease_until IS NULL OR lease_until <= clock_timestamp())"
    " RETURNING " DATELINE_OPERATION_COLUMNS;
#undef DATELINE_OPERATION_COLUMNS

constexpr char kCheckpoint[] =
    "UPDATE ingestion.operations SET metadata = $3::bytea, cursor = $4, position = $5,"
    " update_time = clock_timestamp(), lease_until = clock_timestamp() + $6 * interval '1 second'"
    " WHERE id = $1 AND lease_epoch = $2 AND NOT done RETURNING cancel_requested";
constexpr char kEnd[] =
    "UPDATE ingestion.operations SET metadata = $3::bytea, cursor = $4, position = $5,"
    " error = $6::bytea, done = true, lease_until = NULL, update_time = clock_timestamp(),"
    " end_time = clock_timestamp() WHERE id = $1 AND lease_epoch = $2 AND NOT done RETURNING 1";

// Where nobody works at it, nobody would notice the request.
constexpr char kCancel[] =
    "UPDATE ingestion.operations SET cancel_requested = true, update_time = clock_timestamp(),"
    " done = lease_until IS NULL OR lease_until <= clock_timestamp(),"
    " error = CASE WHEN lease_until IS NULL OR lease_until <= clock_timestamp()"
    " THEN $2::bytea END,"
    " end_time = CASE WHEN lease_until IS NULL OR lease_until <= clock_timestamp()"
    " THEN clock_timestamp() END WHERE id = $1 AND NOT done";

// A month is long enough to ask how it ended (AIP-151).
constexpr char kTrim[] =
    "DELETE FROM ingestion.operations WHERE done AND end_time < now() - interval '30 days'";

template <typename Message>
Message Read(const pqxx::field& field) {
  Message message;
  if (const auto bytes = pg::FromBytea(field.c_str())) message.ParseFromString(*bytes);
  return message;
}

std::string Bytes(const google::protobuf::Message& message) {
  return pg::ToBytea(message.SerializeAsString());
}

Operation ReadOperation(const pqxx::row& row) {
  Operation operation;
  operation.id = row[0].as<std::string>();
  operation.number = row[1].as<int64_t>();
  operation.request = Read<v1::RetagArticlesRequest>(row[2]);
  operation.metadata = Read<v1::RetagArticlesMetadata>(row[3]);
  operation.cursor = row[4].as<std::string>();
  operation.position = row[5].as<std::string>();
  operation.metadata.set_cancel_requested(row[6].as<bool>());
  operation.done = row[7].as<bool>();
  if (!row[8].is_null()) operation.error = Read<google::rpc::Status>(row[8]);
  operation.epoch = row[9].as<int64_t>();
  const auto set_time = [&](int column, auto mutable_time) {
    const pqxx::field field = row[static_cast<pqxx::row::size_type>(column)];
    if (field.is_null()) return;
    if (const auto time = pg::FromTimestamp(field.c_str())) {
      *mutable_time() = TimeToProto(*time);
    }
  };
  set_time(10, [&] { return operation.metadata.mutable_create_time(); });
  set_time(11, [&] { return operation.metadata.mutable_update_time(); });
  set_time(12, [&] { return operation.metadata.mutable_end_time(); });
  return operation;
}

std::string NameOf(const std::string& id) { return absl::StrCat("operations/", id); }

}  // namespace

absl::StatusOr<Operation> PostgresOperationStore::Create(const RequestContext& context,
                                                         const v1::RetagArticlesRequest& request,
                                                         const store::WriteOptions& options) {
  Operation operation;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        std::string id = NewId();
        DATELINE_ASSIGN_OR_RETURN(const bool repeated,
                                  store::ClaimRequest(transaction, context, options, id));
        if (repeated) {
          id = store::RequestedId(transaction, context, options);
          const pqxx::result rows = transaction.exec_params(kGet, id);
          if (rows.empty()) return error::ResourceNotFound(NameOf(id));
          operation = ReadOperation(rows[0]);
          return absl::OkStatus();
        }
        transaction.exec(kTrim);
        // Counted under a lock, or two at once would both find room.
        transaction.exec("LOCK TABLE ingestion.operations IN SHARE ROW EXCLUSIVE MODE");
        const auto open =
            transaction.exec1("SELECT count(*) FROM ingestion.operations WHERE NOT done")[0];
        if (open.as<int>() >= kMaxOpenOperations) return error::QuotaExceeded(absl::Minutes(1));
        v1::RetagArticlesMetadata metadata;
        *metadata.mutable_topics() = request.topics();
        metadata.set_publication(request.publication());
        operation =
            ReadOperation(transaction.exec_params(kInsert, id, Bytes(request), Bytes(metadata))[0]);
        return absl::OkStatus();
      }));
  return operation;
}

absl::StatusOr<Operation> PostgresOperationStore::Get(const RequestContext& context,
                                                      const std::string& id) {
  Operation operation;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(kGet, id);
        if (rows.empty()) return error::ResourceNotFound(NameOf(id));
        operation = ReadOperation(rows[0]);
        return absl::OkStatus();
      }));
  return operation;
}

absl::StatusOr<std::vector<Operation>> PostgresOperationStore::List(const RequestContext& context,
                                                                    int64_t before, int limit) {
  std::vector<Operation> operations;
  const int64_t below = before > 0 ? before : std::numeric_limits<int64_t>::max();
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        operations.clear();
        for (const pqxx::row& row : transaction.exec_params(kList, below, limit)) {
          operations.push_back(ReadOperation(row));
        }
        return absl::OkStatus();
      }));
  return operations;
}

absl::Status PostgresOperationStore::Cancel(const RequestContext& context, const std::string& id) {
  return pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        transaction.exec_params(kCancel, id, Bytes(error::ToProto(error::Cancelled())));
        if (transaction.exec_params(kGet, id).empty()) return error::ResourceNotFound(NameOf(id));
        return absl::OkStatus();
      });
}

absl::Status PostgresOperationStore::Delete(const RequestContext& context, const std::string& id) {
  return pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(
            "SELECT done FROM ingestion.operations WHERE id = $1 FOR UPDATE", id);
        if (rows.empty()) return error::ResourceNotFound(NameOf(id));
        if (!rows[0][0].as<bool>()) return error::StateConflict(NameOf(id), "not done");
        transaction.exec_params("DELETE FROM ingestion.operations WHERE id = $1", id);
        return absl::OkStatus();
      });
}

absl::StatusOr<std::optional<Operation>> PostgresOperationStore::Take(const RequestContext& context,
                                                                      absl::Duration lease) {
  std::optional<Operation> operation;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        operation.reset();
        const pqxx::result rows = transaction.exec_params(kTake, absl::ToDoubleSeconds(lease));
        if (!rows.empty()) operation = ReadOperation(rows[0]);
        return absl::OkStatus();
      }));
  return operation;
}

absl::StatusOr<bool> PostgresOperationStore::Checkpoint(const RequestContext& context,
                                                        const Operation& operation,
                                                        absl::Duration lease) {
  bool cancel = false;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(
            kCheckpoint, operation.id, operation.epoch, Bytes(operation.metadata), operation.cursor,
            operation.position, absl::ToDoubleSeconds(lease));
        if (rows.empty()) return error::LeaseLost(NameOf(operation.id));
        cancel = rows[0][0].as<bool>();
        return absl::OkStatus();
      }));
  return cancel;
}

absl::Status PostgresOperationStore::End(const RequestContext& context, const Operation& operation,
                                         const absl::Status& error) {
  std::optional<std::string> bytes;
  if (!error.ok()) bytes = Bytes(error::ToProto(error));
  return pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(
            kEnd, operation.id, operation.epoch, Bytes(operation.metadata), operation.cursor,
            operation.position, bytes.has_value() ? bytes->c_str() : nullptr);
        return rows.empty() ? error::LeaseLost(NameOf(operation.id)) : absl::OkStatus();
      });
}

absl::Status PostgresOperationStore::Release(const RequestContext& context,
                                             const Operation& operation) {
  return pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        transaction.exec_params(
            "UPDATE ingestion.operations SET lease_until = NULL WHERE id = $1 AND lease_epoch = $2",
            operation.id, operation.epoch);
        return absl::OkStatus();
      });
}

}  // namespace dateline::ingestion::retag
