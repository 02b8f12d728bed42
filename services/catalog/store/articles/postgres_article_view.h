#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_VIEW_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_VIEW_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"

// The reading half of every answer that shows articles.
namespace dateline::catalog::store {

// An article as an answer shows it.
struct StoredArticle {
  v1::ArticleRecord record;
  int64_t key = 0;
  uint64_t change_xid = 0;  // The transaction of its last change.
};

using StoredArticles = absl::flat_hash_map<std::string, StoredArticle>;  // By id.

// The values as a text[].
std::string TextArray(const std::vector<std::string>& values);

// An expression for the number of the revision of catalog.articles AS a that is meant, at the
// instant of the statement; 0 for none.
std::string RevisionNumber(v1::RevisionSelector revision);

// Articles by id in a view, with what they are at `now`; those that do not exist, or have no such
// revision, are left out.
StoredArticles LoadView(pqxx::transaction_base& transaction, const std::vector<std::string>& ids,
                        content::v1::ArticleView view, v1::RevisionSelector revision,
                        absl::Time now);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_VIEW_H_
