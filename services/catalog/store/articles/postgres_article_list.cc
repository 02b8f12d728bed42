#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_article_filter.h"
#include "services/catalog/store/articles/postgres_article_view.h"
#include "services/catalog/store/articles/postgres_sql.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// Articles that one call looks at. A set of that size or less is looked at whole, so that a list of
// what is rare is one call; a walk through all articles finds what more than these carry soon.
constexpr int kMaxLookedAt = 20'000;

// An article out of a set costs as much as six of a walk. Among a million articles a set above this
// size mostly fills a page by a walk before half of the set is looked through: so the walk is tried
// first. Where it fails it costs as much again as a set of this size does.
constexpr int kWalkedFirst = 4'000;

// The index that an order follows.
struct Followed {
  const char* table;
  const char* time;
  const char* key;
};
constexpr Followed kFollowed[] = {
    {"catalog.articles", "create_time", "key"},
    {"catalog.articles", "publish_time", "key"},
    {"catalog.article_revisions", "create_time", "article_key"},
};

const Followed& FollowedBy(const ArticleList& list) {
  return kFollowed[static_cast<size_t>(list.order.by)];
}

// ` AND` what lies behind the place where the page begins, of two columns.
Sql Behind(const ArticleList& list, absl::string_view time, absl::string_view key) {
  if (!list.after.has_value()) return Sql("");
  return Sql(absl::StrCat(" AND (", time, ", ", key, ") ", list.order.falling ? "<" : ">",
                          " (?::timestamptz, ?::bigint)"),
             {pg::ToTimestamp(list.after->time), absl::StrCat(list.after->key)});
}

std::string OrderBy(const ArticleList& list, absl::string_view time, absl::string_view key) {
  const char* const way = list.order.falling ? " DESC" : "";
  return absl::StrCat(" ORDER BY ", time, way, ", ", key, way);
}

// `columns` of the next rows of the index AS w, as far as one call goes.
Sql Walk(const ArticleList& list, const ArticleCondition& condition, absl::string_view columns) {
  const Followed& followed = FollowedBy(list);
  const std::string time = absl::StrCat("w.", followed.time);
  const std::string key = absl::StrCat("w.", followed.key);
  Sql walk(absl::StrCat("SELECT ", columns, ", ", time, " AS at, ", key, " AS at_key FROM ",
                        followed.table, " w WHERE true"));
  walk.Add(Behind(list, time, key));
  for (const Sql& bound : condition.bounds[static_cast<size_t>(list.order.by)]) {
    walk.Add(absl::StrCat(" AND ", time)).Add(bound);
  }
  if (list.order.by == ListInstant::kCreate && condition.publication.has_value()) {
    walk.Add(" AND w.publication_key = ?::bigint", {*condition.publication});
  }
  return walk.Add(absl::StrCat(OrderBy(list, time, key), " LIMIT ", kMaxLookedAt));
}

// Rows of catalog.articles with `at` and `at_key`, by which the list is ordered, out of a walk. A
// subquery with OFFSET is looked up row by row and in that order, whatever the planner thinks of
// joins.
Sql WalkedArticles(const ArticleList& list, const ArticleCondition& condition) {
  if (list.order.by != ListInstant::kModify) return Walk(list, condition, "w.*");
  // An article stands where its newest revision does.
  return Sql("SELECT x.*, m.at, m.at_key FROM (")
      .Add(Walk(list, condition, "w.number"))
      .Add(
          ") m CROSS JOIN LATERAL (SELECT * FROM catalog.articles x WHERE x.key = m.at_key AND "
          "x.revision = m.number OFFSET 0) x");
}

// The same out of a set of keys.
Sql ArticlesOf(const ArticleList& list, const Sql& set) {
  const std::string at =
      list.order.by == ListInstant::kModify
          ? "(SELECT m.create_time FROM catalog.article_revisions m WHERE m.article_key = x.key "
            "AND m.number = x.revision)"
          : absl::StrCat("x.", FollowedBy(list).time);
  return Sql(absl::StrCat("SELECT x.*, ", at,
                          " AS at, x.key AS at_key FROM (SELECT DISTINCT n.key "
                          "FROM ("))
      .Add(set)
      .Add(
          ") n(key)) c CROSS JOIN LATERAL (SELECT * FROM catalog.articles x WHERE x.key = c.key "
          "OFFSET 0) x");
}

// All sets that hold what is listed: also those of the instants that the order does not follow.
std::vector<Sql> AllSets(const ArticleList& list, const ArticleCondition& condition) {
  std::vector<Sql> sets = condition.sets;
  for (size_t i = 0; i < condition.bounds.size(); ++i) {
    if (condition.bounds[i].empty() || i == static_cast<size_t>(list.order.by)) continue;
    const Followed& index = kFollowed[i];
    Sql& set =
        sets.emplace_back(absl::StrCat("SELECT ", index.key, " FROM ", index.table, " WHERE true"));
    for (const Sql& bound : condition.bounds[i]) {
      set.Add(absl::StrCat(" AND ", index.time)).Add(bound);
    }
  }
  return sets;
}

