#include "services/ingestion/wordpress/markup.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion::wordpress {
namespace {

using absl::string_view;

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':';
}

}  // namespace

Markup MarkupReader::Read(size_t at) {
  const string_view html = html_;
  Markup markup;
  if (absl::StartsWith(absl::ClippedSubstr(html, at), "<!--")) {
    const size_t close = has_comment_end_ ? html.find("-->", at + 4) : string_view::npos;
    has_comment_end_ = close != string_view::npos;
    if (close == string_view::npos) return markup;
    markup.kind = Markup::Kind::kComment;
    markup.end = close + 3;
    return markup;
  }
  size_t i = at + 1;
  markup.is_end = i < html.size() && html[i] == '/';
  if (markup.is_end) ++i;
  const size_t name = i;
  while (i < html.size() && IsNameByte(html[i])) ++i;
  if (i == name || absl::ascii_isalpha(static_cast<unsigned char>(html[name])) == 0) return markup;
  markup.name = absl::AsciiStrToLower(absl::ClippedSubstr(html, name, i - name));
  for (char quote = 0; i < html.size(); ++i) {
    const char c = html[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && html[i - 1] == '=') {
      quote = c;
    } else if (c == '<') {
      return markup;
    } else if (c == '>') {
      markup.kind = Markup::Kind::kTag;
      markup.end = i + 1;
      return markup;
    }
  }
  return markup;
}

size_t MarkupReader::EndOf(string_view name, size_t begin) {
  const std::string entry = absl::StrCat("/", name, "/");
  if (absl::StrContains(missing_, entry)) return string_view::npos;
  for (size_t at = html_.find("</", begin); at != string_view::npos;
       at = html_.find("</", at + 2)) {
    const size_t behind = at + 2 + name.size();
    if (!absl::StartsWithIgnoreCase(absl::ClippedSubstr(html_, at + 2), name)) continue;
    if (behind < html_.size() && IsNameByte(html_[behind])) continue;
    const size_t end = html_.find('>', at);
    if (end != string_view::npos) return end + 1;
  }
  missing_ += entry;
  return string_view::npos;
}

void AppendAttribute(string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '"':
        out->append("&quot;");
        break;
      case '<':
        out->append("&lt;");
        break;
      case '>':
        out->append("&gt;");
        break;
      default:
        out->push_back(c);
    }
  }
}

}  // namespace dateline::ingestion::wordpress
