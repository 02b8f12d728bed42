#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/log/postgres_change_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// Keys that `from` finds for each of the names, as w.id and k.key. RESOURCE_NOT_FOUND.
absl::StatusOr<std::set<int64_t>> FindKeys(pqxx::transaction_base& transaction,
                                           const char* collection, const char* from,
                                           const std::vector<std::string>& names) {
  std::set<int64_t> keys;
  if (names.empty()) return keys;
  ArrayParam ids;
  for (const std::string& name : names) ids.AddText(api::IdInName(collection, name));
  for (const pqxx::row& row : transaction.exec_params(
           absl::StrCat("SELECT w.id, k.key FROM unnest($1::text[]) AS w(id) ", from), ids.str())) {
    if (row[1].is_null()) {
      return error::ResourceNotFound(api::MakeName(collection, Text(row[0])));
    }
    keys.insert(Int(row[1]));
  }
  return keys;
}

}  // namespace

absl::StatusOr<FilterKeys> PostgresChangeLog::FindFilterKeys(
    const RequestContext& context, const std::vector<std::string>& publications,
    const std::vector<std::string>& topics) {
  FilterKeys keys;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(
            keys.publications,
            FindKeys(transaction, api::kPublications,
                     "LEFT JOIN catalog.publications k ON k.id = w.id", publications));
        DATELINE_ASSIGN_OR_RETURN(
            keys.topics, FindKeys(transaction, api::kTopics,
                                  "LEFT JOIN catalog.topics t ON t.id = w.id "
                                  "LEFT JOIN catalog.topics k ON k.key = coalesce(t.merged_into, "
                                  "t.key) OR k.merged_into = coalesce(t.merged_into, t.key)",
                                  topics));
        return absl::OkStatus();
      }));
  return keys;
}

absl::StatusOr<std::set<int64_t>> PostgresChangeLog::FindLeavers(
    const RequestContext& context, const std::map<int64_t, int64_t>& articles,
    const std::set<int64_t>& topics) {
  ArrayParam keys, versions, topic_keys;
  for (const auto& [key, version] : articles) {
    keys.Add(key);
    versions.Add(version);
  }
  for (const int64_t topic : topics) topic_keys.Add(topic);
  std::set<int64_t> leavers;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        leavers.clear();
        for (const pqxx::row& row : transaction.exec_params(
                 "SELECT l.article_key FROM unnest($1::bigint[], $2::bigint[]) AS u(k, v) "
                 "JOIN catalog.left_topics l ON l.article_key = u.k AND l.version >= u.v "
                 "AND l.topic_key = ANY ($3::bigint[])",
                 keys.str(), versions.str(), topic_keys.str())) {
          leavers.insert(Int(row[0]));
        }
        return absl::OkStatus();
      }));
  return leavers;
}

}  // namespace dateline::catalog::store
