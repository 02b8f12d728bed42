#include "services/query/search/spelling.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/text/utf8.h"

namespace dateline::query::search {
namespace {

// Shorter words have too many neighbours, longer ones cost too much.
constexpr size_t kMinLetters = 4;
constexpr size_t kMaxLetters = 24;
// Words of one query that are looked at.
constexpr int kMaxReplaced = 4;
// A word of fewer articles may be misspelled itself.
constexpr Xapian::doccount kMinArticles = 2;

// The letters that a misspelled letter may have been: those of its script. Words are folded, so
// there are no accents.
std::u32string AlphabetOf(char32_t letter) {
  std::u32string letters;
  const auto add = [&](char32_t first, char32_t last) {
    for (char32_t c = first; c <= last; ++c) letters.push_back(c);
  };
  if (letter < 0x250) add('a', 'z');
  if (letter >= 0x370 && letter < 0x400) add(0x3B1, 0x3C9);
  if (letter >= 0x400 && letter < 0x530) add(0x430, 0x44F);
  return letters;
}

std::string Encoded(const std::u32string& letters) {
  std::string text;
  for (const char32_t letter : letters) text::AppendCodePoint(letter, &text);
  return text;
}

// Keeps the most frequent word.
class Best {
 public:
  explicit Best(const Xapian::Database& database) : database_(database) {}

  void Try(const std::u32string& letters) {
    const std::string word = Encoded(letters);
    const Xapian::doccount articles = database_.get_termfreq(word);
    if (articles < kMinArticles || articles <= articles_) return;
    articles_ = articles;
    word_ = word;
  }
  const std::string& word() const { return word_; }

 private:
  const Xapian::Database& database_;
  Xapian::doccount articles_ = 0;
  std::string word_;
};

std::string Neighbour(const Xapian::Database& database, const std::string& word) {
  std::u32string letters;
  for (size_t at = 0; at < word.size();) letters.push_back(text::NextCodePoint(word, &at));
  if (letters.size() < kMinLetters || letters.size() > kMaxLetters) return "";
  const std::u32string alphabet = AlphabetOf(letters[0]);
  Best best(database);
  for (size_t i = 0; i <= letters.size(); ++i) {
    std::u32string changed = letters;
    if (i < letters.size()) {
      changed.erase(i, 1);
      best.Try(changed);
      changed = letters;
      if (i + 1 < letters.size()) {
        std::swap(changed[i], changed[i + 1]);
        best.Try(changed);
      }
    }
    for (const char32_t letter : alphabet) {
      changed = letters;
      if (i < letters.size()) {
        changed[i] = letter;
        best.Try(changed);
        changed = letters;
      }
      changed.insert(i, 1, letter);
      best.Try(changed);
    }
  }
  return best.word();
}

bool IsKnown(const Xapian::Database& database, const Word& word,
             const std::vector<std::shared_ptr<const Stemmer>>& stemmers) {
  if (database.term_exists(word.plain)) return true;
  return std::any_of(stemmers.begin(), stemmers.end(), [&](const auto& stemmer) {
    return database.term_exists(absl::StrCat("Z", stemmer->StemOf(word)));
  });
}

}  // namespace

std::string Respelled(const Xapian::Database& database, absl::string_view text,
                      const TextQuery& query, const std::vector<std::string>& languages) {
  const auto stemmers = StemmersOf(languages);
  std::vector<std::pair<std::string, std::string>> replaced;
  for (const std::vector<Clause>& group : query.groups) {
    for (const Clause& clause : group) {
      if (clause.kind == Clause::Kind::kPrefix) continue;
      for (const Word& word : clause.words) {
        if (replaced.size() >= kMaxReplaced || IsKnown(database, word, stemmers)) continue;
        std::string other = Neighbour(database, word.plain);
        if (!other.empty()) replaced.emplace_back(word.plain, std::move(other));
      }
    }
  }
  if (replaced.empty()) return "";
  // The words are found again in the text, as clauses do not say where they stood.
  std::string respelled;
  size_t end = 0;
  for (const Word& word : WordsOf(text)) {
    const auto found = std::find_if(replaced.begin(), replaced.end(),
                                    [&](const auto& pair) { return pair.first == word.plain; });
    if (found == replaced.end()) continue;
    absl::StrAppend(&respelled, absl::ClippedSubstr(text, end, word.begin - end), found->second);
    end = word.end;
  }
  absl::StrAppend(&respelled, absl::ClippedSubstr(text, end));
  return respelled;
}

}  // namespace dateline::query::search
