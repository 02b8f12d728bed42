#ifndef DATELINE_SERVICES_INGESTION_DECODE_SNIFF_H_
#define DATELINE_SERVICES_INGESTION_DECODE_SNIFF_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

// What a document's own bytes say of their encoding. All functions are thread-safe.
namespace dateline::ingestion::decode {

// A byte order mark, or what zero bytes give away without one.
struct UnicodeSign {
  // "utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be" or empty.
  absl::string_view name;
  // Bytes of the mark, 0 without one.
  size_t mark = 0;
  // Whether the bytes behind a mark are not what it says; then `name` is what they are, or empty.
  bool false_mark = false;
};

// Markup is ASCII to a good part, so in UTF-16 every other byte of a beginning is zero.
UnicodeSign SniffUnicode(absl::string_view bytes);

// The label in an XML declaration within the first 1,024 bytes, whatever its quotes, spacing and
// case, and even behind blank lines; empty if there is none.
absl::string_view DeclaredEncoding(absl::string_view bytes);

// The label in a <meta charset> or <meta http-equiv content> of an HTML document's first 4,096
// bytes; empty if it is no HTML document or has none.
absl::string_view MetaEncoding(absl::string_view bytes);

// Whether the first byte after blanks begins a JSON document.
bool LooksLikeJson(absl::string_view bytes);

// The WHATWG name of the encoding in which a text that is no UTF-8 is most probably written, by
// the frequency of its letters; empty if nothing is likely enough. Only the first 64 KiB from the
// first byte above ASCII count.
std::string GuessLegacyEncoding(absl::string_view bytes);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_SNIFF_H_
