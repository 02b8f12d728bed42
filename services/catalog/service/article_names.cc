#include "services/catalog/service/article_names.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/errors/errors.h"

namespace dateline::catalog::service {

absl::StatusOr<RevisionName> ParseRevisionName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  int32_t number = 0;
  if (parts.size() == 4 &&
      (parts[3] == "latest" || (absl::SimpleAtoi(parts[3], &number) && number > 0))) {
    return RevisionName{parts[1], number};
  }
  return error::InvalidField("name", "must be articles/{id}/revisions/{number}, or latest for it");
}

}  // namespace dateline::catalog::service
