#include <pqxx/pqxx>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/identify/content_hash.h"
#include "services/ingestion/store/postgres_source_rows.h"
#include "services/ingestion/store/postgres_source_store.h"

// What could not be taken.
namespace dateline::ingestion::store {
namespace {

constexpr pg::TransactionOptions kReadOnly = {.read_only = true};

// Kept for 30 days and up to 256 MiB a source (design.md, section 7).
constexpr int64_t kMaxBytes = int64_t{256} << 20;
// Of a large document a list shows the beginning.
constexpr int kListedBytes = 1 << 20;
// And a page stops before its contents get too large for an answer.
constexpr int64_t kPageBytes = int64_t{4} << 20;
#define DATELINE_FRESH "r.create_time >= clock_timestamp() - interval '30 days'"

// Of every source, as one that brings nothing more would keep its rejects for ever.
constexpr char kDropOld[] =
    "WITH old AS (DELETE FROM ingestion.rejects r WHERE NOT (" DATELINE_FRESH
    ") RETURNING source_key, octet_length(content) AS bytes)"
    " UPDATE ingestion.reject_totals t SET bytes = t.bytes - o.bytes, dropped = t.dropped + o.n"
    " FROM (SELECT source_key, sum(bytes) AS bytes, count(*) AS n FROM old GROUP BY source_key"
    " ORDER BY source_key) o WHERE t.source_key = o.source_key";

constexpr char kLockTotals[] =
    "INSERT INTO ingestion.reject_totals AS t (source_key) VALUES ($1)"
    " ON CONFLICT (source_key) DO UPDATE SET bytes = t.bytes RETURNING bytes";

constexpr char kReplacedBytes[] =
    "SELECT coalesce(sum(octet_length(content)), 0) FROM ingestion.rejects"
    " WHERE source_key = $1 AND digest = ANY ($2::text[])";

constexpr char kInsert[] =
    "INSERT INTO ingestion.rejects (source_key, digest, entry_position, title, error, content)"
    " SELECT $1, d, p, t, e, c FROM unnest($2::text[], $3::int[], $4::text[], $5::bytea[],"
    " $6::bytea[]) AS u(d, p, t, e, c) ON CONFLICT (source_key, digest) DO UPDATE"
    " SET create_time = clock_timestamp(), content = excluded.content";

// The oldest go first.
constexpr char kDropMost[] =
    "WITH ranked AS (SELECT number, sum(octet_length(content)) OVER (ORDER BY number DESC) AS upto"
    "  FROM ingestion.rejects WHERE source_key = $1),"
    " gone AS (DELETE FROM ingestion.rejects r USING ranked WHERE r.source_key = $1"
    "  AND r.number = ranked.number AND ranked.upto > $2 RETURNING octet_length(content) AS bytes)"
    " SELECT coalesce(sum(bytes), 0), count(*) FROM gone";

constexpr char kSetTotals[] =
    "UPDATE ingestion.reject_totals SET bytes = $2, dropped = dropped + $3 WHERE source_key = $1";

// Parameters: source id or '-', number below which, how many, bytes of each content, bytes of all.
constexpr char kSelect[] =
    "SELECT id, number, entry_position, title, error, content, create_time, size FROM ("
    "  SELECT s.id, r.number, r.entry_position, r.title, r.error, r.create_time,"
    "   substring(r.content FOR $4) AS content, octet_length(r.content) AS size,"
    "   sum(least(octet_length(r.content), $4)) OVER (ORDER BY r.number DESC) AS upto"
    "  FROM ingestion.rejects r JOIN ingestion.sources s ON s.key = r.source_key"
    "  WHERE ($1 = '-' OR s.id = $1) AND ($2 = 0 OR r.number < $2) AND " DATELINE_FRESH
    "  ORDER BY r.number DESC LIMIT $3) page"
    " WHERE upto - least(size, $4) <= $5 ORDER BY number DESC";

constexpr char kSelectOne[] =
    "SELECT s.id, r.number, r.entry_position, r.title, r.error, r.content, r.create_time,"
    " octet_length(r.content) FROM ingestion.rejects r"
    " JOIN ingestion.sources s ON s.key = r.source_key"
    " WHERE s.id = $1 AND r.number = $2 AND " DATELINE_FRESH;
#undef DATELINE_FRESH

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
  reject.set_content_bytes(row[7].as<int64_t>());
  if (const auto time = pg::FromTimestamp(row[6].c_str())) {
    *reject.mutable_create_time() = TimeToProto(*time);
  }
  return reject;
}

// Rejects as columns, each once: the same one twice in a document is one.
struct Rows {
  std::vector<std::string> digests, titles, errors, contents;
  std::vector<int64_t> positions;
};

Rows RowsOf(const std::vector<NewReject>& rejects) {
  Rows rows;
  absl::flat_hash_set<std::string> seen;
  for (const NewReject& reject : rejects) {
    const std::string& same = reject.fingerprint.empty() ? reject.content : reject.fingerprint;
    std::string digest =
        Sha256Hex(absl::StrCat(reject.entry_position < 0 ? "document" : "entry", "\n",
                               std::string(reject.error.message()), "\n", same));
    if (!seen.insert(digest).second) continue;
    rows.digests.push_back(std::move(digest));
    rows.positions.push_back(reject.entry_position);
    rows.titles.push_back(reject.title);
    rows.errors.push_back(error::ToProto(reject.error).SerializeAsString());
    rows.contents.push_back(reject.content);
  }
  return rows;
}

}  // namespace

