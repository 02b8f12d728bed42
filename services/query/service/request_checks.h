#ifndef DATELINE_SERVICES_QUERY_SERVICE_REQUEST_CHECKS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_REQUEST_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dateline/content/v1/article.pb.h"

// What every method of query checks of a request before it looks anything up. All pure; all answer
// OK or INVALID_ARGUMENT, reason INVALID_FIELD, naming `field` as it stands in the request.
namespace dateline::query::service {

// `name` is `{collection}/{id}`: not empty, no control character, not longer than a name can be.
absl::Status CheckName(absl::string_view field, absl::string_view collection,
                       absl::string_view name);

// A word such as a language or a label: no control character, at most 256 bytes.
absl::Status CheckTerm(absl::string_view field, absl::string_view term);

// A path begins with /, has no control character and no more bytes than limits::kMaxPathBytes.
absl::Status CheckPath(absl::string_view field, absl::string_view path);

// A view that is known, or unspecified.
absl::Status CheckView(content::v1::ArticleView view);

// 0 (the publication's rule) or within limits::kMaxTeaserWords.
absl::Status CheckTeaserWords(int words);

// The page size to use (AIP-158): 0 is the default, too much is lowered; negative is refused.
absl::StatusOr<int> PageSizeOf(int requested);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_REQUEST_CHECKS_H_
