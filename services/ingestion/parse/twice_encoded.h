#ifndef DATELINE_SERVICES_INGESTION_PARSE_TWICE_ENCODED_H_
#define DATELINE_SERVICES_INGESTION_PARSE_TWICE_ENCODED_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::parse {

// The text that was meant, if all of `text` (UTF-8) was taken for windows-1252 and encoded once
// more ("Ã¶" for "ö"), as archives and proxies do. Nothing if a single character speaks against it,
// so a text that quotes such damage, or is damaged in parts, stays as it is. Thread-safe.
std::optional<std::string> UndoSecondEncoding(absl::string_view text);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_TWICE_ENCODED_H_
