#include <pqxx/pqxx>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/identify/content_hash.h"
#include "services/ingestion/pipeline/time.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

// What could not be taken.
namespace dateline::ingestion::store {
namespace {

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

// design.md, section 7: 30 days and 256 MiB a source; the oldest go first.
constexpr char kTrim[] =
    "DELETE FROM ingestion.rejects r USING ("
    "  SELECT number, create_time,"
    "    sum(octet_length(content)) OVER (ORDER BY number DESC) AS bytes"
    "  FROM ingestion.rejects WHERE source_key = $1) ranked"
    " WHERE r.source_key = $1 AND r.number = ranked.number"
    "   AND (ranked.bytes > 268435456 OR ranked.create_time < clock_timestamp() - interval '30 "
    "days')";

constexpr char kInsert[] =
    "INSERT INTO ingestion.rejects (source_key, digest, entry_position, title, error, content)"
    " VALUES ($1, $2, $3, $4, $5::bytea, $6::bytea)"
    " ON CONFLICT (source_key, digest) DO UPDATE SET create_time = clock_timestamp(),"
    " content = excluded.content";

constexpr char kSelect[] =
    "SELECT s.id, r.number, r.entry_position, r.title, r.error, r.content, r.create_time"
    " FROM ingestion.rejects r JOIN ingestion.sources s ON s.key = r.source_key"
    " WHERE ($1 = '-' OR s.id = $1) AND ($2 = 0 OR r.number < $2) ORDER BY r.number DESC LIMIT $3";

constexpr char kSelectOne[] =
    "SELECT s.id, r.number, r.entry_position, r.title, r.error, r.content, r.create_time"
    " FROM ingestion.rejects r JOIN ingestion.sources s ON s.key = r.source_key"
    " WHERE s.id = $1 AND r.number = $2";

// Source id and number of `sources/{id}/rejects/{number}`.
struct RejectKey {
  std::string source;
  int64_t number = 0;
};

RejectKey KeyOf(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  RejectKey key;
  if (parts.size() == 4 && absl::SimpleAtoi(parts[3], &key.number)) key.source = parts[1];
  return key;
}

absl::StatusOr<v1::Reject> ReadReject(const pqxx::row& row) {
  v1::Reject reject;
  reject.set_name(
      absl::StrCat("sources/", row[0].as<std::string>(), "/rejects/", row[1].as<int64_t>()));
  reject.set_entry_position(row[2].as<int>());
  reject.set_title(row[3].as<std::string>());
  DATELINE_ASSIGN_OR_RETURN(*reject.mutable_error(), ReadMessage<google::rpc::Status>(row[4]));
  reject.set_content(pqxx::binarystring(row[5]).str());
  if (const auto time = pg::FromTimestamp(row[6].c_str())) {
    pipeline::ToProto(*time, reject.mutable_create_time());
  }
  return reject;
}

}  // namespace

absl::Status PostgresSourceStore::AddRejects(const RequestContext& context, int64_t source_key,
                                             const std::vector<NewReject>& rejects) {
  if (rejects.empty()) return absl::OkStatus();
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    for (const NewReject& reject : rejects) {
      const std::string status = error::ToProto(reject.error).SerializeAsString();
      const std::string& same = reject.fingerprint.empty() ? reject.content : reject.fingerprint;
      const std::string digest =
          Sha256Hex(absl::StrCat(reject.entry_position < 0 ? "document" : "entry", "\n",
                                 std::string(reject.error.message()), "\n", same));
      transaction.exec_params(kInsert, source_key, digest, reject.entry_position, reject.title,
                              pg::ToBytea(status), pg::ToBytea(reject.content));
    }
    transaction.exec_params(kTrim, source_key);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<v1::Reject>> PostgresSourceStore::ListRejects(
    const RequestContext& context, const std::string& parent, int64_t before, int limit) {
  std::vector<v1::Reject> rejects;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        rejects.clear();
        for (const pqxx::row& row : transaction.exec_params(kSelect, IdOf(parent), before, limit)) {
          DATELINE_ASSIGN_OR_RETURN(v1::Reject reject, ReadReject(row));
          rejects.push_back(std::move(reject));
        }
        return absl::OkStatus();
      }));
  return rejects;
}

absl::StatusOr<v1::Reject> PostgresSourceStore::GetReject(const RequestContext& context,
                                                          const std::string& name) {
  const RejectKey key = KeyOf(name);
  v1::Reject reject;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(kSelectOne, key.source, key.number);
        if (rows.empty()) return error::ResourceNotFound(name);
        DATELINE_ASSIGN_OR_RETURN(reject, ReadReject(rows[0]));
        return absl::OkStatus();
      }));
  return reject;
}

absl::Status PostgresSourceStore::DeleteReject(const RequestContext& context,
                                               const std::string& name) {
  const RejectKey key = KeyOf(name);
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(
        "DELETE FROM ingestion.rejects r USING ingestion.sources s"
        " WHERE s.key = r.source_key AND s.id = $1 AND r.number = $2",
        key.source, key.number);
    return absl::OkStatus();
  });
}

}  // namespace dateline::ingestion::store
