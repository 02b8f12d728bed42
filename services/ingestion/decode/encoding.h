#ifndef DATELINE_SERVICES_INGESTION_DECODE_ENCODING_H_
#define DATELINE_SERVICES_INGESTION_DECODE_ENCODING_H_

#include <string>

#include "absl/strings/string_view.h"

// Bytes to UTF-8, in the order of RFC 7303 (byte order mark, HTTP charset, XML declaration, UTF-8)
// and then as real feeds need it.
namespace dateline::ingestion::decode {

// A decoded document.
struct Decoded {
  // Valid UTF-8 without a byte order mark; undecodable bytes are U+FFFD.
  std::string text;
  // WHATWG name of the encoding used, in lower case.
  std::string encoding;
  // Whether the bytes contradicted what the document or its transport declares.
  bool contradicted = false;
  // Whether anything became U+FFFD.
  bool replaced = false;
};

// The charset parameter of a Content-Type, unquoted, or empty.
absl::string_view CharsetOf(absl::string_view content_type);

// Decodes a document. Never fails. What is declared is believed in this order: byte order mark,
// charset of `content_type`, XML declaration (or, in HTML, <meta>), as long as the bytes allow it:
//
// * Zero bytes tell UTF-16 and UTF-32 whatever is declared, and their absence refutes both.
// * Well-formed UTF-8 beyond ASCII is UTF-8 (but for a few pairs of bytes that an East Asian
//   encoding would read too).
// * "us-ascii" says nothing once a byte is above it.
// * Mostly well-formed UTF-8 is UTF-8 with texts or stray bytes of the declared encoding, or else
// of
//   the one that they tell or windows-1252; and a document in another encoding may have texts in
//   UTF-8 (see two_encodings.h).
// * Anything else is what is declared next; an East Asian encoding only if it knows most of the
//   characters. Last comes a guess by letters, then windows-1252.
//
// JSON is UTF-8 by RFC 8259, so a charset counts only for bytes that are none. Thread-safe.
Decoded Decode(absl::string_view bytes, absl::string_view content_type);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_ENCODING_H_
