#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_EDIT_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_EDIT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/article_record.pb.h"
#include "services/catalog/store/articles/article_edit.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// Does all of `edits` in one transaction, once per request_id, and answers the articles in that
// order as ArticleStore::EditArticles says.
absl::StatusOr<Written<std::vector<v1::ArticleRecord>>> RunEdits(
    const StoreContext& postgres, const RequestContext& context, const EditOptions& options,
    const std::vector<ArticleEdit>& edits);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_EDIT_H_
