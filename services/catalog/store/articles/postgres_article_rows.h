#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_ROWS_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_ROWS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "dateline/catalog/v1/article_record.pb.h"
#include "dateline/content/v1/article.pb.h"

namespace dateline::catalog::store {

// What an article's row says.
struct ArticleRow {
  content::v1::Article article;  // The fields that EncodeRowFields encodes; revision: the newest.
  v1::ArticleRecord record;      // All but article and origins; etag included.
  uint64_t change_xid = 0;       // Transaction of its last change.
  bool editor_revised = false;
};

// The columns of catalog.articles AS a (and catalog.clusters AS c) that ParseArticleRow reads.
extern const char kArticleColumns[];
inline constexpr int kArticleColumnCount = 19;

// Reads the columns of kArticleColumns from `first` on.
ArticleRow ParseArticleRow(const pqxx::row& row, int first);

// The ids of a text[] column as names of `collection`.
std::vector<std::string> NamesOf(const pqxx::field& ids, const char* collection);

// The columns of catalog.origins that ParseOrigin reads; the order in which origins came is that of
// kOriginOrder.
extern const char kOriginColumns[];
extern const char kOriginOrder[];
inline constexpr int kOriginColumnCount = 6;
v1::Origin ParseOrigin(const pqxx::row& row, int first);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ARTICLE_ROWS_H_
