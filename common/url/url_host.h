#ifndef DATELINE_COMMON_URL_URL_HOST_H_
#define DATELINE_COMMON_URL_URL_HOST_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::url {

// The host parser of the WHATWG URL standard (section 3.5) for special schemes: percent-decoding,
// IDNA (UTS #46), IPv4 numbers in every base, IPv6 in brackets. `host` is valid UTF-8. Returns the
// serialised host, nothing on failure. Thread-safe.
std::optional<std::string> ParseUrlHost(absl::string_view host);

// `text` with each %XX replaced by its byte; other percent signs stay. Thread-safe.
std::string PercentDecode(absl::string_view text);

}  // namespace dateline::url

#endif  // DATELINE_COMMON_URL_URL_HOST_H_
