#ifndef DATELINE_SERVICES_INGESTION_DECODE_UTF8_CENSUS_H_
#define DATELINE_SERVICES_INGESTION_DECODE_UTF8_CENSUS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// What a text's bytes say about its being UTF-8.
struct Utf8Census {
  size_t sequences = 0;       // Well-formed sequences of two bytes and more.
  size_t long_sequences = 0;  // Those of three bytes and more, which chance hardly makes.
  size_t bad = 0;             // Bytes that belong to no well-formed sequence.
  bool all_ascii() const { return sequences == 0 && bad == 0; }
};

// Length of the well-formed UTF-8 sequence (Unicode table 3-7) that begins at `i`, 0 if none does.
// Thread-safe.
size_t Utf8SequenceAt(absl::string_view text, size_t i);

// Position of the first byte from `i` on that is no ASCII, or the size. Thread-safe.
size_t SkipAscii(absl::string_view text, size_t i);

// Counts. Thread-safe.
Utf8Census TakeUtf8Census(absl::string_view text);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_UTF8_CENSUS_H_
