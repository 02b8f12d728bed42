#ifndef DATELINE_COMMON_HTML_ADDRESS_H_
#define DATELINE_COMMON_HTML_ADDRESS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::html {

// The address that may leave for `value` found in a document at `base_url`: the absolute http(s)
// address it stands for. Without a base (`base_url` empty) a relative address stays relative, and
// one that only lacks a scheme becomes https. Nothing for any other scheme or a value that is no
// address. Cleaning the result again gives the same. Thread-safe.
std::optional<std::string> CleanAddress(absl::string_view value, absl::string_view base_url);

// True for an address with http or https and a host. Thread-safe.
bool IsAbsolute(absl::string_view address);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_ADDRESS_H_
