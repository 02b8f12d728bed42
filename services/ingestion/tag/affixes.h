#ifndef DATELINE_SERVICES_INGESTION_TAG_AFFIXES_H_
#define DATELINE_SERVICES_INGESTION_TAG_AFFIXES_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// What a folded word may be without what its language writes in one with it: a Korean noun without
// its particles, an Arabic or Hebrew one without the conjunction, preposition or article before it;
// the longest first. Empty for other words, and where too little would be left. The views point
// into `word`. Thread-safe.
std::vector<absl::string_view> StemsOf(absl::string_view word);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_AFFIXES_H_
