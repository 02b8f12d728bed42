#ifndef DATELINE_SERVICES_INGESTION_DECODE_XML_REPAIR_H_
#define DATELINE_SERVICES_INGESTION_DECODE_XML_REPAIR_H_

#include <string>

#include "absl/strings/string_view.h"

// Makes the text of an XML document digestible for a strict tokeniser, before it is parsed.
namespace dateline::ingestion::decode {

// A repaired document.
struct RepairedXml {
  // Begins with the first markup; without XML declaration and DOCTYPE; without control characters;
  // every reference is numeric or one of XML's five.
  std::string text;
  // The first damage found, or empty.
  std::string first_fault;
  // Whether internal entities expand to more than kMaxEntityBytes; `text` is then incomplete.
  bool entity_bomb = false;
};

// What all references to a document's own entities may expand to: feeds that declare entities use
// them for single characters.
inline constexpr size_t kMaxEntityBytes = size_t{1} << 20;

// Repairs `text` (UTF-8). Entities of the internal subset are expanded as text, nested to a depth
// of 8; external ones are never read and expand to nothing. Thread-safe.
RepairedXml RepairXml(absl::string_view text);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_XML_REPAIR_H_
