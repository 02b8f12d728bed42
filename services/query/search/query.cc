#include "services/query/search/query.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/text/white_space.h"

namespace dateline::query::search {
namespace {

// One token as it stands: between spaces, or between quotation marks.
struct RawToken {
  absl::string_view text;
  bool quoted = false;
  bool excluded = false;
};

// Takes tokens off the front of a text without runs of white space.
class TokenReader {
 public:
  explicit TokenReader(absl::string_view text) : text_(text) {}

  std::optional<RawToken> Next() {
    while (absl::ConsumePrefix(&text_, " ")) {
    }
    if (text_.empty()) return std::nullopt;
    RawToken token;
    if (text_.size() > 1 && text_[0] == '-' && text_[1] != ' ') {
      token.excluded = true;
      text_.remove_prefix(1);
    }
    if (absl::ConsumePrefix(&text_, "\"")) {
      token.quoted = true;
      Take(text_.find('"'), &token);
      absl::ConsumePrefix(&text_, "\"");
    } else {
      Take(std::min(text_.find(' '), text_.find('"')), &token);
    }
    return token;
  }

 private:
  void Take(size_t size, RawToken* token) {
    size = std::min(size, text_.size());
    token->text = absl::ClippedSubstr(text_, 0, size);
    text_.remove_prefix(size);
  }

  absl::string_view text_;
};

Clause ClauseOf(const RawToken& token, size_t room) {
  Clause clause;
  clause.words = WordsOf(token.text);
  clause.words.erase(std::remove_if(clause.words.begin(), clause.words.end(),
                                    [](const Word& word) { return word.plain.empty(); }),
                     clause.words.end());
  if (clause.words.size() > room) clause.words.resize(room);
  if (clause.words.size() > 1) {
    clause.kind = Clause::Kind::kPhrase;
  } else if (!token.quoted && absl::EndsWith(token.text, "*") && clause.words.size() == 1 &&
             clause.words[0].plain.size() >= kMinPrefixBytes) {
    clause.kind = Clause::Kind::kPrefix;
  }
  return clause;
}

}  // namespace

TextQuery ParseQuery(absl::string_view text) {
  // Typographic quotation marks are what telephones write.
  const std::string plain = text::CollapseWhiteSpace(absl::StrReplaceAll(
      text, {{"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""}, {"\xe2\x80\x9e", "\""}}));
  TextQuery query;
  size_t room = kMaxQueryWords;
  bool either = false;
  bool without = false;
  TokenReader reader(plain);
  for (auto token = reader.Next(); token.has_value() && room > 0; token = reader.Next()) {
    if (!token->quoted && !token->excluded && token->text == "OR") {
      either = !query.groups.empty();
      continue;
    }
    if (!token->quoted && !token->excluded && token->text == "NOT") {
      without = true;
      continue;
    }
    if (!token->quoted && !token->excluded && token->text == "AND") continue;
    Clause clause = ClauseOf(*token, room);
    if (clause.words.empty()) continue;
    room -= clause.words.size();
    if (token->excluded || without) {
      query.excluded.push_back(std::move(clause));
    } else if (either) {
      query.groups.back().push_back(std::move(clause));
    } else {
      query.groups.push_back({std::move(clause)});
    }
    either = false;
    without = false;
  }
  return query;
}

}  // namespace dateline::query::search
