#include "services/ingestion/parse/text.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/html_entities.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

// Elements of HTML that titles have been seen with.
bool IsHtmlElement(string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<string_view>{
      "a",    "abbr",   "acronym", "b",     "bdi",  "bdo",    "big",    "blink", "blockquote",
      "br",   "center", "cite",    "code",  "data", "dd",     "del",    "dfn",   "div",
      "dl",   "dt",     "em",      "font",  "h1",   "h2",     "h3",     "h4",    "h5",
      "h6",   "hr",     "i",       "img",   "ins",  "kbd",    "li",     "mark",  "marquee",
      "math", "nobr",   "ol",      "p",     "pre",  "q",      "rp",     "rt",    "ruby",
      "s",    "samp",   "script",  "small", "span", "strike", "strong", "style", "sub",
      "sup",  "table",  "td",      "th",    "time", "tr",     "tt",     "u",     "ul",
      "var",  "wbr"};
  return kNames->contains(name);
}

bool SeparatesWords(string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<string_view>{
      "blockquote", "br", "center", "dd", "div", "dl",    "dt", "h1", "h2", "h3", "h4",  "h5", "h6",
      "hr",         "li", "ol",     "p",  "pre", "table", "td", "th", "tr", "ul", "mtd", "mtr"};
  return kNames->contains(name);
}

bool IsVoidElement(string_view name) {
  return name == "br" || name == "hr" || name == "img" || name == "wbr";
}

// A tag at the beginning of a text.
struct Tag {
  // Bytes with < and >, 0 if it is none.
  size_t size = 0;
  std::string name;
  bool closes = false;
  // Whether more than its name stands in it.
  bool has_more = false;
};

Tag ReadTag(string_view s) {
  Tag tag;
  if (s.size() < 3 || s[0] != '<') return tag;
  tag.closes = s[1] == '/';
  size_t i = tag.closes ? 2 : 1;
  if (absl::ascii_isalpha(static_cast<unsigned char>(s[i])) == 0) return tag;
  const size_t start = i;
  while (i < s.size() && absl::ascii_isalnum(static_cast<unsigned char>(s[i])) != 0) ++i;
  tag.name = absl::AsciiStrToLower(absl::ClippedSubstr(s, start, i - start));
  const size_t end = s.find_first_of("<>", i);
  if (end == string_view::npos || s[end] == '<') return tag;
  tag.has_more = end > i;
  tag.size = end + 1;
  return tag;
}

// Removes the tags of a text in one pass. What was searched for in vain is not searched for again,
// so that hostile titles cost no more than others.
class TagStripper {
 public:
  TagStripper(string_view s, bool certain) : s_(s), certain_(certain) {}

  std::string Run() && {
    out_.reserve(s_.size());
    for (size_t i = 0; i < s_.size();) {
      const size_t size = s_[i] == '<' ? TagBytes(absl::ClippedSubstr(s_, i)) : 0;
      if (size == 0) out_.push_back(s_[i]);
      i += std::max<size_t>(size, 1);
    }
    return std::move(out_);
  }

 private:
  // Bytes at the beginning of `rest` that are none of the text.
  size_t TagBytes(string_view rest) {
    if (absl::StartsWith(rest, "<!--")) return Through(rest, "-->", "-->");
    const Tag tag = ReadTag(rest);
    if (tag.size == 0 || !IsTag(rest, tag)) return 0;
    if (SeparatesWords(tag.name)) out_.push_back(' ');
    // A formula's source stands beside its signs.
    const bool holds_no_text =
        tag.name == "script" || tag.name == "style" || tag.name == "annotation";
    if (tag.closes || !holds_no_text) return tag.size;
    return std::max(tag.size, Through(rest, absl::StrCat("</", tag.name), ">"));
  }

