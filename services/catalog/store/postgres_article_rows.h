#ifndef DATELINE_SERVICES_CATALOG_STORE_POSTGRES_ARTICLE_ROWS_H_
#define DATELINE_SERVICES_CATALOG_STORE_POSTGRES_ARTICLE_ROWS_H_

#include <pqxx/pqxx>
#include <string>

#include "dateline/content/v1/article.pb.h"

namespace dateline::catalog::store {

// The columns of catalog.articles AS a (and catalog.clusters AS c) that ParseRowFields reads.
extern const char kArticleColumns[];
inline constexpr int kArticleColumnCount = 16;

// What an article's row says: the fields that EncodeRowFields encodes, etag included. Reads the
// columns of kArticleColumns from `first` on.
content::v1::Article ParseRowFields(const pqxx::row& row, int first);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_ARTICLE_ROWS_H_
