#ifndef DATELINE_COMMON_TEXT_LANGUAGE_TAG_H_
#define DATELINE_COMMON_TEXT_LANGUAGE_TAG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

// What a feed writes for a language as a BCP 47 tag in its usual case ("en_us" is "en-US"); codes
// of countries and names that feeds take for languages are understood ("jp", "ua", "English").
// Empty for what is none, and for "und", "mul", "zxx" and the like, which name none. Thread-safe.
std::string LanguageTag(absl::string_view declared);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_LANGUAGE_TAG_H_
