#ifndef DATELINE_SERVICES_INGESTION_DECODE_TWO_ENCODINGS_H_
#define DATELINE_SERVICES_INGESTION_DECODE_TWO_ENCODINGS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "services/ingestion/decode/transcode.h"

// Documents that were put together of texts in two encodings, UTF-8 and another: each text is read
// by what it is. A text is what stands between two tags of an XML document, the first tag and whole
// CDATA sections included, or a string of a JSON document. All functions are thread-safe.
namespace dateline::ingestion::decode {

// A document in the encoding `name`, which is not UTF-8, whose texts are UTF-8 where their bytes
// are well-formed as such and more than chance: that takes one sequence where `name` has Latin
// letters, more for other alphabets, and those of three bytes for encodings that pair bytes.
// Nothing for a name that cannot be decoded. `*any_utf8` says whether there was such a text.
std::optional<Transcoded> TranscodeWithUtf8(absl::string_view bytes, absl::string_view name,
                                            bool* any_utf8);

// A document in UTF-8 that has texts of another encoding: of `declared`, or if that is empty the
// one that their letters tell, or windows-1252. Of a text that is mostly UTF-8 only the stray bytes
// are read so.
Transcoded TranscodeMostlyUtf8(absl::string_view bytes, absl::string_view declared);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_TWO_ENCODINGS_H_
