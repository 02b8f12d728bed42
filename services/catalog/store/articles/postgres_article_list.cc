#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/api/names.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_article_view.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using content::v1::ArticleState;

// The condition under which an article is in `state` at the instant of the statement, of
// catalog.articles AS a; as article/visibility.h says.
std::string ConditionOf(ArticleState state) {
  constexpr char kTime[] = "clock_timestamp()";
  const auto published = [](absl::string_view and_that) {
    return absl::StrCat("(a.state = 2 AND ", and_that, ")");
  };
  const std::string expired = absl::StrCat("coalesce(a.expire_time <= ", kTime, ", false)");
  const std::string embargoed = absl::StrCat("coalesce(a.embargo_time > ", kTime, ", false)");
  const std::string later = absl::StrCat("(a.publish_time > ", kTime,
                                         " OR (a.live_revision = 0 AND coalesce("
                                         "a.schedule_time > ",
                                         kTime, ", false)))");
  switch (state) {
    case content::v1::ARTICLE_STATE_PUBLISHED:
      return published(absl::StrCat("NOT ", expired, " AND NOT ", embargoed, " AND NOT ", later));
    case content::v1::ARTICLE_STATE_EXPIRED:
      return published(expired);
    case content::v1::ARTICLE_STATE_EMBARGOED:
      return published(absl::StrCat("NOT ", expired, " AND ", embargoed));
    case content::v1::ARTICLE_STATE_SCHEDULED:
      return published(absl::StrCat("NOT ", expired, " AND NOT ", embargoed, " AND ", later));
    default:
      return absl::StrCat("a.state = ", static_cast<int>(state));
  }
}

std::string ConditionOf(const std::vector<ArticleState>& states) {
  if (states.empty()) return "a.state NOT IN (7, 8)";
  return absl::StrCat("(",
                      absl::StrJoin(states, " OR ",
                                    [](std::string* out, ArticleState state) {
                                      absl::StrAppend(out, ConditionOf(state));
                                    }),
                      ")");
}

}  // namespace

absl::StatusOr<Written<ArticlePage>> ArticleStore::ListArticles(const RequestContext& context,
                                                                const ArticleListFilter& filter,
                                                                int64_t after, int limit,
                                                                content::v1::ArticleView view) {
  const std::string query = absl::StrCat(
      "SELECT a.id, a.key, octet_length(r.snapshot) FROM catalog.articles a "
      "JOIN catalog.article_revisions r ON r.article_key = a.key AND r.number = ",
      RevisionNumber(v1::REVISION_SELECTOR_UNSPECIFIED), " WHERE a.key < $1 AND ",
      ConditionOf(filter.states),
      filter.publication.empty()
          ? ""
          : " AND a.publication_key = (SELECT key FROM catalog.publications WHERE id = $3)",
      " AND $3::text IS NOT NULL ORDER BY a.key DESC LIMIT $2");
  Written<ArticlePage> found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        found.message = ArticlePage();
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        found.position = log.Head();
        const pqxx::result rows = transaction.exec_params(
            query, after == 0 ? std::numeric_limits<int64_t>::max() : after, limit + 1,
            std::string(api::IdInName(api::kPublications, filter.publication)));
        std::vector<std::string> ids;
        size_t bytes = 0;
        for (const pqxx::row& row : rows) {
          bytes += static_cast<size_t>(Int(row[2]));
          const bool full = ids.size() == static_cast<size_t>(limit) ||
                            (!ids.empty() && bytes > limits::kPageByteBudget);
          if (full) break;
          ids.push_back(Text(row[0]));
          found.message.last = Int(row[1]);
        }
        found.message.more = ids.size() < rows.size();
        StoredArticles stored =
            LoadView(transaction, ids, view, v1::REVISION_SELECTOR_UNSPECIFIED, log.now);
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
