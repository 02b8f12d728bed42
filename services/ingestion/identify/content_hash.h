#ifndef DATELINE_SERVICES_INGESTION_IDENTIFY_CONTENT_HASH_H_
#define DATELINE_SERVICES_INGESTION_IDENTIFY_CONTENT_HASH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// Texts shorter than this are too often alike by chance ("Photo of the day") to identify an
// article.
inline constexpr int64_t kMinTitleBodyWords = 30;

// SHA-256 (FIPS 180-4) of `bytes` in lower-case hexadecimal. Thread-safe.
std::string Sha256Hex(absl::string_view bytes);

// Tells whether an entry changed: SHA-256 over title and text, white space collapsed, each preceded
// by its length. The same in every process and release. Thread-safe.
std::string ContentHash(absl::string_view title, absl::string_view text);

// The key by which the same article is found in another source: SHA-256 over the folded title and
// text (see common/text/slug.h). Nothing if the text has fewer than kMinTitleBodyWords words.
// Thread-safe.
std::optional<std::string> TitleBodyKey(absl::string_view title, absl::string_view text);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_IDENTIFY_CONTENT_HASH_H_
