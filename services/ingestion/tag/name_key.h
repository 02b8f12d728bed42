#ifndef DATELINE_SERVICES_INGESTION_TAG_NAME_KEY_H_
#define DATELINE_SERVICES_INGESTION_TAG_NAME_KEY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// The form by which two spellings of a name are one where punctuation is not what tells them apart:
// folded (common/text/slug.h); full stops (but between digits) and apostrophes dropped, so that
// "U.S." is "US"; other punctuation taken for spaces, so that "foreign_policy" and "Foreign-Policy"
// are "Foreign policy"; a leading "#" of a hash tag dropped. Signs that make names different stay:
// "C++", "C#", "AT&T", "R&D", "50%", "@handle". Empty if nothing is left. Thread-safe.
std::string NameKey(absl::string_view name);

// Whether a feed's category can be the name of a topic: it has a letter, at most 100 code points,
// and is no web address. `name` has its white space collapsed. Thread-safe.
bool CanNameTopic(absl::string_view name);

// An id for a topic of that name: its slug, or, where nothing in it can be written in Latin
// letters, one made of a hash. `clashes` is for another name with the same slug: then the hash of
// the name is added, so that every process comes to the same id. Thread-safe.
std::string TopicIdFor(absl::string_view name, bool clashes);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_NAME_KEY_H_
