#include "common/html/nesting.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::html {
namespace {

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

bool OpenElements::Has(absl::string_view name) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](const ElementRule* open) { return open->name == name; });
}

bool OpenElements::HasP() const {
  for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
    if ((*it)->name == "p") return true;
    if ((*it)->Has(kScope)) return false;
  }
  return false;
}

bool OpenElements::EndsItem(absl::string_view first, absl::string_view second) const {
  for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
    const absl::string_view name = (*it)->name;
    if (name == first || name == second) return true;
    if ((*it)->Has(kSpecial) && name != "address" && name != "div" && name != "p") return false;
  }
  return false;
}

bool OpenElements::MayOpen(const ElementRule& element) const {
  const absl::string_view outer = open_.empty() ? absl::string_view() : open_.back()->name;
  const absl::string_view name = element.name;
  if (!element.Has(kVoidElement) && AtMaxDepth()) return false;
  const bool in_table_part = InTablePart();
  if (in_table_part || element.Has(kTablePart) || element.Has(kScope) || name == "col") {
    bool is_part;
    const bool in_place = IsTablePartOf(name, outer, &is_part);
    if (is_part) return in_place;
    if (in_table_part) return false;
  }
  if (element.Has(kClosesP) && HasP()) return false;
  if (element.Has(kHeading) && !open_.empty() && open_.back()->Has(kHeading)) return false;
  if (name == "li" && EndsItem("li", "li")) return false;
  if ((name == "dd" || name == "dt") && EndsItem("dd", "dt")) return false;
  if (name == "a" && Has("a")) return false;
  if (name == "rt" || name == "rp") return outer == "ruby";
  if (name == "source" || name == "track") {
    return outer == "video" || outer == "audio" || outer == "picture";
  }
  return true;
}

}  // namespace dateline::html
