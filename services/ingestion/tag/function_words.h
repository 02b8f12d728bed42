#ifndef DATELINE_SERVICES_INGESTION_TAG_FUNCTION_WORDS_H_
#define DATELINE_SERVICES_INGESTION_TAG_FUNCTION_WORDS_H_

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// Whether a folded word is one of those that hold sentences together in a language with many
// readers (articles, pronouns, prepositions, auxiliaries: "it", "who", "us", "die", "may"): such a
// word in a text is hardly ever a name. Thread-safe.
bool IsFunctionWord(absl::string_view folded);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_FUNCTION_WORDS_H_
