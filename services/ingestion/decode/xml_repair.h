#ifndef DATELINE_SERVICES_INGESTION_DECODE_XML_REPAIR_H_
#define DATELINE_SERVICES_INGESTION_DECODE_XML_REPAIR_H_

#include <string>

#include "absl/strings/string_view.h"

// Makes the text of an XML document digestible for a strict parser, so that none of its entries is
// lost to damage elsewhere. What a recovering parser does well by itself (undeclared prefixes, a
// document that ends early) is left to it.
namespace dateline::ingestion::decode {

// A repaired document.
struct RepairedXml {
  // Begins with the first markup; without XML declaration, DOCTYPE, comments, processing
  // instructions and control characters; every reference is numeric or one of XML's five; tags are
  // well-formed and nested, but for those that are open at the end of a document cut short.
  std::string text;
  // The first damage found with its line, or empty.
  std::string first_fault;
  // Whether internal entities expand to more than kMaxEntityBytes; `text` is then incomplete.
  bool entity_bomb = false;
};

// What all references to a document's own entities may expand to: feeds that declare entities use
// them for single characters.
inline constexpr size_t kMaxEntityBytes = size_t{1} << 20;

// Elements that may stand open at once; deeper ones lose their tags and keep their text. libxml2
// gives up at 256.
inline constexpr size_t kMaxXmlDepth = 200;

// Attributes of a tag that are kept: a parser compares each with each.
inline constexpr size_t kMaxAttributes = 64;

// Repairs `text` (UTF-8) in time and memory that grow with its size only:
//
// * Text, white space or markup of another language before the document goes: a server's warning
//   in HTML, a blank line before the declaration. What follows the root element goes too, unless
//   it has entries, then the root's end was premature.
// * An ampersand that begins no reference is escaped; HTML's entities become characters; so do
//   references to C1 controls (windows-1252) and to the halves of a surrogate pair. Control
//   characters go, written or referenced; other forbidden characters become U+FFFD.
// * Entities of the internal subset are expanded as text, nested to a depth of 8; external ones
//   are never read and expand to nothing.
// * Attributes get their quotes, values and spaces; repeated ones count once. A "<" that begins no
//   tag is escaped.
// * End tags close what is open within their element; one without a start goes. An entry within an
//   entry or a field of the feed, or a field within another field of text, means that an end tag
//   is missing.
// * A comment, CDATA section or instruction that is never closed ends where its element ends, or
//   counts as text. Nested CDATA sections are one.
//
// Thread-safe.
RepairedXml RepairXml(absl::string_view text);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_XML_REPAIR_H_
