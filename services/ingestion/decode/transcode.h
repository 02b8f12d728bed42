#ifndef DATELINE_SERVICES_INGESTION_DECODE_TRANSCODE_H_
#define DATELINE_SERVICES_INGESTION_DECODE_TRANSCODE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// A text in UTF-8.
struct Transcoded {
  std::string text;
  // U+FFFD put in for sequences that the encoding does not know.
  size_t replaced = 0;
};

// `bytes` in the encoding of this WHATWG name (or "utf-32le", "utf-32be") as UTF-8. An ASCII byte
// behind a broken sequence is never lost with it. Nothing for a name that cannot be decoded.
// Thread-safe.
std::optional<Transcoded> Transcode(absl::string_view bytes, absl::string_view name);

// UTF-8 in which stray bytes stand: two encodings in one document. Strays are read in the
// single-byte encoding `stray_name`: one by one where that is windows-1252, a whole run of bytes
// above ASCII otherwise (words of another alphabet). A sequence of UTF-8 that was cut off behind
// its second byte becomes U+FFFD. Thread-safe.
Transcoded TranscodeMixed(absl::string_view bytes, absl::string_view stray_name);

// Whether every byte of the encoding is a character of its own. Thread-safe.
bool IsSingleByte(absl::string_view name);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_TRANSCODE_H_
