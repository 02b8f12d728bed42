#ifndef DATELINE_SERVICES_QUERY_SEARCH_TEXT_H_
#define DATELINE_SERVICES_QUERY_SEARCH_TEXT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

// How texts become words: the same for what is indexed, for queries and for highlights.
namespace dateline::query::search {

// A word of a text.
struct Word {
  size_t begin = 0;  // bytes of the text
  size_t end = 0;
  std::string lower;    // case folded, with its accents
  std::string plain;    // as it is found: accents folded too
  bool joined = false;  // it follows the word before it directly, in a script without spaces
};

// Longer words are cut to this many bytes (Xapian takes terms of up to 245).
inline constexpr size_t kMaxWordBytes = 64;

// The words of a text: runs of letters, digits and marks, with apostrophes between letters. Where a
// script writes no spaces, ICU's word breaking finds them. Ill-formed UTF-8 ends a word.
// Thread-safe.
std::vector<Word> WordsOf(absl::string_view text);

// Takes the endings off the words of a language (Snowball). Not thread-safe.
class Stemmer {
 public:
  // `language` is a BCP 47 tag; of one that Snowball does not know, and of none, words stay whole.
  explicit Stemmer(absl::string_view language);
  ~Stemmer();
  Stemmer(Stemmer&&) noexcept;

  // Whether there are rules for the language.
  bool has_rules() const;
  // The stem of a word, accents folded.
  std::string StemOf(const Word& word) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
  // Stems of words that were asked for: few words are most of a text. Bounded.
  mutable absl::flat_hash_map<std::string, std::string> known_;
};

// The stemmer of a language, made once for each thread, whose it is.
std::shared_ptr<const Stemmer> StemmerOf(absl::string_view language);
// Those of all the languages that there are rules for.
std::vector<std::shared_ptr<const Stemmer>> StemmersOf(const std::vector<std::string>& languages);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_TEXT_H_
