#ifndef DATELINE_SERVICES_INGESTION_DECODE_PROLOG_H_
#define DATELINE_SERVICES_INGESTION_DECODE_PROLOG_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// Where a document begins within a text.
struct Prolog {
  size_t start = 0;         // The size of the text if there is no markup.
  absl::string_view fault;  // What stands before it, empty if nothing does.
};

// Finds the document: the first markup, unless that is no feed and a feed's root element, or an XML
// declaration, follows within the first 64 KiB (a server's warning in HTML). A feed in a page of
// its own (<html>) is left there. Thread-safe.
Prolog FindDocument(absl::string_view text);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_PROLOG_H_
