#ifndef DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_NAMES_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace dateline::catalog::service {

// What `articles/{id}/revisions/{number}` names.
struct RevisionName {
  std::string article_id;
  int32_t number = 0;  // 0 for `latest`.
};

// INVALID_FIELD, naming `name`, for anything else. Pure.
absl::StatusOr<RevisionName> ParseRevisionName(const std::string& name);

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_ARTICLE_NAMES_H_
