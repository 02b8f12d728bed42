#ifndef DATELINE_SERVICES_INGESTION_CLEAN_PLAIN_TEXT_H_
#define DATELINE_SERVICES_INGESTION_CLEAN_PLAIN_TEXT_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// Gathers the plain text of a tree: each run of white space one space, each end of a block one line
// feed, nothing at the ends. Not thread-safe.
class PlainText {
 public:
  // Adds valid UTF-8.
  void Append(absl::string_view text);

  // A block or line ends here.
  void Break() { gap_ = text_.empty() ? '\0' : '\n'; }

  const std::string& text() const { return text_; }
  std::string Take() && { return std::move(text_); }

 private:
  std::string text_;
  char gap_ = '\0';  // What stands between the text so far and what comes: nothing, ' ' or '\n'.
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_CLEAN_PLAIN_TEXT_H_
