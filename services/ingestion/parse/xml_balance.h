#ifndef DATELINE_SERVICES_INGESTION_PARSE_XML_BALANCE_H_
#define DATELINE_SERVICES_INGESTION_PARSE_XML_BALANCE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::parse {

// Attributes of one element beyond this number are dropped: a parser that compares them with each
// other takes time by the square.
inline constexpr size_t kMaxAttributes = 256;
// Elements nested deeper lose their tags, not their text.
inline constexpr size_t kMaxDepth = 200;

// The tags of an XML document (UTF-8, no DOCTYPE, comments or processing instructions), mended so
// that they nest: an end tag closes what is open within its element and is dropped if there is no
// such element, an entry that begins within another ends that one, attributes get quotes and values
// and stand once. What is open at the end stays so. Thread-safe.
std::string BalanceXml(absl::string_view xml);

// Whether a document has a start tag with more attributes than kMaxAttributes or nests deeper than
// kMaxDepth. Thread-safe.
bool IsExcessive(absl::string_view xml);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_XML_BALANCE_H_
