#ifndef DATELINE_SERVICES_INGESTION_DECODE_XML_SCAN_H_
#define DATELINE_SERVICES_INGESTION_DECODE_XML_SCAN_H_

#include <cstddef>

#include "absl/strings/string_view.h"

// The lexical ground of XML repair. All functions are thread-safe.
namespace dateline::ingestion::decode {

// Position, from `i` on, of the first byte that needs a decision in text: '&', '<', a control
// character other than tab and line ends, or the lead byte of a C1 control (0xC2) or of U+FFFE and
// U+FFFF (0xEF); the size if there is none.
size_t FindSpecial(absl::string_view text, size_t i);

// As FindSpecial, within a CDATA section, where '&' and '<' are text.
size_t FindSpecialInCdata(absl::string_view text, size_t i);

// Bytes of the XML name (XML 1.0, section 2.3) that begins at `i`, 0 if none does.
size_t NameLength(absl::string_view text, size_t i);

inline bool IsXmlSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Position of the first byte from `i` on that is no white space.
inline size_t SkipXmlSpace(absl::string_view text, size_t i) {
  while (i < text.size() && IsXmlSpace(text[i])) ++i;
  return i;
}

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_XML_SCAN_H_
