#ifndef DATELINE_SERVICES_INGESTION_TAG_LANGUAGE_H_
#define DATELINE_SERVICES_INGESTION_TAG_LANGUAGE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// The language of a plain text as a BCP 47 tag ("en", "kk", "zh-Hant"), found by cld2; empty if
// cld2 does not find its answer reliable, as for texts of a few words. `hint` is the tag that the
// feed gives, may be empty, and only tips the balance. Ill-formed UTF-8 is repaired. Thread-safe.
std::string DetectLanguage(absl::string_view text, absl::string_view hint);

// Bytes at the beginning of a text by which its language is told: enough for a sure answer; the
// rest of a long text would only cost time.
inline constexpr size_t kLanguageSampleBytes = 1'024;

// Bytes of text from which on a detection may overrule a declaration.
inline constexpr size_t kMinBytesToOverrule = 400;

// The language of an article: `declared` (as text::LanguageTag gives it) where there is one, unless
// the text plainly contradicts it: cld2 is sure of a text of kMinBytesToOverrule bytes, nine tenths
// of it are in one other language, and not in one that is easily taken for the declared one (such
// as Bokmål for Danish). So a template's default, en-US above German texts, does no harm. Where
// nothing is declared, the detected language, or none. Thread-safe.
std::string ChooseLanguage(absl::string_view declared, absl::string_view text);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_LANGUAGE_H_
