#include "services/query/replica/apply/suggestions.h"

#include "absl/strings/str_cat.h"
#include "common/text/slug.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// With topic and language below the 511 bytes of LMDB's keys; what is typed beyond finds the same.
constexpr size_t kMaxTextBytes = 200;
// Words of a name from which on it is found.
constexpr int kMaxWords = 8;
// Behind the text: zero, topic, whether it is a whole name, language.
constexpr size_t kFixedBytes = 1 + 8 + 1;

// The beginning of `text`, not cut within a character.
absl::string_view Cut(absl::string_view text) {
  if (text.size() <= kMaxTextBytes) return text;
  size_t end = kMaxTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void AddName(uint64_t topic, absl::string_view name, absl::string_view language,
             std::set<std::string>* keys) {
  const std::string folded = text::Fold(name);
  absl::string_view rest = folded;
  for (int word = 0; word < kMaxWords && !rest.empty(); ++word) {
    std::string key(Cut(rest));
    key.push_back('\0');
    AppendNumber(&key, topic);
    key.push_back(word == 0 ? '\1' : '\0');
    keys->insert(absl::StrCat(key, language));
    const size_t space = rest.find(' ');
    if (space == absl::string_view::npos) break;
    rest.remove_prefix(space + 1);
  }
}

}  // namespace

std::set<std::string> SuggestionKeys(uint64_t topic, const content::v1::Topic& state) {
  std::set<std::string> keys;
  if (state.state() != content::v1::TOPIC_STATE_ACTIVE &&
      state.state() != content::v1::TOPIC_STATE_MERGED) {
    return keys;
  }
  AddName(topic, state.display_name(), "", &keys);
  for (const auto& [language, name] : state.display_names()) AddName(topic, name, language, &keys);
  for (const std::string& alias : state.aliases()) AddName(topic, alias, "", &keys);
  return keys;
}

std::optional<Suggestion> ParseSuggestion(absl::string_view key) {
  const size_t end = key.find('\0');
  if (end == absl::string_view::npos || key.size() < end + kFixedBytes) return std::nullopt;
  Suggestion suggestion;
  suggestion.text = key.substr(0, end);
  suggestion.topic = ReadNumber(key, end + 1);
  suggestion.whole_name = key[end + kFixedBytes - 1] == '\1';
  suggestion.language = absl::ClippedSubstr(key, end + kFixedBytes);
  return suggestion;
}

std::string SuggestionPrefix(absl::string_view typed) {
  return std::string(Cut(text::Fold(typed)));
}

}  // namespace dateline::query::replica
