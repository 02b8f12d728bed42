#ifndef DATELINE_COMMON_TEXT_WORDS_H_
#define DATELINE_COMMON_TEXT_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::text {

// True for a character of a script that writes no spaces between words: Thai, Lao, Khmer, Burmese,
// Chinese and Japanese (Unicode blocks of those scripts). Thread-safe.
bool WritesWithoutSpaces(char32_t code_point);

// Reads a text word by word: what stands between white space is a word, unless it contains a
// character of a script without spaces; then each word that ICU's word breaking finds in it is one.
// Punctuation belongs to the word before it, opening punctuation and what comes before the first
// word to the one behind it. Not thread-safe; `text` must be valid UTF-8 and outlive the reader.
class WordReader {
 public:
  explicit WordReader(absl::string_view text) : text_(text) {}

  // Moves to the next word; false at the end of the text.
  bool Next();

  // The present word.
  absl::string_view word() const { return word_; }

  // Whether white space stands between the word before this one and this one.
  bool after_space() const { return after_space_; }

 private:
  // Finds the ends of the words of `token`, which contains a script without spaces.
  void Segment(absl::string_view token);

  absl::string_view text_;
  size_t position_ = 0;
  absl::string_view word_;
  bool after_space_ = false;
  absl::string_view token_;          // The token whose words are given out one by one.
  std::vector<int32_t> token_ends_;  // Ends of its words, as offsets.
  size_t next_end_ = 0;
};

// Number of words of `text`, as WordReader finds them. Thread-safe.
int64_t CountWords(absl::string_view text);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_WORDS_H_
