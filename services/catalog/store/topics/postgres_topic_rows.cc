#include "services/catalog/store/topics/postgres_topic_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/text/slug.h"
#include "services/catalog/store/topics/topic_tree.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Topic;

// The parents of `above` and of all that stands above these; what was merged is its target.
TopicParents LoadParents(pqxx::transaction_base& transaction, const std::vector<int64_t>& above) {
  TopicParents parents;
  for (const pqxx::row& row :
       transaction.exec_params("WITH RECURSIVE up(key) AS (SELECT unnest($1::bigint[]) UNION "
                               "SELECT coalesce(t.merged_into, t.key) FROM up "
                               "JOIN catalog.topic_parents p ON p.topic_key = up.key "
                               "JOIN catalog.topics t ON t.key = p.parent_key) "
                               "SELECT p.topic_key, coalesce(t.merged_into, t.key) FROM up "
                               "JOIN catalog.topic_parents p ON p.topic_key = up.key "
                               "JOIN catalog.topics t ON t.key = p.parent_key",
                               KeyArray(above))) {
    parents.emplace(Int(row[0]), Int(row[1]));
  }
  return parents;
}

// `topics/a > topics/b`: each below the next.
std::string DescribeWay(pqxx::transaction_base& transaction, const std::vector<int64_t>& way) {
  std::vector<std::string> names;
  for (const pqxx::row& row :
       transaction.exec_params("SELECT t.id FROM unnest($1::bigint[]) WITH ORDINALITY AS w(key, n) "
                               "JOIN catalog.topics t ON t.key = w.key ORDER BY w.n",
                               KeyArray(way))) {
    names.push_back(api::MakeName(api::kTopics, Text(row[0])));
  }
  return absl::StrJoin(names, " > ");
}

}  // namespace

std::string TopicColumns(pqxx::transaction_base& transaction, const Topic& topic,
                         int64_t merged_into) {
  return absl::StrCat(", state = ", static_cast<int>(topic.state()),
                      ", kind = ", static_cast<int>(topic.kind()),
                      ", folded = ", transaction.quote(text::Fold(topic.display_name())),
                      ", merged_into = ", merged_into == 0 ? "NULL" : absl::StrCat(merged_into));
}

void WriteNames(pqxx::transaction_base& transaction, int64_t key, const Topic& topic) {
  std::set<std::string> folded = {text::Fold(topic.display_name())};
  for (const auto& [language, name] : topic.display_names()) folded.insert(text::Fold(name));
  for (const std::string& alias : topic.aliases()) folded.insert(text::Fold(alias));
  folded.erase("");
  ArrayParam names;
  for (const std::string& name : folded) names.AddText(name);
  transaction.exec_params("DELETE FROM catalog.topic_names WHERE topic_key = $1", key);
  transaction.exec_params(
      "INSERT INTO catalog.topic_names (topic_key, folded) SELECT $1, unnest($2::text[])", key,
      names.str());
}

absl::Status CheckAlive(const Topic& topic) {
  if (topic.state() == content::v1::TOPIC_STATE_ACTIVE ||
      topic.state() == content::v1::TOPIC_STATE_PROPOSED) {
    return absl::OkStatus();
  }
  return error::StateConflict(topic.name(), content::v1::TopicState_Name(topic.state()));
}

void LockTree(pqxx::transaction_base& transaction) {
  transaction.exec("SELECT pg_advisory_xact_lock(hashtext('catalog.topic_parents'))");
}

absl::StatusOr<std::vector<int64_t>> ResolveParents(pqxx::transaction_base& transaction,
                                                    Topic* topic) {
  std::vector<int64_t> keys;
  if (topic->parents().empty()) return keys;
  ArrayParam ids;
  for (const std::string& parent : topic->parents()) {
    ids.AddText(api::IdInName(api::kTopics, parent));
  }
  const pqxx::result rows = transaction.exec_params(
      "SELECT p.id, r.key, r.id FROM unnest($1::text[]) WITH ORDINALITY AS p(id, position) "
      "LEFT JOIN catalog.topics t ON t.id = p.id "
      "LEFT JOIN catalog.topics r ON r.key = coalesce(t.merged_into, t.key) AND r.state IN (1, 2) "
      "ORDER BY p.position",
      ids.str());
  topic->clear_parents();
  for (const pqxx::row& row : rows) {
    if (row[1].is_null()) return error::ResourceNotFound(api::MakeName(api::kTopics, Text(row[0])));
    if (std::find(keys.begin(), keys.end(), Int(row[1])) != keys.end()) continue;
    keys.push_back(Int(row[1]));
    topic->add_parents(api::MakeName(api::kTopics, Text(row[2])));
  }
  return keys;
}

void WriteParents(pqxx::transaction_base& transaction, int64_t key,
                  const std::vector<int64_t>& parents) {
  transaction.exec_params("DELETE FROM catalog.topic_parents WHERE topic_key = $1", key);
  if (parents.empty()) return;
  transaction.exec_params(
      "INSERT INTO catalog.topic_parents (topic_key, parent_key, position) "
      "SELECT $1, p.key, p.position FROM unnest($2::bigint[]) WITH ORDINALITY AS p(key, position)",
      key, KeyArray(parents));
}

absl::Status CheckNotAbove(pqxx::transaction_base& transaction, int64_t key,
                           const std::vector<int64_t>& parents, const std::set<int64_t>& tops,
                           absl::string_view field, absl::string_view why) {
  if (parents.empty()) return absl::OkStatus();
  const TopicParents tree = LoadParents(transaction, parents);
  std::vector<int64_t> shortest;
  for (const int64_t parent : parents) {
    std::vector<int64_t> way = WayUp(tree, parent, tops);
    if (!way.empty() && (shortest.empty() || way.size() < shortest.size())) shortest = way;
  }
  if (shortest.empty()) return absl::OkStatus();
  shortest.insert(shortest.begin(), key);
  return error::InvalidField(field, absl::StrCat(why, ": ", DescribeWay(transaction, shortest)));
}

std::optional<ChangeRow> WritePins(pqxx::transaction_base& transaction, int64_t topic_key,
                                   const std::vector<int64_t>& article_keys) {
  const std::string array = KeyArray(article_keys);
  const pqxx::result rows = transaction.exec_params(
      "INSERT INTO catalog.pins AS n (topic_key, version, digest, articles) "
      "SELECT $1, 1, $3, $2::bigint[] WHERE cardinality($2::bigint[]) > 0 "
      "OR EXISTS (SELECT FROM catalog.pins WHERE topic_key = $1) "
      "ON CONFLICT (topic_key) DO UPDATE SET version = n.version + 1, digest = excluded.digest, "
      "articles = excluded.articles, change_xid = pg_current_xact_id() "
      "WHERE n.articles <> excluded.articles RETURNING version",
      topic_key, array, static_cast<int64_t>(Digest64({array})));
  if (rows.empty()) return std::nullopt;
  const int64_t version = Int(rows[0][0]);
  return ChangeRow{v1::RESOURCE_KIND_PINS, topic_key, version,
                   version == 1 ? v1::CHANGE_KIND_CREATED : v1::CHANGE_KIND_UPDATED};
}

}  // namespace dateline::catalog::store