// A set that can be looked at whole.
struct SmallSet {
  Sql keys;
  int64_t size = 0;
};

// The first of `sets` that can be looked at whole, if there is one.
std::optional<SmallSet> FindSmallSet(pqxx::transaction_base& transaction, std::vector<Sql> sets) {
  for (Sql& set : sets) {
    Sql count("SELECT count(*) FROM (SELECT 1 FROM (");
    count.Add(set).Add(absl::StrCat(") n LIMIT ", kMaxLookedAt + 1, ") m"));
    const int64_t size = Int(count.Run(transaction)[0][0]);
    if (size <= kMaxLookedAt) return SmallSet{std::move(set), size};
  }
  return std::nullopt;
}

// The articles in the order of the list: id, key, instant of the order, size of what is shown.
pqxx::result Find(pqxx::transaction_base& transaction, const ArticleList& list,
                  const ArticleCondition& condition, const Sql* set) {
  Sql find(absl::StrCat("SELECT p.id, p.key, ", Micros("p.at"),
                        ", (SELECT octet_length(r.snapshot) FROM catalog.article_revisions r "
                        "WHERE r.article_key = p.key AND r.number = p.shown) FROM (SELECT a.id, "
                        "a.key, a.at, a.at_key, ",
                        RevisionNumber(v1::REVISION_SELECTOR_UNSPECIFIED), " AS shown FROM ("));
  find.Add(set != nullptr ? ArticlesOf(list, *set) : WalkedArticles(list, condition));
  find.Add(") a WHERE ").Add(condition.holds);
  if (set != nullptr) find.Add(Behind(list, "a.at", "a.at_key"));
  find.Add(absl::StrCat(OrderBy(list, "a.at", "a.at_key"), " LIMIT ", list.limit + 1, ") p",
                        OrderBy(list, "p.at", "p.at_key")));
  return find.Run(transaction);
}

// Where a walk ended that did not come to the end of the index.
std::optional<ListPlace> EndOfWalk(pqxx::transaction_base& transaction, const ArticleList& list,
                                   const ArticleCondition& condition) {
  Sql end(absl::StrCat("SELECT ", Micros("m.at"), ", m.at_key FROM ("));
  end.Add(Walk(list, condition, "1"));
  end.Add(absl::StrCat(") m", OrderBy(list, "m.at", "m.at_key"), " OFFSET ", kMaxLookedAt - 1));
  const pqxx::result rows = end.Run(transaction);
  if (rows.empty()) return std::nullopt;
  return ListPlace{*Time(rows[0][0]), Int(rows[0][1])};
}

}  // namespace

absl::StatusOr<Written<ArticleListPage>> ArticleStore::ListArticles(const RequestContext& context,
                                                                    const ArticleList& list) const {
  Written<ArticleListPage> found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        found.message = ArticleListPage();
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        found.position = log.Head();
        // A set that is large is read from its index no further than its bound: no plan may read a
        // table or an index whole first.
        transaction.exec(
            "SELECT set_config('enable_seqscan', 'off', true), "
            "set_config('enable_bitmapscan', 'off', true)");
        DATELINE_ASSIGN_OR_RETURN(const ArticleCondition condition,
                                  ConditionOf(transaction, list, log.now));
        const std::optional<SmallSet> set = FindSmallSet(transaction, AllSets(list, condition));
        pqxx::result rows;
        if (!set.has_value() || set->size > kWalkedFirst) {
          rows = Find(transaction, list, condition, /*set=*/nullptr);
        }
        if (set.has_value() && rows.size() <= static_cast<size_t>(list.limit)) {
          rows = Find(transaction, list, condition, &set->keys);
        }
        std::vector<std::string> ids;
        std::optional<ListPlace> last;
        size_t bytes = 0;
        for (const pqxx::row& row : rows) {
          bytes += static_cast<size_t>(Int(row[3]));
          const bool full = ids.size() == static_cast<size_t>(list.limit) ||
                            (!ids.empty() && bytes > limits::kPageByteBudget);
          if (full) break;
          ids.push_back(Text(row[0]));
          last = ListPlace{*Time(row[2]), Int(row[1])};
        }
        if (ids.size() < rows.size()) {
          found.message.next = last;
        } else if (!set.has_value()) {
          found.message.next = EndOfWalk(transaction, list, condition);
        }
        StoredArticles stored =
            LoadView(transaction, ids, list.view, v1::REVISION_SELECTOR_UNSPECIFIED, log.now);
        for (const std::string& id : ids) {
          const auto one = stored.find(id);
          if (one == stored.end()) continue;
          found.message.records.push_back(std::move(one->second.record));
        }
        return absl::OkStatus();
      }));
  return found;
}

}  // namespace dateline::catalog::store
