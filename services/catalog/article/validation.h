#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_VALIDATION_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_VALIDATION_H_

#include "absl/status/status.h"
#include "dateline/catalog/v1/intake.pb.h"

namespace dateline::catalog::article {

// Checks one item by the contract's rules, and for what the catalog decides by. OK, or
// INVALID_ARGUMENT (INVALID_FIELD) with the violations, fields named from the item on
// (`article.title`). Pure.
absl::Status ValidateItem(const v1::UpsertItem& item);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_VALIDATION_H_
