#include "services/ingestion/wordpress/shortcode_tag.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace dateline::ingestion::wordpress {
namespace {

using absl::string_view;

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

size_t NameLength(string_view s) {
  return static_cast<size_t>(std::find_if_not(s.begin(), s.end(), IsNameByte) - s.begin());
}

// Steps over blanks, which a visual editor writes as no-break spaces, too.
string_view SkipBlanks(string_view s) {
  for (size_t before = string_view::npos; before != s.size();) {
    before = s.size();
    s = absl::StripLeadingAsciiWhitespace(s);
    for (const string_view blank : {"\u00a0", "&nbsp;"}) {
      if (absl::StartsWith(s, blank)) s = absl::ClippedSubstr(s, blank.size());
    }
  }
  return s;
}

// Takes a value, quoted or not, off the beginning of `*rest`.
ShortcodeAttribute TakeValue(string_view* rest) {
  ShortcodeAttribute attribute;
  const char quote = rest->empty() ? '\0' : (*rest)[0];
  const size_t close = quote == '"' || quote == '\'' ? rest->find(quote, 1) : string_view::npos;
  attribute.is_quoted = close != string_view::npos;
  if (attribute.is_quoted) {
    attribute.value = absl::ClippedSubstr(*rest, 1, close - 1);
    *rest = absl::ClippedSubstr(*rest, close + 1);
    return attribute;
  }
  const size_t end = std::min(rest->find_first_of(" \t\r\n\f"), rest->size());
  attribute.value = rest->substr(0, end);
  *rest = absl::ClippedSubstr(*rest, end);
  return attribute;
}

std::vector<ShortcodeAttribute> ReadAttributes(string_view rest) {
  std::vector<ShortcodeAttribute> attributes;
  // "[youtube=https://…]": the value of the name itself.
  if (absl::StartsWith(rest, "=")) rest = absl::ClippedSubstr(rest, 1);
  for (rest = SkipBlanks(rest); !rest.empty(); rest = SkipBlanks(rest)) {
    const size_t length = NameLength(rest);
    const string_view behind = SkipBlanks(absl::ClippedSubstr(rest, length));
    const bool is_named = length > 0 && absl::StartsWith(behind, "=");
    const string_view name = is_named ? rest.substr(0, length) : "";
    if (is_named) rest = SkipBlanks(absl::ClippedSubstr(behind, 1));
    attributes.push_back(TakeValue(&rest));
    attributes.back().name = name;
  }
  return attributes;
}

}  // namespace

string_view ShortcodeTag::Get(string_view attribute) const {
  for (const ShortcodeAttribute& known : attributes) {
    if (absl::EqualsIgnoreCase(known.name, attribute)) return known.value;
  }
  return "";
}

string_view ShortcodeTag::FirstValue() const {
  for (const ShortcodeAttribute& known : attributes) {
    if (known.name.empty()) return known.value;
  }
  return "";
}

std::optional<ShortcodeTag> ReadShortcodeTag(string_view html, size_t at) {
  const string_view rest = absl::ClippedSubstr(html, at + 1);
  const size_t length = NameLength(rest);
  if (length == 0 || absl::ascii_isalpha(static_cast<unsigned char>(rest[0])) == 0) {
    return std::nullopt;
  }
  const size_t close = rest.find_first_of("[]", length);
  if (close == string_view::npos || rest[close] == '[') return std::nullopt;
  string_view inner = absl::ClippedSubstr(rest, length, close - length);
  if (absl::EndsWith(inner, "/")) inner.remove_suffix(1);
  const bool is_name_over = inner.empty() || inner[0] == '=' || SkipBlanks(inner) != inner;
  if (!is_name_over) return std::nullopt;
  ShortcodeTag tag;
  tag.name = rest.substr(0, length);
  tag.attributes = ReadAttributes(inner);
  tag.begin = at;
  tag.end = at + 1 + close + 1;
  return tag;
}

}  // namespace dateline::ingestion::wordpress
