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
  // Whether tags do not nest or are no tags, so that elements were lost or misplaced, and reading
  // BalanceXml's output into a new builder gets more.
  bool unbalanced = false;
};

// Reads XML (UTF-8 without DOCTYPE, not IsExcessive) into the builder, recovering from what is not
// well-formed; an element that the end of the document cuts off does not close. Loads nothing:
// there is no DTD, and network and files are off. libxml2's bounds on the length of texts are off
// (XML_PARSE_HUGE), because a document has limits::kMaxDocumentBytes at most. Thread-safe.
XmlFaults ReadXml(absl::string_view xml, FeedBuilder& builder);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_
