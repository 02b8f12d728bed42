#include "services/ingestion/decode/element_stack.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/xml_repair.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

// Elements that hold text only, in which a feed forgets the end tag.
constexpr string_view kTextFields[] = {"title",  "link",     "guid",     "pubDate",
                                       "author", "category", "comments", "description"};

// Elements that begin another field of an entry or of a feed.
constexpr string_view kFields[] = {"title",   "link",     "guid",     "pubDate",   "description",
                                   "author",  "category", "comments", "enclosure", "published",
                                   "updated", "id",       "summary",  "content"};

template <size_t kSize>
bool Has(const string_view (&names)[kSize], string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool IsEntry(string_view name) { return name == "item" || name == "entry"; }

}  // namespace

void ElementStack::CloseDownTo(size_t size, std::string* out) {
  while (open_.size() > size) {
    absl::StrAppend(out, "</", open_.back(), ">");
    open_.pop_back();
  }
}

bool ElementStack::Open(string_view name, bool empty, std::string* out, Fault* fault) {
  if (!open_.empty()) {
    size_t keep = open_.size();
    if (IsEntry(name)) {
      const auto entry = std::find(open_.rbegin(), open_.rend(), name);
      if (entry != open_.rend()) keep = static_cast<size_t>(open_.rend() - entry) - 1;
    } else if (too_deep_ == 0 && Has(kTextFields, top()) && Has(kFields, name)) {
      --keep;
    }
    // The root holds everything.
    if (keep > 0 && keep < open_.size()) {
      *fault = absl::StrCat("unclosed <", top(), ">");
      CloseDownTo(keep, out);
      too_deep_ = 0;
    }
  }
  if (too_deep_ > 0 || open_.size() >= kMaxXmlDepth) {
    *fault = "elements nested too deep";
    deepest_ = name;
    if (!empty) ++too_deep_;
    return false;
  }
  if (!empty) open_.push_back(name);
  return true;
}

void ElementStack::Close(string_view name, std::string* out, Fault* fault) {
  if (too_deep_ > 0) {
    // What closes an element that was kept closes all that were not.
    const bool is_kept =
        name != deepest_ && std::find(open_.rbegin(), open_.rend(), name) != open_.rend();
    if (!is_kept) {
      --too_deep_;
      return;
    }
    too_deep_ = 0;
  }
  if (!open_.empty() && top() == name) return CloseDownTo(open_.size() - 1, out);
  auto match = std::find(open_.rbegin(), open_.rend(), name);
  if (match == open_.rend() && !open_.empty() && absl::EqualsIgnoreCase(top(), name)) {
    match = open_.rbegin();
  }
  if (match == open_.rend()) {
    *fault = absl::StrCat("</", name, "> without a start");
    return;
  }
  *fault = absl::StrCat("unclosed <", top(), ">");
  CloseDownTo(static_cast<size_t>(open_.rend() - match) - 1, out);
}

}  // namespace dateline::ingestion::decode
