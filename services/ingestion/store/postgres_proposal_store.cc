#include "services/ingestion/store/postgres_proposal_store.h"

#include <algorithm>
#include <limits>
#include <pqxx/pqxx>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"

namespace dateline::ingestion::store {
namespace {

// Keys come sorted, so that two deliveries lock the same rows in the same order.
constexpr char kCount[] =
    "INSERT INTO ingestion.topic_proposals AS p (key, term, topic, entries, sources, examples)"
    " VALUES ($1, $2, $3, $4, ARRAY[$5::text], $6::text[])"
    " ON CONFLICT (key) DO UPDATE SET term = excluded.term,"
    " topic = CASE WHEN excluded.topic = '' THEN p.topic ELSE excluded.topic END,"
    " entries = p.entries + excluded.entries, last_time = clock_timestamp(),"
    " sources = CASE WHEN $5 = ANY (p.sources) OR cardinality(p.sources) >= $7 THEN p.sources"
    " ELSE p.sources || $5::text END,"
    " examples = (p.examples || excluded.examples)[1:$8]"
    " RETURNING (xmax = 0)";

constexpr char kTrim[] =
    "WITH excess AS (SELECT count(*) - $1 AS n FROM ingestion.topic_proposals)"
    " DELETE FROM ingestion.topic_proposals WHERE key IN"
    " (SELECT key FROM ingestion.topic_proposals ORDER BY entries, last_time, key"
    "  LIMIT (SELECT greatest(n, 0) FROM excess))";

constexpr char kList[] =
    "SELECT key, term, topic, entries, first_time, last_time, sources, examples FROM "
    "ingestion.topic_proposals"
    " WHERE entries < $1 OR (entries = $1 AND key > $2) ORDER BY entries DESC, key LIMIT $3";

template <typename Field>
void AddTexts(const pqxx::field& array, Field* out) {
  pqxx::array_parser parser = array.as_array();
  for (auto next = parser.get_next(); next.first != pqxx::array_parser::done;
       next = parser.get_next()) {
    if (next.first == pqxx::array_parser::string_value) out->Add(std::move(next.second));
  }
}

void SetTime(const pqxx::field& field, google::protobuf::Timestamp* out) {
  if (const auto time = pg::FromTimestamp(field.c_str())) *out = TimeToProto(*time);
}

}  // namespace

absl::Status PostgresProposalStore::Count(const RequestContext& context,
                                          const std::vector<SeenProposal>& seen) {
  if (seen.empty()) return absl::OkStatus();
  std::vector<const SeenProposal*> sorted;
  for (const SeenProposal& one : seen) sorted.push_back(&one);
  std::sort(sorted.begin(), sorted.end(),
            [](const SeenProposal* a, const SeenProposal* b) { return a->key < b->key; });
  return pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        bool grown = false;
        for (const SeenProposal* one : sorted) {
          const pqxx::result row = transaction.exec_params(
              kCount, one->key, one->term, one->topic, one->entries, one->source,
              pg::ToArray(one->examples), kMaxProposalSources, kMaxProposalExamples);
          grown |= row[0][0].as<bool>();
        }
        if (grown) transaction.exec_params(kTrim, max_terms_);
        return absl::OkStatus();
      });
}

absl::StatusOr<std::vector<ProposalStore::Stored>> PostgresProposalStore::List(
    const RequestContext& context, const std::optional<Cursor>& after, int limit) {
  std::vector<Stored> proposals;
  const Cursor from = after.value_or(Cursor{std::numeric_limits<int64_t>::max(), ""});
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        proposals.clear();
        for (const pqxx::row& row : transaction.exec_params(kList, from.entries, from.key, limit)) {
          Stored& stored = proposals.emplace_back();
          stored.key = row[0].as<std::string>();
          stored.proposal.set_term(row[1].as<std::string>());
          stored.proposal.set_topic(row[2].as<std::string>());
          stored.proposal.set_entries(row[3].as<int64_t>());
          SetTime(row[4], stored.proposal.mutable_first_time());
          SetTime(row[5], stored.proposal.mutable_last_time());
          AddTexts(row[6], stored.proposal.mutable_sources());
          AddTexts(row[7], stored.proposal.mutable_examples());
        }
        return absl::OkStatus();
      }));
  return proposals;
}

absl::Status PostgresProposalStore::Forget(const RequestContext& context,
                                           const std::vector<std::string>& keys) {
  if (keys.empty()) return absl::OkStatus();
  return pg::RunTransaction(
      pool_, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        transaction.exec_params(
            "DELETE FROM ingestion.topic_proposals WHERE key = ANY ($1::text[])",
            pg::ToArray(keys));
        return absl::OkStatus();
      });
}

}  // namespace dateline::ingestion::store