absl::Status PostgresSourceStore::AddRejects(const RequestContext& context, int64_t source_key,
                                             const std::vector<NewReject>& rejects) {
  if (rejects.empty()) return absl::OkStatus();
  const Rows rows = RowsOf(rejects);
  // Large documents take a while to encode, for which no transaction should wait.
  const std::string digests = pg::ToArray(rows.digests);
  const std::string contents = pg::ToByteaArray(rows.contents);
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        auto total = transaction.exec_params1(kLockTotals, source_key)[0].as<int64_t>();
        total -= transaction.exec_params1(kReplacedBytes, source_key, digests)[0].as<int64_t>();
        transaction.exec_params(kInsert, source_key, digests, pg::ToArray(rows.positions),
                                pg::ToArray(rows.titles), pg::ToByteaArray(rows.errors), contents);
        for (const std::string& content : rows.contents) {
          total += static_cast<int64_t>(content.size());
        }
        int64_t dropped = 0;
        if (total > kMaxBytes) {
          const pqxx::row gone = transaction.exec_params1(kDropMost, source_key, kMaxBytes);
          total -= gone[0].as<int64_t>();
          dropped = gone[1].as<int64_t>();
        }
        transaction.exec_params(kSetTotals, source_key, total, dropped);
        return absl::OkStatus();
      }));
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec(kDropOld);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> PostgresSourceStore::CountDroppedRejects(const RequestContext& context,
                                                                 const std::string& parent) {
  int64_t dropped = 0;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) {
        dropped = transaction
                      .exec_params1(
                          "SELECT coalesce(sum(t.dropped), 0) FROM ingestion.reject_totals t"
                          " JOIN ingestion.sources s ON s.key = t.source_key"
                          " WHERE $1 = '-' OR s.id = $1",
                          IdOf(parent))[0]
                      .as<int64_t>();
        return absl::OkStatus();
      }));
  return dropped;
}

absl::StatusOr<std::vector<v1::Reject>> PostgresSourceStore::ListRejects(
    const RequestContext& context, const std::string& parent, int64_t before, int limit) {
  std::vector<v1::Reject> rejects;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, kReadOnly, [&](pqxx::transaction_base& transaction) -> absl::Status {
        rejects.clear();
        for (const pqxx::row& row : transaction.exec_params(kSelect, IdOf(parent), before, limit,
                                                            kListedBytes, kPageBytes)) {
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
        "WITH gone AS (DELETE FROM ingestion.rejects r USING ingestion.sources s"
        " WHERE s.key = r.source_key AND s.id = $1 AND r.number = $2"
        " RETURNING r.source_key, octet_length(r.content) AS bytes)"
        " UPDATE ingestion.reject_totals t SET bytes = t.bytes - gone.bytes FROM gone"
        " WHERE t.source_key = gone.source_key",
        key.source, key.number);
    return absl::OkStatus();
  });
}

}  // namespace dateline::ingestion::store
