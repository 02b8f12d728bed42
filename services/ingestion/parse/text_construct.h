#ifndef DATELINE_SERVICES_INGESTION_PARSE_TEXT_CONSTRUCT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_TEXT_CONSTRUCT_H_

#include "services/ingestion/parse/element.h"
#include "services/ingestion/parse/feed.h"

namespace dateline::ingestion::parse {

// The text of an element, moved out of it, without a base address. If `typed`, its attributes
// `type` and `mode` say what it is (RFC 4287, sections 3.1 and 4.1.3; Atom 0.3): plain text, HTML,
// XHTML, other XML, or base64 of text (images and the like are no text); one of a type that is none
// of these is plain text. If not `typed`, it is HTML, as RSS means it. Thread-safe.
Text ReadText(Element& e, bool typed);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_TEXT_CONSTRUCT_H_
