#ifndef DATELINE_SERVICES_INGESTION_TAG_TOKENS_H_
#define DATELINE_SERVICES_INGESTION_TAG_TOKENS_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// Reads the words of a text for matching: runs of letters, digits and marks; in scripts without
// spaces each character. Not thread-safe; the text must outlive the reader.
class TokenReader {
 public:
  explicit TokenReader(absl::string_view text) : text_(text) {}

  // Moves to the next word; false at the end.
  bool Next();

  // The word, folded (common/text/slug.h).
  const std::string& folded() const { return folded_; }

  // True for a word of ASCII capitals and digits with at least two capitals.
  bool capitals() const { return capitals_; }

 private:
  void Finish(size_t begin, size_t end, bool ascii);

  absl::string_view text_;
  size_t position_ = 0;
  std::string folded_;
  bool capitals_ = false;
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_TOKENS_H_
