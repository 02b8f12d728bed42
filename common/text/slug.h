#ifndef DATELINE_COMMON_TEXT_SLUG_H_
#define DATELINE_COMMON_TEXT_SLUG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::text {

// An id made from a name: transliterated to ASCII (ICU Any-Latin, Latin-ASCII), lower-case letters
// and digits kept, apostrophes dropped, everything else one hyphen between parts; at most
// limits::kMaxIdLength characters, cut at a hyphen where there is one in the second half. Empty if
// the name has neither letter nor digit. Thread-safe.
std::string Slugify(absl::string_view name);

// The form by which two spellings of a name compare equal: compatibility case folding
// (NFKC_Casefold), accents removed, stroked letters and typographic quotes and hyphens replaced by
// the plain ones, white space collapsed. For matching only, never shown. Idempotent. Thread-safe.
std::string Fold(absl::string_view text);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_SLUG_H_
