#include "common/html/writer.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::html {
namespace {

// Bytes that are not written as they are: & < > " and the first of a no-break space.
constexpr std::array<bool, 256> kEscaped = [] {
  std::array<bool, 256> table{};
  for (const char c : {'&', '<', '>', '"', '\xC2'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Appends `text` escaped for text and quoted attributes alike; a no-break space becomes visible.
void AppendEscaped(absl::string_view text, std::string* out) {
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!kEscaped[static_cast<unsigned char>(text[i])]) continue;
    const bool wide = text[i] == '\xC2';
    if (wide && text.substr(i, 2) != "\xC2\xA0") continue;
    out->append(text.data() + begin, i - begin);
    switch (text[i]) {
      case '&':
        out->append("&amp;");
        break;
      case '<':
        out->append("&lt;");
        break;
      case '>':
        out->append("&gt;");
        break;
      case '"':
        out->append("&quot;");
        break;
      default:
        out->append("&nbsp;");
        ++i;
    }
    begin = i + 1;
  }
  out->append(text.data() + begin, text.size() - begin);
}

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

// Where each part of a table belongs; empty for any other element.
bool IsTablePartOf(absl::string_view child, absl::string_view parent, bool* is_part) {
  struct Place {
    absl::string_view child, parents;
  };
  constexpr Place kPlaces[] = {
      {"caption", " table "}, {"colgroup", " table "}, {"thead", " table "},
      {"tbody", " table "},   {"tfoot", " table "},    {"tr", " thead tbody tfoot "},
      {"td", " tr "},         {"th", " tr "},          {"col", " colgroup "},
  };
  *is_part = false;
  for (const Place& place : kPlaces) {
    if (place.child != child) continue;
    *is_part = true;
    return absl::StrContains(place.parents, absl::StrCat(" ", parent, " "));
  }
  return false;
}

}  // namespace

bool HtmlWriter::HasOpen(absl::string_view name) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](const OpenElement& open) { return open.rule->name == name; });
}

bool HtmlWriter::HasOpenP() const {
  for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
    if (it->rule->name == "p") return true;
    if (it->rule->Has(kScope)) return false;
  }
  return false;
}

bool HtmlWriter::EndsOpenItem(absl::string_view first, absl::string_view second) const {
  for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
    const absl::string_view name = it->rule->name;
    if (name == first || name == second) return true;
    if (it->rule->Has(kSpecial) && name != "address" && name != "div" && name != "p") return false;
  }
  return false;
}

bool HtmlWriter::MayOpen(const ElementRule& element) const {
  const absl::string_view outer = open_.empty() ? absl::string_view() : open_.back().rule->name;
  const absl::string_view name = element.name;
  if (!element.Has(kVoidElement) && AtMaxDepth()) return false;
  const bool in_table_part = InTablePart();
  if (in_table_part || element.Has(kTablePart) || element.Has(kScope) || name == "col") {
    bool is_part;
    const bool in_place = IsTablePartOf(name, outer, &is_part);
    if (is_part) return in_place;
    if (in_table_part) return false;
  }
  if (element.Has(kClosesP) && HasOpenP()) return false;
  if (element.Has(kHeading) && !open_.empty() && open_.back().rule->Has(kHeading)) return false;
  if (name == "li" && EndsOpenItem("li", "li")) return false;
  if ((name == "dd" || name == "dt") && EndsOpenItem("dd", "dt")) return false;
  if (name == "a" && HasOpen("a")) return false;
  if (name == "rt" || name == "rp") return outer == "ruby";
  if (name == "source" || name == "track") {
    return outer == "video" || outer == "audio" || outer == "picture";
  }
  return true;
}

bool HtmlWriter::Open(const ElementRule& element, const Attributes& attributes) {
  const size_t before = html_.size();
  const bool block = element.Has(kBlockElement);
  if (separate_ && !block && !InTablePart()) html_.push_back(' ');
  absl::StrAppend(&html_, "<", element.name);
  for (const auto& [name, value] : attributes) {
    absl::StrAppend(&html_, " ", name, "=\"");
    AppendEscaped(value, &html_);
    html_.push_back('"');
  }
  html_.push_back('>');
  const size_t closing = element.Has(kVoidElement) ? 0 : element.name.size() + 3;
  if (!Fits(closing)) {
    html_.resize(before);
    return false;
  }
  if (closing > 0) open_.push_back({&element, before, html_.size(), at_block_edge_, separate_});
  closing_bytes_ += closing;
  separate_ = false;
  at_block_edge_ = block;
  return true;
}

void HtmlWriter::Close() {
  const ElementRule& element = *open_.back().rule;
  absl::StrAppend(&html_, "</", element.name, ">");
  closing_bytes_ -= element.name.size() + 3;
  open_.pop_back();
  if (!element.Has(kBlockElement)) return;
  at_block_edge_ = true;
  separate_ = false;
}

bool HtmlWriter::IsBlank() const {
  return std::all_of(html_.begin() + static_cast<std::ptrdiff_t>(open_.back().content), html_.end(),
                     IsSpace);
}

void HtmlWriter::Discard() {
  const OpenElement discarded = open_.back();
  const bool separates = discarded.rule->Has(kBlockElement) || html_.size() > discarded.content;
  html_.resize(discarded.begin);
  closing_bytes_ -= discarded.rule->name.size() + 3;
  open_.pop_back();
  at_block_edge_ = discarded.at_block_edge;
  separate_ = discarded.separate;
  if (separates) Separate();
}

bool HtmlWriter::Text(absl::string_view text) {
  if (text.empty() || InTablePart()) return true;
  const size_t before = html_.size();
  if (separate_ && !IsSpace(text.front())) html_.push_back(' ');
  // A parser ignores one line feed directly behind <pre>.
  const bool behind_pre =
      !open_.empty() && open_.back().content == before && open_.back().rule->name == "pre";
  if (behind_pre && text.front() == '\n') html_.push_back('\n');
  AppendEscaped(text, &html_);
  if (!Fits(0)) {
    html_.resize(before);
    return false;
  }
  separate_ = false;
  at_block_edge_ = false;
  return true;
}

void HtmlWriter::Separate() { separate_ = separate_ || !(at_block_edge_ || IsSpace(html_.back())); }

std::string HtmlWriter::Finish() && {
  while (!open_.empty()) Close();
  return std::move(html_);
}

}  // namespace dateline::html
