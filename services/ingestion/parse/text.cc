#include "services/ingestion/parse/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "services/ingestion/decode/html_entities.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool IsTagStart(string_view s) {
  if (s.size() < 2) return false;
  const size_t name = s[1] == '/' ? 2 : 1;
  return absl::StartsWith(s, "<!--") ||
         (name < s.size() && absl::ascii_isalpha(static_cast<unsigned char>(s[name])));
}

std::string StripTags(string_view s) {
  std::string out;
  for (size_t i = 0; i < s.size();) {
    if (s[i] == '<' && IsTagStart(s.substr(i))) {
      const size_t end = s.find('>', i);
      if (end != string_view::npos) {
        i = end + 1;
        continue;
      }
    }
    out.push_back(s[i++]);
  }
  return out;
}

string_view Unquote(string_view s) {
  s = absl::StripAsciiWhitespace(s);
  if (s.size() >= 2 && s.front() == '"' && s.back() == '"') s = s.substr(1, s.size() - 2);
  return absl::StripAsciiWhitespace(s);
}

}  // namespace

std::string CollapseSpace(string_view text) {
  std::string out(text);
  absl::RemoveExtraAsciiWhitespace(&out);
  return out;
}

std::string PlainTitle(string_view html) {
  std::string text = StripTags(html);
  if (absl::StrContains(text, '&')) {
    text = decode::DecodeEntities(decode::DecodeEntities(text));
  }
  return CollapseSpace(absl::StrReplaceAll(text, {{"\xC2\xA0", " "}}));
}

void AppendEscaped(string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      default:
        out.push_back(c);
    }
  }
}

Person ParsePerson(string_view text) {
  Person p;
  text = absl::StripAsciiWhitespace(text);
  for (const auto& pair : {std::pair{'<', '>'}, std::pair{'(', ')'}}) {
    const size_t open = text.find(pair.first);
    if (open == string_view::npos || text.back() != pair.second) continue;
    const string_view outer = Unquote(text.substr(0, open));
    const string_view inner = Unquote(text.substr(open + 1, text.size() - open - 2));
    if (absl::StrContains(inner, '@')) {
      p.email = std::string(inner);
      p.name = CollapseSpace(outer);
      return p;
    }
    if (absl::StrContains(outer, '@') && !absl::StrContains(outer, ' ')) {
      p.email = std::string(outer);
      p.name = CollapseSpace(inner);
      return p;
    }
  }
  if (absl::StrContains(text, '@') && text.find_first_of(" \t\n") == string_view::npos &&
      text.front() != '@') {
    p.email = std::string(text);
  } else {
    p.name = CollapseSpace(decode::DecodeEntities(text));
  }
  return p;
}

}  // namespace dateline::ingestion::parse
