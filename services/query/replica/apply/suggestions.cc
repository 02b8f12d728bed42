#include "services/query/replica/apply/suggestions.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/text/slug.h"
#include "common/text/words.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// With topic and language below the 511 bytes of LMDB's keys; what is typed beyond finds the same.
constexpr size_t kMaxTextBytes = 200;
// Words of a name from which on it is found.
constexpr int kMaxWords = 16;
// Behind the text: zero, topic, whether it is a whole name, language.
constexpr size_t kFixedBytes = 1 + 8 + 1;
constexpr char kMerged[] = "m";

// The beginning of `text`, not cut within a character.
absl::string_view Cut(absl::string_view text) {
  if (text.size() <= kMaxTextBytes) return text;
  size_t end = kMaxTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

bool IsPunctuation(char c) { return absl::ascii_ispunct(static_cast<unsigned char>(c)); }

class Names {
 public:
  Names(uint64_t topic, bool merged, std::map<std::string, std::string>* entries)
      : topic_(topic), value_(merged ? kMerged : ""), entries_(entries) {}

  void Add(absl::string_view name, absl::string_view language) const {
    const std::string folded = text::Fold(name);
    text::WordReader reader(folded);
    int words = 0;
    while (words < kMaxWords && reader.Next()) {
      const absl::string_view word = reader.word();
      for (size_t i = 0; i < word.size() && words < kMaxWords; ++i) {
        if (i > 0 && (!IsPunctuation(word[i - 1]) || IsPunctuation(word[i]))) continue;
        const auto begin = static_cast<size_t>(word.data() - folded.data()) + i;
        Put(absl::ClippedSubstr(folded, begin), begin == 0, language);
        ++words;
      }
    }
  }

 private:
  void Put(absl::string_view text, bool whole_name, absl::string_view language) const {
    std::string key(Cut(text));
    key.push_back('\0');
    AppendNumber(&key, topic_);
    key.push_back(whole_name ? '\1' : '\0');
    absl::StrAppend(&key, language);
    entries_->emplace(std::move(key), value_);
  }

  const uint64_t topic_;
  const std::string value_;
  std::map<std::string, std::string>* const entries_;
};

}  // namespace

std::map<std::string, std::string> SuggestionEntries(uint64_t topic,
                                                     const content::v1::Topic& state) {
  std::map<std::string, std::string> entries;
  const bool merged = state.state() == content::v1::TOPIC_STATE_MERGED;
  if (!merged && state.state() != content::v1::TOPIC_STATE_ACTIVE) return entries;
  const Names names(topic, merged, &entries);
  names.Add(state.display_name(), "");
  for (const auto& [language, name] : state.display_names()) names.Add(name, language);
  for (const std::string& alias : state.aliases()) names.Add(alias, "");
  return entries;
}

void WriteSuggestions(WriteTransaction& transaction, uint64_t topic,
                      const content::v1::Topic& before, const content::v1::Topic& after) {
  const auto old_entries = SuggestionEntries(topic, before);
  const auto new_entries = SuggestionEntries(topic, after);
  if (old_entries == new_entries) return;
  for (const auto& [key, value] : old_entries) transaction.Delete(Table::kSuggestions, key);
  for (const auto& [key, value] : new_entries) transaction.Put(Table::kSuggestions, key, value);
}

std::optional<Suggestion> ParseSuggestion(absl::string_view key, absl::string_view value) {
  const size_t end = key.find('\0');
  if (end == absl::string_view::npos || key.size() < end + kFixedBytes) return std::nullopt;
  Suggestion suggestion;
  suggestion.text = key.substr(0, end);
  suggestion.topic = ReadNumber(key, end + 1);
  suggestion.merged = value == kMerged;
  suggestion.whole_name = key[end + kFixedBytes - 1] == '\1';
  suggestion.language = absl::ClippedSubstr(key, end + kFixedBytes);
  return suggestion;
}

std::string SuggestionPrefix(absl::string_view typed) {
  return std::string(Cut(text::Fold(typed)));
}

}  // namespace dateline::query::replica
