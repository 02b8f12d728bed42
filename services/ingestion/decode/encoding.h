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

// The WHATWG name (https://encoding.spec.whatwg.org, section 4.2) of a label, or empty if unknown.
std::string EncodingOfLabel(absl::string_view label);

// The charset parameter of a Content-Type, unquoted, or empty.
absl::string_view CharsetOf(absl::string_view content_type);

// Decodes a document. Declared UTF-8 that is none is read as windows-1252, byte by byte where the
// two are mixed. Thread-safe.
Decoded Decode(absl::string_view bytes, absl::string_view content_type);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_ENCODING_H_
