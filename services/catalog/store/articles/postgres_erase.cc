#include "services/catalog/store/articles/postgres_erase.h"

#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/store/takedowns/postgres_takedowns.h"
#include "services/catalog/store/topics/postgres_topic_rows.h"

namespace dateline::catalog::store {

void EraseRevisions(pqxx::transaction_base& transaction,
                    const std::vector<article::WorkingArticle*>& written,
                    std::vector<ChangeRow>* changes) {
  std::vector<int64_t> keys;
  for (const article::WorkingArticle* working : written) {
    if (!working->erased) continue;
    keys.push_back(working->key);
    const std::string left = EncodeSnapshot(working->article);
    transaction.exec_params(
        "UPDATE catalog.article_revisions SET snapshot = $2 WHERE article_key = $1", working->key,
        pqxx::binarystring(left));
  }
  if (keys.empty()) return;
  Unpin(transaction, keys, changes);
  NoteTakedowns(transaction, keys);
}

void Unpin(pqxx::transaction_base& transaction, const std::vector<int64_t>& article_keys,
           std::vector<ChangeRow>* changes) {
  ArrayParam array;
  for (const int64_t key : article_keys) array.Add(key);
  // Who changes pins holds their topic's row.
  transaction.exec_params(
      "SELECT FROM catalog.topics WHERE key IN (SELECT topic_key FROM catalog.pins "
      "WHERE articles && $1::bigint[]) ORDER BY key FOR NO KEY UPDATE",
      array.str());
  for (const pqxx::row& row : transaction.exec_params(
           "SELECT topic_key, ARRAY(SELECT u.k FROM unnest(articles) WITH ORDINALITY AS u(k, i) "
           "WHERE u.k <> ALL ($1::bigint[]) ORDER BY u.i) FROM catalog.pins "
           "WHERE articles && $1::bigint[] ORDER BY topic_key",
           array.str())) {
    if (const auto change = WritePins(transaction, Int(row[0]), Ints(row[1]))) {
      changes->push_back(*change);
    }
  }
}

}  // namespace dateline::catalog::store
