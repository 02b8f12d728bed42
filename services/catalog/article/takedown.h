#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_TAKEDOWN_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_TAKEDOWN_H_

#include "absl/status/status.h"
#include "services/catalog/article/working_article.h"

namespace dateline::catalog::article {

// Erases the article: what is left is its name, where it came from, its times and the numbers of
// its revisions; by origins, canonical address and hashes its feed is refused from then on. It
// leaves its cluster. TAKEN_DOWN if it was erased before.
absl::Status TakeDown(WorkingArticle* target);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_TAKEDOWN_H_
