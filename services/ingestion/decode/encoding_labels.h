#ifndef DATELINE_SERVICES_INGESTION_DECODE_ENCODING_LABELS_H_
#define DATELINE_SERVICES_INGESTION_DECODE_ENCODING_LABELS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// The WHATWG name, in lower case, of an encoding's label: all 228 labels of the Encoding standard
// (https://encoding.spec.whatwg.org, section 4.2), trimmed and without regard to case; and, where
// that gives nothing, a label with other punctuation ("win-1251", "iso_8859_1", "utf_8"). Empty for
// an unknown one. Thread-safe.
std::string EncodingOfLabel(absl::string_view label);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_ENCODING_LABELS_H_
