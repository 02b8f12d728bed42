#include "services/ingestion/clean/writer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion {
namespace {

// Appends `text` escaped for text and quoted attributes alike; a no-break space becomes visible.
void AppendEscaped(absl::string_view text, std::string* out) {
  size_t begin = 0;
  const auto replace = [&](size_t at, size_t length, absl::string_view with) {
    out->append(text.data() + begin, at - begin);
    absl::StrAppend(out, with);
    begin = at + length;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '&':
        replace(i, 1, "&amp;");
        break;
      case '<':
        replace(i, 1, "&lt;");
        break;
      case '>':
        replace(i, 1, "&gt;");
        break;
      case '"':
        replace(i, 1, "&quot;");
        break;
      case '\xC2':
        if (i + 1 < text.size() && text[i + 1] == '\xA0') replace(i++, 2, "&nbsp;");
        break;
      default:
        break;
    }
  }
  out->append(text.data() + begin, text.size() - begin);
}

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
                     [&](const ElementRule* rule) { return rule->name == name; });
}

bool HtmlWriter::HasOpenP() const {
  for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
    if ((*it)->name == "p") return true;
    if ((*it)->Has(kScope)) return false;
  }
  return false;
}

bool HtmlWriter::EndsOpenItem(absl::string_view first, absl::string_view second) const {
  for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
    const absl::string_view name = (*it)->name;
    if (name == first || name == second) return true;
    if ((*it)->Has(kSpecial) && name != "address" && name != "div" && name != "p") return false;
  }
  return false;
}

bool HtmlWriter::MayOpen(const ElementRule& element) const {
  const absl::string_view outer = open_.empty() ? absl::string_view() : open_.back()->name;
  const absl::string_view name = element.name;
  if (!element.Has(kVoidElement) && AtMaxDepth()) return false;
  const bool in_table_part = !open_.empty() && open_.back()->Has(kTablePart);
  if (in_table_part || element.Has(kTablePart) || element.Has(kScope) || name == "col") {
    bool is_part;
    const bool in_place = IsTablePartOf(name, outer, &is_part);
    if (is_part) return in_place;
    if (in_table_part) return false;
  }
  if (element.Has(kClosesP) && HasOpenP()) return false;
  if (element.Has(kHeading) && !open_.empty() && open_.back()->Has(kHeading)) return false;
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
  if (closing == 0) return true;
  open_.push_back(&element);
  closing_bytes_ += closing;
  if (element.name == "pre") pre_content_ = html_.size();
  return true;
}

void HtmlWriter::Close() {
  const ElementRule& element = *open_.back();
  absl::StrAppend(&html_, "</", element.name, ">");
  closing_bytes_ -= element.name.size() + 3;
  open_.pop_back();
}

bool HtmlWriter::Text(absl::string_view text) {
  if (text.empty() || (!open_.empty() && open_.back()->Has(kTablePart))) return true;
  const size_t before = html_.size();
  // A parser ignores one line feed directly behind <pre>.
  if (text.front() == '\n' && before > 0 && pre_content_ == before) html_.push_back('\n');
  AppendEscaped(text, &html_);
  if (Fits(0)) return true;
  html_.resize(before);
  return false;
}

void HtmlWriter::Separate() {
  if (html_.empty() || absl::ascii_isspace(static_cast<unsigned char>(html_.back()))) return;
  Text(" ");
}

std::string HtmlWriter::Finish() && {
  while (!open_.empty()) Close();
  return std::move(html_);
}

}  // namespace dateline::ingestion
