#include "services/ingestion/store/postgres_reject_purge.h"

#include <cstdint>
#include <pqxx/pqxx>
#include <vector>

#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "services/ingestion/store/postgres_source_rows.h"

namespace dateline::ingestion::store {
namespace {

// So many at once, as each may be some megabytes.
constexpr int kPage = 20;

// Entries that have the id somewhere: whether they have it as theirs is said by the message.
constexpr char kCandidates[] =
    "SELECT r.number, r.content FROM ingestion.rejects r JOIN ingestion.sources s"
    " ON s.key = r.source_key WHERE s.id = $1 AND r.number > $2 AND r.entry_position >= 0"
    " AND position($3::bytea IN r.content) > 0 ORDER BY r.number LIMIT $4";

constexpr char kForget[] =
    "WITH gone AS (DELETE FROM ingestion.rejects r USING ingestion.sources s"
    " WHERE s.key = r.source_key AND s.id = $1"
    " AND (r.entry_position < 0 OR r.number = ANY ($2::bigint[]))"
    " RETURNING r.source_key, octet_length(r.content) AS bytes)"
    " UPDATE ingestion.reject_totals t SET bytes = t.bytes - g.bytes"
    " FROM (SELECT source_key, sum(bytes) AS bytes FROM gone GROUP BY source_key) g"
    " WHERE t.source_key = g.source_key";

}  // namespace

absl::Status PostgresRejectPurge::Purge(const RequestContext& context, const std::string& source,
                                        const std::string& entry_id) {
  std::vector<int64_t> found;
  int64_t last = 0;
  for (bool more = true; more;) {
    std::vector<int64_t> numbers;
    int64_t read = last;
    DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
        pool_, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
          numbers.clear();
          const pqxx::result rows = transaction.exec_params(kCandidates, IdOf(source), last,
                                                            pg::ToBytea(entry_id), kPage);
          more = rows.size() == static_cast<size_t>(kPage);
          for (const pqxx::row& row : rows) {
            read = row[0].as<int64_t>();
            const std::string content = pqxx::binarystring(row[1]).str();
            catalog::v1::UpsertItem item;
            // What stands for a refusal of an erased article has no article.
            const bool is_whole = item.ParseFromString(content) && item.has_article();
            if (is_whole && item.entry_id() == entry_id) numbers.push_back(read);
          }
          return absl::OkStatus();
        }));
    found.insert(found.end(), numbers.begin(), numbers.end());
    last = read;
  }
  return pg::RunTransaction(pool_, context, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(kForget, IdOf(source), pg::ToArray(found));
    return absl::OkStatus();
  });
}

}  // namespace dateline::ingestion::store
