#include "services/query/search/text.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <xapian.h>

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "common/text/slug.h"
#include "common/text/utf8.h"
#include "common/text/words.h"

namespace dateline::query::search {
namespace {

// Languages that a thread keeps a stemmer of, and words that a stemmer keeps the stem of: under a
// megabyte each.
constexpr size_t kMaxStemmers = 8;
constexpr size_t kMaxKnownStems = 8'000;

// A word with what stands behind it.
constexpr size_t kUsualWordBytes = 6;

// The language of a tag as Snowball knows it.
std::string CodeOf(absl::string_view language) {
  std::string code =
      absl::AsciiStrToLower(std::vector<absl::string_view>(absl::StrSplit(language, '-')).front());
  return code == "nb" || code == "nn" ? "no" : code;
}

bool IsAscii(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<signed char>(c) < 0) return false;
  }
  return true;
}

bool IsApostrophe(char32_t c) { return c == '\'' || c == 0x2019; }

bool IsWordCharacter(char32_t c) {
  if (c < 0x80) return absl::ascii_isalnum(static_cast<unsigned char>(c));
  if (c == text::kReplacementCharacter) return false;
  const auto code = static_cast<UChar32>(c);
  return u_isalnum(code) || (U_GET_GC_MASK(code) & U_GC_M_MASK) != 0;
}

// The end of a word of ASCII letters and digits that ends before a character that can be no part of
// it: most words, and found without looking at code points. `begin` if this is none.
size_t EndOfAsciiWord(absl::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[end]))) ++end;
  if (end == text.size()) return end;
  return static_cast<signed char>(text[end]) < 0 || text[end] == '\'' ? begin : end;
}

Word MakeWord(absl::string_view text, size_t begin, size_t end, bool joined) {
  Word word;
  word.begin = begin;
  word.end = end;
  word.joined = joined;
  const absl::string_view as_written =
      text::TruncateUtf8(absl::ClippedSubstr(text, begin, end - begin), kMaxWordBytes);
  if (IsAscii(as_written)) {
    word.lower = absl::AsciiStrToLower(as_written);
    word.plain = word.lower;
    return word;
  }
  icu::UnicodeString folded = icu::UnicodeString::fromUTF8(
      icu::StringPiece(as_written.data(), static_cast<int32_t>(as_written.size())));
  folded.findAndReplace(icu::UnicodeString(static_cast<UChar32>(0x2019)),
                        icu::UnicodeString(static_cast<UChar32>('\'')));
  folded.foldCase();
  folded.toUTF8String(word.lower);
  word.plain = std::string(text::TruncateUtf8(text::Fold(word.lower), kMaxWordBytes));
  word.lower = std::string(text::TruncateUtf8(word.lower, kMaxWordBytes));
  return word;
}

// Appends the words of a run of letters in which a script without spaces occurs.
void AppendSegments(absl::string_view text, size_t begin, size_t end, std::vector<Word>* words) {
  UErrorCode error = U_ZERO_ERROR;
  thread_local std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  UText* run =
      utext_openUTF8(nullptr, text.data() + begin, static_cast<int64_t>(end - begin), &error);
  if (U_FAILURE(error) || breaks == nullptr) {
    utext_close(run);
    words->push_back(MakeWord(text, begin, end, false));
    return;
  }
  breaks->setText(run, error);
  bool joined = false;
  int32_t from = breaks->first();
  for (int32_t to = breaks->next(); to != icu::BreakIterator::DONE;
       from = to, to = breaks->next()) {
    words->push_back(
        MakeWord(text, begin + static_cast<size_t>(from), begin + static_cast<size_t>(to), joined));
    joined = true;
  }
  utext_close(run);
}

}  // namespace

std::vector<Word> WordsOf(absl::string_view text) {
  std::vector<Word> words;
  words.reserve(text.size() / kUsualWordBytes);
  size_t position = 0;
  while (position < text.size()) {
    const size_t begin = position;
    if (const size_t end = EndOfAsciiWord(text, begin); end > begin) {
      words.push_back(MakeWord(text, begin, end, false));
      position = end;
      continue;
    }
    if (!IsWordCharacter(text::NextCodePoint(text, &position))) continue;
    size_t end = position;
    size_t look = begin;
    bool without_spaces = text::WritesWithoutSpaces(text::NextCodePoint(text, &look));
    while (position < text.size()) {
      const char32_t c = text::NextCodePoint(text, &position);
      if (IsWordCharacter(c)) {
        end = position;
        without_spaces |= text::WritesWithoutSpaces(c);
        continue;
      }
      size_t next = position;
      const bool within = IsApostrophe(c) && next < text.size() &&
                          IsWordCharacter(text::NextCodePoint(text, &next));
      if (!within) break;
    }
    if (without_spaces) {
      AppendSegments(text, begin, end, &words);
    } else {
      words.push_back(MakeWord(text, begin, end, false));
    }
    position = end;
  }
  return words;
}

struct Stemmer::Rules {
  Xapian::Stem stem;
};

Stemmer::Stemmer(absl::string_view language) {
  const std::string code = CodeOf(language);
  if (code.size() != 2) return;
  try {
    rules_ = std::make_unique<Rules>(Rules{Xapian::Stem(code)});
  } catch (const Xapian::InvalidArgumentError&) {
    // No rules for it.
  }
}
Stemmer::~Stemmer() = default;
Stemmer::Stemmer(Stemmer&&) noexcept = default;

bool Stemmer::has_rules() const { return rules_ != nullptr; }

std::string Stemmer::StemOf(const Word& word) const {
  if (rules_ == nullptr) return word.plain;
  const auto known = known_.find(word.lower);
  if (known != known_.end()) return known->second;
  std::string stem = rules_->stem(word.lower);
  if (!IsAscii(stem)) stem = text::Fold(stem);
  if (known_.size() < kMaxKnownStems) known_.emplace(word.lower, stem);
  return stem;
}

std::shared_ptr<const Stemmer> StemmerOf(absl::string_view language) {
  thread_local std::map<std::string, std::shared_ptr<const Stemmer>> stemmers;
  std::string code = CodeOf(language);
  const auto found = stemmers.find(code);
  if (found != stemmers.end()) return found->second;
  if (stemmers.size() >= kMaxStemmers) stemmers.clear();
  return stemmers.emplace(std::move(code), std::make_shared<const Stemmer>(language)).first->second;
}

std::vector<std::shared_ptr<const Stemmer>> StemmersOf(const std::vector<std::string>& languages) {
  std::vector<std::shared_ptr<const Stemmer>> stemmers;
  for (const std::string& language : languages) {
    std::shared_ptr<const Stemmer> stemmer = StemmerOf(language);
    if (stemmer->has_rules()) stemmers.push_back(std::move(stemmer));
  }
  return stemmers;
}

}  // namespace dateline::query::search
