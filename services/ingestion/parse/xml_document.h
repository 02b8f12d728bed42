#ifndef DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/builder.h"

namespace dateline::ingestion::parse {

// What a reading of a document found wrong.
struct XmlFaults {
  // The first fault, or empty.
  std::string first;
  // Whether more than the end or a namespace is missing, so that elements may have been lost or
  // misplaced and a repaired document gives more.
  bool lossy = false;
};

// Elements that may stand open at once. Reading stops at one deeper, which is lossy.
inline constexpr int kMaxXmlDepth = 256;

// Whether one tag has so many attributes that libxml2, which compares each with each, would take
// longer for it than for the rest of the document.
bool HasExcessiveTag(absl::string_view xml);

// Reads XML (UTF-8, whatever it declares; without DOCTYPE and excessive tags) into the builder,
// recovering from what is not well-formed; an element that the end of the document cuts off does
// not close, but for an entry with what has closed of it. Loads nothing: there is no DTD, and
// network and files are off. libxml2's bounds on the length of texts are off (XML_PARSE_HUGE),
// because a document has limits::kMaxDocumentBytes at most. Thread-safe.
XmlFaults ReadXml(absl::string_view xml, FeedBuilder& builder);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_
