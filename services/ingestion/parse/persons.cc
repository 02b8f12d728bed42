#include "services/ingestion/parse/persons.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/ingestion/decode/html_entities.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool IsMailCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0 ||
         absl::StrContains(".!#$%&'*+/=?^_`{|}~-", c);
}

// The mail address around an at sign, as bounds in `s`; empty if there is none.
std::pair<size_t, size_t> FindMail(string_view s) {
  for (size_t at = s.find('@'); at != string_view::npos; at = s.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && IsMailCharacter(s[begin - 1])) --begin;
    size_t end = at + 1;
    while (end < s.size() && (absl::ascii_isalnum(static_cast<unsigned char>(s[end])) != 0 ||
                              s[end] == '.' || s[end] == '-' || (s[end] & 0x80) != 0)) {
      ++end;
    }
    while (end > at + 1 && s[end - 1] == '.') --end;
    if (begin < at && end > at + 1) return {begin, end};
  }
  return {0, 0};
}

string_view TrimName(string_view s) {
  static constexpr string_view kOuter = " \t\r\n\"'<>()[],;:";
  const size_t first = s.find_first_not_of(kOuter);
  if (first == string_view::npos) return "";
  size_t last = s.find_last_not_of(kOuter);
  // A name may end in brackets of its own: "Ann (Staff)".
  if (last + 1 < s.size() && s[last + 1] == ')' &&
      absl::StrContains(absl::ClippedSubstr(s, first, last), '(')) {
    ++last;
  }
  return absl::ClippedSubstr(s, first, last - first + 1);
}

v1::FeedPerson ReadPerson(string_view s) {
  v1::FeedPerson p;
  const auto [begin, end] = FindMail(s);
  if (end == 0) {
    p.set_name(std::string(TrimName(s)));
    return p;
  }
  p.set_email(std::string(absl::ClippedSubstr(s, begin, end - begin)));
  string_view before = s.substr(0, begin);
  absl::ConsumeSuffix(&before, "mailto:");
  p.set_name(
      CollapseSpace(absl::StrCat(TrimName(before), " ", TrimName(absl::ClippedSubstr(s, end)))));
  return p;
}

// Where the first person of a list ends: at a separator, outside of quotes and brackets, that has a
// mail before it and another behind it.
size_t EndOfPerson(string_view s) {
  const size_t mail = FindMail(s).second;
  bool quoted = false;
  int brackets = 0;
  for (size_t i = 0; i < s.size() && mail > 0; ++i) {
    const char c = s[i];
    if (c == '"') quoted = !quoted;
    if (c == '(' || c == '<') ++brackets;
    if (c == ')' || c == '>') --brackets;
    if ((c != ',' && c != ';') || i < mail || quoted || brackets != 0) continue;
    return FindMail(absl::ClippedSubstr(s, i)).second == 0 ? s.size() : i;
  }
  return s.size();
}

// Persons of one text.
constexpr size_t kMaxPersons = 256;

}  // namespace

std::vector<v1::FeedPerson> ParsePersons(string_view text) {
  // Angle brackets are of a mail address or of markup.
  const bool has_markup = absl::StrContains(text, "</");
  const std::string decoded =
      has_markup ? HtmlToPlainTitle(text)
                 : CollapseSpace(decode::DecodeEntities(decode::DecodeEntities(text)));
  string_view s = decoded;
  absl::ConsumePrefix(&s, "mailto:");
  std::vector<v1::FeedPerson> persons;
  if ((absl::StartsWithIgnoreCase(s, "http://") || absl::StartsWithIgnoreCase(s, "https://")) &&
      s.find(' ') == string_view::npos) {
    persons.emplace_back().set_uri(std::string(s));
    return persons;
  }
  do {
    const size_t end = EndOfPerson(s);
    persons.push_back(ReadPerson(s.substr(0, end)));
    s = absl::ClippedSubstr(s, end + 1);
  } while (!s.empty() && persons.size() < kMaxPersons);
  return persons;
}

}  // namespace dateline::ingestion::parse