  bool IsTag(string_view rest, const Tag& tag) {
    // All that stands in a formula is of it.
    if (certain_ || (in_formula_ && tag.name != "math")) return true;
    if (!IsHtmlElement(tag.name)) return false;
    if (tag.name == "math") in_formula_ = !tag.closes && Find(rest, "</math").has_value();
    const auto opened = std::find(open_.begin(), open_.end(), tag.name);
    if (tag.closes) {
      if (opened == open_.end()) return false;
      open_.erase(opened);
      return true;
    }
    if (IsVoidElement(tag.name)) return true;
    if (!tag.has_more && !Find(rest, absl::StrCat("</", tag.name))) return false;
    if (open_.size() < kMaxOpen) open_.push_back(tag.name);
    return true;
  }

  // Bytes up to the end of `last`, which follows `first`; 0 if they do not occur.
  size_t Through(string_view rest, const std::string& first, string_view last) {
    const std::optional<size_t> at = Find(rest, first);
    const size_t end = at.has_value() ? rest.find(last, *at) : string_view::npos;
    return end == string_view::npos ? 0 : end + last.size();
  }

  // Where `wanted`, in lower case, occurs in any case.
  std::optional<size_t> Find(string_view rest, const std::string& wanted) {
    if (std::find(missing_.begin(), missing_.end(), wanted) != missing_.end()) return std::nullopt;
    for (size_t at = rest.find(wanted[0]); at != string_view::npos;
         at = rest.find(wanted[0], at + 1)) {
      if (absl::StartsWithIgnoreCase(absl::ClippedSubstr(rest, at), wanted)) return at;
    }
    missing_.push_back(wanted);
    return std::nullopt;
  }

  static constexpr size_t kMaxOpen = 32;
  string_view s_;
  bool certain_;
  bool in_formula_ = false;
  std::string out_;
  std::vector<std::string> open_;
  std::vector<std::string> missing_;
};

// A title is read up to this length; limits::kMaxTitleCodePoints is far below.
constexpr size_t kMaxTitleBytes = size_t{1} << 16;

std::string StripTags(string_view s, bool certain) {
  if (s.size() > kMaxTitleBytes) {
    s = s.substr(0, kMaxTitleBytes);
    while (!s.empty() && (s.back() & 0x80) != 0) s.remove_suffix(1);
  }
  return TagStripper(s, certain).Run();
}

std::string DecodeTwice(std::string text) {
  if (absl::StrContains(text, '&')) {
    text = decode::DecodeEntities(decode::DecodeEntities(text));
  }
  return CollapseSpace(text);
}

}  // namespace

std::string Trim(string_view text) { return std::string(absl::StripAsciiWhitespace(text)); }

std::string CollapseSpace(string_view text) {
  std::string out;
  out.reserve(text.size());
  bool blank = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_isspace(static_cast<unsigned char>(text[i])) != 0) {
      blank = true;
    } else if (text[i] == '\xC2' && i + 1 < text.size() && text[i + 1] == '\xA0') {
      blank = true;
      ++i;
    } else {
      if (blank && !out.empty()) out.push_back(' ');
      blank = false;
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string PlainTitle(string_view html) {
  if (html.find_first_of("<&") == string_view::npos) return CollapseSpace(html);
  return DecodeTwice(StripTags(html, /*certain=*/false));
}

std::string HtmlToPlainTitle(string_view html) {
  return DecodeTwice(StripTags(html, /*certain=*/true));
}

std::string PlainTextTitle(string_view text) {
  if (absl::StrContains(text, '<')) return CollapseSpace(text);
  return CollapseSpace(decode::DecodeEntities(text));
}

bool LooksLikeHtml(string_view text) {
  for (size_t i = text.find_first_of("<&"); i != string_view::npos;
       i = text.find_first_of("<&", i + 1)) {
    if (text[i] == '&' && decode::ReadReference(absl::ClippedSubstr(text, i)).code_point != 0)
      return true;
    const Tag tag = text[i] == '<' ? ReadTag(absl::ClippedSubstr(text, i)) : Tag();
    if (tag.size > 0 && IsHtmlElement(tag.name)) return true;
  }
  return false;
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

}  // namespace dateline::ingestion::parse
