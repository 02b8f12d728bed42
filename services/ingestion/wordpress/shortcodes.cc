#include "services/ingestion/wordpress/shortcodes.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/wordpress/embeds.h"
#include "services/ingestion/wordpress/known_shortcodes.h"
#include "services/ingestion/wordpress/markup.h"
#include "services/ingestion/wordpress/shortcode_tag.h"

namespace dateline::ingestion::wordpress {
namespace {

using absl::string_view;

// How long a text may be to be taken for that of a link.
constexpr size_t kMaxLinkTextBytes = 256;
// Shortcodes within shortcodes; none that means anything is deeper.
constexpr int kMaxDepth = 4;

bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) != 0; }

// Whether an unknown shortcode may be called so.
bool IsPluginName(string_view name) {
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return absl::ascii_isupper(c) != 0; });
}

bool IsBlankOnly(string_view s) { return absl::StripAsciiWhitespace(s).empty(); }

// Where the end tags of shortcodes stand, by name.
std::map<string_view, std::vector<size_t>> EndTagsOf(string_view html) {
  std::map<string_view, std::vector<size_t>> ends;
  for (size_t at = html.find("[/"); at != string_view::npos; at = html.find("[/", at + 2)) {
    const std::optional<ShortcodeTag> tag = ReadShortcodeTag(html, at + 1);
    if (tag.has_value() && tag->attributes.empty()) ends[tag->name].push_back(at);
  }
  return ends;
}

class ShortcodeReader {
 public:
  ShortcodeReader(string_view html, int64_t post, const ExportFiles& files, int depth)
      : in_(html), scope_{post, files}, depth_(depth), markup_(html), end_tags_(EndTagsOf(html)) {}

  std::string Run() && {
    while (at_ < in_.size()) {
      if (is_line_begin_ && TakeAddressLine()) continue;
      is_line_begin_ = false;
      switch (in_[at_]) {
        case '<':
          TakeMarkup();
          break;
        case '[':
          TakeBracket();
          break;
        case '\n':
          is_line_begin_ = true;
          Copy(at_ + 1);
          break;
        default:
          Copy(std::min(in_.find_first_of("<[\n", at_), in_.size()));
      }
    }
    return std::move(out_);
  }

 private:
  // An address that stands alone in its line or paragraph.
  bool TakeAddressLine() {
    const size_t begin = std::min(in_.find_first_not_of(" \t", at_), in_.size());
    if (begin >= in_.size() || in_[begin] != 'h' || code_depth_ > 0) return false;
    const size_t end = std::min(in_.find_first_of(" \t\r\n<>\"[", begin), in_.size());
    const string_view address = absl::ClippedSubstr(in_, begin, end - begin);
    if (!IsAddress(address)) return false;
    const size_t next = std::min(in_.find_first_not_of(" \t\r", end), in_.size());
    const bool is_alone = next == in_.size() || in_[next] == '\n' ||
                          absl::StartsWithIgnoreCase(absl::ClippedSubstr(in_, next), "</p>");
    if (!is_alone) return false;
    out_ += EmbedOf(address);
    at_ = next;
    is_line_begin_ = false;
    return true;
  }

  void TakeMarkup() {
    const Markup markup = markup_.Read(at_);
    if (markup.kind == Markup::Kind::kNone) return Copy(at_ + 1);
    if (markup.kind == Markup::Kind::kComment) return TakeComment(markup.end);
    const string_view name = markup.name;
    if (!markup.is_end && (name == "script" || name == "style" || name == "textarea")) {
      const size_t end = markup_.EndOf(name, markup.end);
      return Copy(end == string_view::npos ? markup.end : end);
    }
    if (name == "pre" || name == "code") {
      code_depth_ = std::max(0, code_depth_ + (markup.is_end ? -1 : 1));
    }
    is_line_begin_ = name == "p" && !markup.is_end;
    Copy(markup.end);
  }

  void TakeComment(size_t end) {
    const string_view text = absl::StripLeadingAsciiWhitespace(absl::ClippedSubstr(in_, at_ + 4));
    if (absl::StartsWith(text, "nextpage-->")) {
      out_ += "\n\n";
    } else if (!absl::StartsWith(text, "more") && !absl::StartsWith(text, "noteaser")) {
      return Copy(end);
    }
    at_ = end;
  }

  void TakeBracket() {
    const char next = at_ + 1 < in_.size() ? in_[at_ + 1] : '\0';
    if (next == '[' && TakeEscape()) return;
    if (next == '/' && TakeEndTag()) return;
    const std::optional<ShortcodeTag> tag = ReadShortcodeTag(in_, at_);
    if (!tag.has_value()) return Copy(at_ + 1);
    const size_t end_tag = EndTagOf(*tag);
    const Use use = UseOf(tag->name, end_tag != string_view::npos);
    if (use == Use::kUnknown) {
      if (!IsOfPlugin(*tag, end_tag)) return Copy(at_ + 1);
      return TakeOfPlugin(*tag, end_tag);
    }
    const bool has_content = use == Use::kWithContent && end_tag != string_view::npos;
    std::string content;
    if (has_content) {
      const string_view inner = absl::ClippedSubstr(in_, tag->end, end_tag - tag->end);
      content = HoldsShortcodes(tag->name) && depth_ < kMaxDepth
                    ? ShortcodeReader(inner, scope_.post, scope_.files, depth_ + 1).Run()
                    : std::string(inner);
    }
    out_ += RenderKnown(*tag, content, scope_);
    at_ = has_content ? EndOfEndTag(end_tag) : tag->end;
  }

