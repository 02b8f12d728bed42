#include <pqxx/pqxx>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/base/caller_key.h"
#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/ingestion/identify/content_hash.h"
#include "services/ingestion/store/postgres_requests.h"
#include "services/ingestion/store/postgres_source_store.h"

// Items of bulk streams that carry a request id.
namespace dateline::ingestion::store {
namespace {

// What is older than a day is forgotten, some at a time; one that is due but still there is as
// good as gone. Sorted, so that callers that race do not wait for each other in a circle.
constexpr char kForget[] =
    "DELETE FROM ingestion.item_requests WHERE (caller, request_id) IN (SELECT caller, request_id"
    " FROM ingestion.item_requests WHERE create_time < clock_timestamp() - interval '24 hours'"
    " LIMIT 1000 FOR UPDATE SKIP LOCKED)";

constexpr char kClaim[] =
    "INSERT INTO ingestion.item_requests AS r (caller, request_id, fingerprint)"
    " SELECT $1, id, f FROM unnest($2::text[], $3::bytea[]) AS u(id, f) ORDER BY id"
    " ON CONFLICT (caller, request_id) DO UPDATE SET fingerprint = excluded.fingerprint,"
    " answer = NULL, create_time = clock_timestamp()"
    " WHERE r.create_time < clock_timestamp() - interval '24 hours' RETURNING request_id";

constexpr char kKnown[] =
    "SELECT request_id, fingerprint, answer FROM ingestion.item_requests"
    " WHERE caller = $1 AND request_id = ANY ($2::text[])";

constexpr char kAnswer[] =
    "UPDATE ingestion.item_requests r SET answer = coalesce(r.answer, u.a)"
    " FROM (SELECT id, a FROM unnest($2::text[], $3::bytea[]) AS u(id, a) ORDER BY id) u"
    " WHERE r.caller = $1 AND r.request_id = u.id RETURNING r.request_id, r.answer";

// Each request id once, with what belongs to it.
struct Columns {
  std::vector<std::string> ids;
  std::vector<std::string> values;
};

template <typename Value>
Columns Once(const std::vector<ItemRequest>& items, Value value_of) {
  Columns columns;
  absl::flat_hash_set<std::string> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!seen.insert(items[i].request_id).second) continue;
    columns.ids.push_back(items[i].request_id);
    columns.values.push_back(value_of(i));
  }
  return columns;
}

struct Stored {
  std::string fingerprint;
  std::optional<std::string> answer;
};

absl::flat_hash_map<std::string, Stored> ReadKnown(const pqxx::result& rows) {
  absl::flat_hash_map<std::string, Stored> known;
  for (const pqxx::row& row : rows) {
    Stored& stored = known[row[0].as<std::string>()];
    stored.fingerprint = pqxx::binarystring(row[1]).str();
    if (!row[2].is_null()) stored.answer = pqxx::binarystring(row[2]).str();
  }
  return known;
}

}  // namespace

absl::StatusOr<std::vector<KnownItem>> PostgresSourceStore::ClaimItems(
    const RequestContext& context, const std::vector<ItemRequest>& items) {
  std::vector<KnownItem> out(items.size());
  if (items.empty()) return out;
  const auto digest = [&](size_t i) { return Sha256Hex(items[i].fingerprint); };
  const Columns columns = Once(items, digest);
  const std::string ids = pg::ToArray(columns.ids);
  absl::flat_hash_map<std::string, Stored> known;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        transaction.exec(kForget);
        const pqxx::result claimed = transaction.exec_params(kClaim, CallerKey(context), ids,
                                                             pg::ToByteaArray(columns.values));
        known.clear();
        // The same id may stand twice among the items, so new ones are read as well.
        if (claimed.size() < items.size()) {
          known = ReadKnown(transaction.exec_params(kKnown, CallerKey(context), ids));
        }
        return absl::OkStatus();
      }));
  for (size_t i = 0; i < items.size(); ++i) {
    const auto found = known.find(items[i].request_id);
    if (found == known.end()) continue;
    out[i].reused = found->second.fingerprint != digest(i);
    if (!out[i].reused) out[i].answer = found->second.answer;
  }
  return out;
}

absl::Status PostgresSourceStore::KeepAnswers(const RequestContext& context,
                                              const std::vector<ItemRequest>& items,
                                              std::vector<std::string>* answers) {
  if (items.empty()) return absl::OkStatus();
  const Columns columns = Once(items, [&](size_t i) { return (*answers)[i]; });
  absl::flat_hash_map<std::string, std::string> kept;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
        kept.clear();
        for (const pqxx::row& row :
             transaction.exec_params(kAnswer, CallerKey(context), pg::ToArray(columns.ids),
                                     pg::ToByteaArray(columns.values))) {
          kept[row[0].as<std::string>()] = pqxx::binarystring(row[1]).str();
        }
        return absl::OkStatus();
      }));
  for (size_t i = 0; i < items.size(); ++i) {
    const auto found = kept.find(items[i].request_id);
    if (found != kept.end()) (*answers)[i] = found->second;
  }
  return absl::OkStatus();
}

}  // namespace dateline::ingestion::store
