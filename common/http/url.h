#ifndef DATELINE_COMMON_HTTP_URL_H_
#define DATELINE_COMMON_HTTP_URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/url/url_record.h"

// Which addresses may be fetched. All functions are thread-safe.
namespace dateline::http {

// Reads an absolute address, without its fragment; nullopt if it is none, is not http or https, is
// longer than limits::kMaxUrlBytes or has a user name.
std::optional<url::UrlRecord> ParseAddress(absl::string_view text);

// What `reference`, a Location header, means at `base` (RFC 9110, 10.2.2); nullopt as above.
std::optional<url::UrlRecord> ResolveAddress(const url::UrlRecord& base,
                                             absl::string_view reference);

// The address as it may stand in errors: queries hold keys and tokens, so they are left out.
std::string ForMessages(const url::UrlRecord& address);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_URL_H_
