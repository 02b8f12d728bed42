#ifndef DATELINE_SERVICES_INGESTION_TAG_TOKENS_H_
#define DATELINE_SERVICES_INGESTION_TAG_TOKENS_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion {

// Reads the words of a text for matching. A word is a run of letters, digits and marks; single
// letters each followed by a full stop ("U.S.A.") are one. In scripts without spaces each character
// is one, but for Katakana, whose runs are words of their own (so that the Japanese for India is
// not found at the start of that for Indonesia). Not thread-safe; the text must outlive the reader.
class TokenReader {
 public:
  explicit TokenReader(absl::string_view text) : text_(text) {}

  // Moves to the next word; false at the end.
  bool Next();

  // The word, folded (common/text/slug.h), without the stops of an abbreviation.
  const std::string& folded() const { return folded_; }

  // Letters, digits and marks of the word.
  int length() const { return length_; }

  // Whether it has a letter.
  bool has_letter() const { return has_letter_; }

  // Written without small letters, with two capitals or a capital and a digit ("WHO", "G7").
  bool capitals() const { return !has_small_ && capitals_ > 0 && capitals_ + digits_ >= 2; }

  // Begins with a capital, or with a letter of a script that has none.
  bool initial() const { return initial_; }

  // Begins with a capital.
  bool initial_capital() const { return initial_capital_; }

  // Written with stops ("U.S.").
  bool dotted() const { return dotted_; }

  // One character of a script without spaces.
  bool alone() const { return alone_; }

 private:
  void Start();
  void Add(char32_t c);
  void AddAscii(unsigned char c);
  // Takes the rest of an abbreviation that begins with the single letter [begin, end); false if it
  // is none.
  bool TakeAbbreviation(size_t begin, size_t end);

  absl::string_view text_;
  size_t position_ = 0;
  std::string folded_;
  int length_ = 0;
  int capitals_ = 0;
  int digits_ = 0;
  bool ascii_ = true;
  bool has_letter_ = false;
  bool has_small_ = false;
  bool initial_ = false;
  bool initial_capital_ = false;
  bool dotted_ = false;
  bool alone_ = false;
};

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_TAG_TOKENS_H_
