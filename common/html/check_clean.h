#ifndef DATELINE_COMMON_HTML_CHECK_CLEAN_H_
#define DATELINE_COMMON_HTML_CHECK_CLEAN_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/html/clean.h"

namespace dateline::html {

// OK if `html` has the very form in which CleanHtml writes with these options, so that cleaning it
// again gives the same bytes: only the elements, attributes, addresses and styles of policy.h,
// lower-case names, quoted and escaped values, every element closed in order, UTF-8 without
// controls, within the options' bytes and depth. With a `base_url` no address may be relative.
// Else INVALID_ARGUMENT whose text, of at most 256 bytes of printable ASCII, begins with the offset
// of the first fault ("byte 17: ") and says what is wrong there. Any bytes are accepted. Reads them
// once and takes memory for the attributes of one element at a time. Thread-safe.
absl::Status CheckClean(absl::string_view html, const CleanOptions& options);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_CHECK_CLEAN_H_
