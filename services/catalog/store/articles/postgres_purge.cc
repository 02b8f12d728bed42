#include <string>
#include <vector>

#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/articles/postgres_erase.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/paths/postgres_paths.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

// Articles of one transaction: what belongs to them goes with them, and editors wait meanwhile.
constexpr int kPurgedAtOnce = 50;

// Removes some articles; how many. What another process works at is passed over.
absl::StatusOr<int> PurgeSome(pqxx::transaction_base& transaction, const RequestContext& context) {
  DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
  const pqxx::result rows = transaction.exec_params(
      "SELECT key, id, publication_key, version + 1 FROM catalog.articles "
      "WHERE purge_time <= now() AND state = $1 ORDER BY purge_time LIMIT $2 "
      "FOR UPDATE SKIP LOCKED",
      static_cast<int>(content::v1::ARTICLE_STATE_DELETED), kPurgedAtOnce);
  if (rows.empty()) return 0;
  ArrayParam array;
  std::vector<int64_t> keys;
  std::vector<ArticlePaths> paths;
  std::vector<ChangeRow> changes;
  for (const pqxx::row& row : rows) {
    const int64_t key = Int(row[0]);
    array.Add(key);
    keys.push_back(key);
    paths.push_back({key, Int(row[2]), /*live=*/"", /*held=*/{}, log.now, /*forget=*/true});
    changes.push_back({v1::RESOURCE_KIND_ARTICLE, key, Int(row[3]), v1::CHANGE_KIND_DELETED});
    AppendAudit(transaction, context, "Purge", api::MakeName(api::kArticles, Text(row[1])),
                Int(row[3]));
  }
  DATELINE_RETURN_IF_ERROR(SettlePaths(transaction, paths, &changes));
  Unpin(transaction, keys, &changes);
  transaction.exec_params("DELETE FROM catalog.webhook_told WHERE article_key = ANY ($1::bigint[])",
                          array.str());
  transaction.exec_params("DELETE FROM catalog.articles WHERE key = ANY ($1::bigint[])",
                          array.str());
  AppendChanges(transaction, log, changes);
  return static_cast<int>(keys.size());
}

}  // namespace

absl::StatusOr<int> ArticleStore::Purge(const RequestContext& context) {
  int purged = 0;
  for (int some = 1; some > 0; purged += some) {
    DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
        *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
          DATELINE_ASSIGN_OR_RETURN(some, PurgeSome(transaction, context));
          return absl::OkStatus();
        }));
    if (some > 0) postgres_.on_commit();
  }
  return purged;
}

}  // namespace dateline::catalog::store
