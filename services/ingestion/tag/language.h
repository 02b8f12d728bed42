#ifndef DATELINE_SERVICES_INGESTION_TAG_LANGUAGE_H_
#define DATELINE_SERVICES_INGESTION_TAG_LANGUAGE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// The language of a plain text as a BCP 47 tag ("en", "kk", "zh-Hant"), found by cld2; empty if
// cld2 does not find its answer reliable, as for texts of a few words. `hint` is the tag that the
// feed gives, may be empty, and only tips the balance. Ill-formed UTF-8 is repaired. Thread-safe.
std::string DetectLanguage(absl::string_view text, absl::string_view hint);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_LANGUAGE_H_
