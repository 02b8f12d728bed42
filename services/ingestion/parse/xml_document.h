#ifndef DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/builder.h"

namespace dateline::ingestion::parse {

// Tokenises repaired XML (UTF-8, no DOCTYPE) into the builder, recovering from what is not
// well-formed. Returns the first fault, or empty. Loads nothing. libxml2's own bounds stay on
// (XML_PARSE_HUGE is off): 10 MB for one text, 256 levels.
std::string ReadXml(absl::string_view xml, FeedBuilder& builder);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_XML_DOCUMENT_H_
