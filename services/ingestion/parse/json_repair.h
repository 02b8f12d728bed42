#ifndef DATELINE_SERVICES_INGESTION_PARSE_JSON_REPAIR_H_
#define DATELINE_SERVICES_INGESTION_PARSE_JSON_REPAIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::parse {

// A JSON document with what is commonly wrong with one mended.
struct RepairedJson {
  std::string text;
  // The first damage found with its line, or empty.
  std::string first_fault;
  // Whether the document ends within the last entry that `text` has.
  bool cuts_entry = false;
};

// Mends a document (UTF-8) that a strict parser refuses, in one pass: half a surrogate pair is
// U+FFFD, line breaks in a string count as escaped and other controls go, an unknown escape is its
// character, a comma before a closing bracket goes. A document that is cut ends behind the
// last whole field of the feed or of an entry. What else is wrong stays so. Thread-safe.
RepairedJson RepairJson(absl::string_view text);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_JSON_REPAIR_H_
