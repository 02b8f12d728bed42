#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_article_view.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// Who has a path, or had it, and who is to have it; ids, empty for none.
struct PathHolders {
  std::string owner;
  std::string holder;
};

PathHolders FindHolders(pqxx::transaction_base& transaction, const std::string& publication,
                        const std::string& path) {
  const pqxx::result rows = transaction.exec_params(
      "SELECT o.id, h.id FROM catalog.paths x JOIN catalog.publications p "
      "ON p.key = x.publication_key LEFT JOIN catalog.articles o ON o.key = x.article_key "
      "LEFT JOIN catalog.articles h ON h.key = x.holder_key WHERE p.id = $1 AND x.path = $2",
      std::string(api::IdInName(api::kPublications, publication)), path);
  if (rows.empty()) return {};
  return {Text(rows[0][0]), Text(rows[0][1])};
}

// Whether readers are led to the article: it has a revision in force.
bool IsLive(const StoredArticle& stored) {
  const content::v1::ArticleState state = stored.record.state();
  return stored.record.live_revision() > 0 && state != content::v1::ARTICLE_STATE_DELETED &&
         state != content::v1::ARTICLE_STATE_TAKEN_DOWN;
}

// A schedule may have taken effect that no write has settled yet, so it is the revisions that say
// which path is whose.
bool Resolve(pqxx::transaction_base& transaction, const PathHolders& holders,
             const std::string& path, absl::Time now, ResolvedPath* found) {
  StoredArticles stored =
      LoadView(transaction, {holders.owner, holders.holder}, content::v1::ARTICLE_VIEW_FULL,
               v1::REVISION_SELECTOR_UNSPECIFIED, now);
  for (const std::string& id : {holders.holder, holders.owner}) {
    const auto article = stored.find(id);
    if (article == stored.end() || !IsLive(article->second)) continue;
    const std::string& live = article->second.record.article().path();
    if (live == path) {
      found->record = std::move(article->second.record);
      return true;
    }
    if (id == holders.owner) {
      found->redirect_target = live;
      return true;
    }
  }
  if (holders.holder.empty()) return false;
  stored = LoadView(transaction, {holders.holder}, content::v1::ARTICLE_VIEW_FULL,
                    v1::REVISION_SELECTOR_LATEST, now);
  const auto draft = stored.find(holders.holder);
  if (draft == stored.end()) return false;
  found->record = std::move(draft->second.record);
  return true;
}

}  // namespace

absl::StatusOr<Written<ResolvedPath>> ArticleStore::ResolvePath(const RequestContext& context,
                                                                const std::string& publication,
                                                                const std::string& path) {
  Written<ResolvedPath> found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true, .repeatable_read = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        found.message = ResolvedPath();
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        found.position = log.Head();
        const PathHolders holders = FindHolders(transaction, publication, path);
        if (Resolve(transaction, holders, path, log.now, &found.message)) return absl::OkStatus();
        return error::ResourceNotFound(absl::StrCat("path ", path, " of ", publication));
      }));
  return found;
}

}  // namespace dateline::catalog::store
