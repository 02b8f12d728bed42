#include "services/ingestion/decode/element_stack.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/decode/xml_repair.h"

namespace dateline::ingestion::decode {
namespace {

using absl::string_view;

// What is known of an element by its name.
enum class Kind {
  kOther,
  kContainer,  // holds entries: the feed, its channel
  kField,      // a field of an entry or of the feed that may have elements within
  kText,       // a field that holds text or nothing, in which a feed forgets the end tag
};

// Names in lower case of the formats' own vocabularies.
constexpr string_view kContainers[] = {"rss", "rdf:rdf", "channel", "feed", "items", "urlset"};
constexpr string_view kFields[] = {"author",  "contributor", "image",     "textinput", "skiphours",
                                   "content", "skipdays",    "published", "summary",   "issued"};
constexpr string_view kTexts[] = {
    "title",         "link",          "guid",      "pubdate", "author",   "category",
    "comments",      "enclosure",     "subtitle",  "rights",  "language", "description",
    "copyright",     "webmaster",     "generator", "docs",    "ttl",      "rating",
    "lastbuilddate", "tagline",       "id",        "updated", "modified", "info",
    "logo",          "icon",          "loc",       "lastmod", "priority", "cloud",
    "changefreq",    "managingeditor"};
// Vocabularies whose elements hold text or nothing, and those of their elements that do not.
constexpr string_view kTextPrefixes[] = {"dc",         "dcterms", "sy",   "itunes", "slash", "wfw",
                                         "feedburner", "admin",   "atom", "wp",     "thr"};
constexpr string_view kHolders[] = {"category", "owner",       "author", "contributor", "source",
                                    "content",  "comment",     "tag",    "term",        "postmeta",
                                    "termmeta", "commentmeta", "entry",  "feed"};
// Vocabularies of fields that hold other elements, too.
constexpr string_view kFieldPrefixes[] = {"content", "excerpt", "media", "georss"};

template <size_t kSize>
bool Has(const string_view (&names)[kSize], string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Kind KindOf(string_view written) {
  const std::string lower = absl::AsciiStrToLower(written);
  const string_view name = lower;
  if (Has(kContainers, name)) return Kind::kContainer;
  const size_t colon = name.find(':');
  if (colon == string_view::npos) {
    return Has(kTexts, name) ? Kind::kText : Has(kFields, name) ? Kind::kField : Kind::kOther;
  }
  const string_view prefix = name.substr(0, colon);
  const string_view local = absl::ClippedSubstr(name, colon + 1);
  if (Has(kTextPrefixes, prefix)) return Has(kHolders, local) ? Kind::kField : Kind::kText;
  if (name == "media:thumbnail") return Kind::kText;
  return Has(kFieldPrefixes, prefix) ? Kind::kField : Kind::kOther;
}

}  // namespace

void ElementStack::CloseDownTo(size_t size, std::string* out) {
  while (open_.size() > size) {
    absl::StrAppend(out, "</", open_.back(), ">");
    open_.pop_back();
  }
}

bool ElementStack::IsEntry(string_view name) const {
  return name == "item" || name == "entry" || (name == "url" && open_.front() == "urlset");
}

size_t ElementStack::Holder(string_view name) const {
  if (!IsEntry(name)) {
    const bool is_unclosed =
        too_deep_ == 0 && KindOf(top()) == Kind::kText && KindOf(name) >= Kind::kField;
    return open_.size() - (is_unclosed ? 1 : 0);
  }
  const auto entry = std::find(open_.rbegin(), open_.rend(), name);
  if (entry != open_.rend()) return static_cast<size_t>(open_.rend() - entry) - 1;
  const auto container = std::find_if(open_.rbegin(), open_.rend(), [](string_view open) {
    return KindOf(open) == Kind::kContainer;
  });
  const auto size = static_cast<size_t>(open_.rend() - container);
  // Other elements may have entries of their own.
  return size < open_.size() && KindOf(open_[size]) >= Kind::kField ? size : open_.size();
}

bool ElementStack::Open(string_view name, bool empty, std::string* out, Fault* fault) {
  if (!open_.empty()) {
    const size_t keep = Holder(name);
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