  // "[[x]]", or "[[x]…[/x]]".
  bool TakeEscape() {
    const std::optional<ShortcodeTag> tag = ReadShortcodeTag(in_, at_ + 1);
    if (!tag.has_value()) return false;
    const size_t end_tag = EndTagOf(*tag);
    if (UseOf(tag->name, end_tag != string_view::npos) == Use::kUnknown && !MayBeEscaped(*tag))
      return false;
    size_t end = tag->end;
    if (end_tag != string_view::npos && !(end < in_.size() && in_[end] == ']'))
      end = EndOfEndTag(end_tag);
    if (end >= in_.size() || in_[end] != ']') return false;
    ++at_;
    Copy(end);
    ++at_;
    return true;
  }

  // "[[Main page]]" and "a[[i]]" are none of WordPress's.
  bool MayBeEscaped(const ShortcodeTag& tag) const {
    return code_depth_ == 0 && IsPluginName(tag.name) && !(at_ > 0 && IsWordByte(in_[at_ - 1])) &&
           std::all_of(tag.attributes.begin(), tag.attributes.end(),
                       [](const ShortcodeAttribute& a) { return !a.name.empty(); });
  }

  // An end tag that is left when its start tag went goes, too.
  bool TakeEndTag() {
    const std::optional<ShortcodeTag> tag = ReadShortcodeTag(in_, at_ + 1);
    if (!tag.has_value()) return false;
    const auto closing = closings_.find(tag->name);
    if (closing == closings_.end() && UseOf(tag->name, false) == Use::kUnknown) return false;
    if (closing != closings_.end()) {
      out_ += closing->second;
      closing->second = "";
    }
    at_ = tag->end;
    return true;
  }

  bool IsOfPlugin(const ShortcodeTag& tag, size_t end_tag) const {
    if (code_depth_ > 0 || !IsPluginName(tag.name)) return false;
    if (tag.begin > 0 && IsWordByte(in_[tag.begin - 1])) return false;
    if (end_tag != string_view::npos || absl::StrContains(tag.name, '_')) return true;
    bool has_bare = false;
    for (const ShortcodeAttribute& attribute : tag.attributes) {
      if (!attribute.name.empty() && attribute.is_quoted) return true;
      has_bare = has_bare || attribute.name.empty();
    }
    const bool has_attributes = !tag.attributes.empty() && !has_bare;
    return (has_attributes || absl::StrContains(tag.name, '-')) && IsAloneInLine(tag);
  }

  bool IsAloneInLine(const ShortcodeTag& tag) const {
    const size_t before = in_.substr(0, tag.begin).find_last_not_of(" \t");
    const size_t behind = in_.find_first_not_of(" \t\r", tag.end);
    return (before == string_view::npos || in_[before] == '\n' || in_[before] == '>') &&
           (behind == string_view::npos || in_[behind] == '\n' || in_[behind] == '<');
  }

  void TakeOfPlugin(const ShortcodeTag& tag, size_t end_tag) {
    at_ = tag.end;
    std::string& closing = closings_[tag.name];
    string_view address;
    for (const char* name : {"url", "src", "href", "link"}) {
      if (address.empty() && IsAddress(tag.Get(name))) address = tag.Get(name);
    }
    if (address.empty()) return;
    if (end_tag == string_view::npos) {
      out_ += MediumOfAddress(address) == "image" ? PictureOf(address, "") : EmbedOf(address);
      return;
    }
    if (end_tag - tag.end > kMaxLinkTextBytes) return;
    const string_view text = absl::ClippedSubstr(in_, tag.end, end_tag - tag.end);
    if (IsBlankOnly(text) || text.find_first_of("<[\n") != string_view::npos) return;
    out_ += "<a href=\"";
    AppendAttribute(address, &out_);
    out_ += "\">";
    closing = "</a>";
  }

  // Where the first end tag behind a tag begins; string_view::npos if it has none.
  size_t EndTagOf(const ShortcodeTag& tag) const {
    if (in_[tag.end - 2] == '/') return string_view::npos;
    const auto known = end_tags_.find(tag.name);
    if (known == end_tags_.end()) return string_view::npos;
    const auto next = std::lower_bound(known->second.begin(), known->second.end(), tag.end);
    return next == known->second.end() ? string_view::npos : *next;
  }

  size_t EndOfEndTag(size_t begin) const { return in_.find(']', begin) + 1; }

  void Copy(size_t end) {
    out_.append(in_.data() + at_, end - at_);
    at_ = end;
  }

  string_view in_;
  Scope scope_;
  int depth_;
  MarkupReader markup_;
  const std::map<string_view, std::vector<size_t>> end_tags_;
  size_t at_ = 0;
  std::string out_;
  bool is_line_begin_ = true;
  int code_depth_ = 0;
  // What stands for the end tags of the unknown shortcodes whose start tags went.
  std::map<string_view, std::string> closings_;
};

}  // namespace

std::string WithoutShortcodes(string_view html, int64_t post, const ExportFiles& files) {
  return ShortcodeReader(html, post, files, 0).Run();
}

}  // namespace dateline::ingestion::wordpress
