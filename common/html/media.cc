#include "common/html/media.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/html/address.h"
#include "common/html/anchors.h"
#include "common/html/attribute.h"
#include "common/html/embeds.h"
#include "common/html/html_tree.h"
#include "common/html/text_value.h"
#include "common/html/trackers.h"

namespace dateline::html {
namespace {

// Where lazy loaders keep the address, `src` being a placeholder until then.
constexpr const char* kLazyAddress[] = {"data-src",      "data-lazy-src",  "data-lazyload",
                                        "data-original", "data-actualsrc", "data-echo",
                                        "data-lazy",     "data-defer-src"};
// Where publishing systems keep other sizes of a picture: taken if there is no `src` at all.
constexpr const char* kOtherAddress[] = {"data-orig-file",  "data-large-file", "data-medium-file",
                                         "data-hi-res-src", "data-hires",      "data-image",
                                         "data-url",        "data-orig"};
// What publishing systems call the pictures that they put in the place of signs.
constexpr absl::string_view kSmileyClasses[] = {"emoji",    "wp-smiley", "custom-emoji", "smiley",
                                                "emojione", "smilies",   "emoticon",     "twemoji"};
constexpr const char* kLazySrcset[] = {"data-srcset", "data-lazy-srcset"};

bool HasDataAttribute(const GumboElement& element) {
  for (unsigned int i = 0; i < element.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    if (absl::StartsWith(attribute->name, "data-")) return true;
  }
  return false;
}

// Whether a data attribute's value may be an address and no number, JSON or name.
bool LooksLikeAddress(absl::string_view value) {
  return value.find_first_of("/.") != absl::string_view::npos && value.front() != '#' &&
         value.find_first_of(" {}<>\"\t\n") == absl::string_view::npos;
}

template <size_t kNames>
bool TakeAddress(const GumboElement& element, const char* const (&names)[kNames],
                 const CleanOptions& options, Attributes* attributes) {
  for (const char* name : names) {
    const absl::string_view value = absl::StripAsciiWhitespace(RawAttribute(element, name));
    if (value.empty() || !LooksLikeAddress(value)) continue;
    std::optional<std::string> url = CleanAttribute(AttributeKind::kUrl, value, options.base_url);
    if (!url) continue;
    SetAttribute("src", *std::move(url), attributes);
    return true;
  }
  return false;
}

int Number(const std::string* value) {
  int number = 0;
  return value != nullptr && absl::SimpleAtoi(*value, &number) ? number : 0;
}

bool IsAtMostOne(const std::string* value) { return value != nullptr && Number(value) <= 1; }

// The candidate with the greatest width or density of a cleaned srcset.
std::string LargestOf(absl::string_view srcset) {
  absl::string_view best;
  double best_size = -1;
  for (const absl::string_view candidate : absl::StrSplit(srcset, ", ")) {
    const size_t space = std::min(candidate.find(' '), candidate.size());
    double size = 1;
    if (space < candidate.size()) {
      const absl::string_view descriptor = absl::ClippedSubstr(candidate, space + 1);
      if (!absl::SimpleAtod(descriptor.substr(0, descriptor.size() - 1), &size)) size = 1;
    }
    if (size > best_size) {
      best = candidate.substr(0, space);
      best_size = size;
    }
  }
  return std::string(best);
}

}  // namespace

const std::string* FindAttribute(const Attributes& attributes, absl::string_view name) {
  for (const auto& attribute : attributes) {
    if (attribute.first == name) return &attribute.second;
  }
  return nullptr;
}

void SetAttribute(absl::string_view name, std::string value, Attributes* attributes) {
  for (auto& attribute : *attributes) {
    if (attribute.first != name) continue;
    attribute.second = std::move(value);
    return;
  }
  attributes->emplace_back(name, std::move(value));
}

absl::string_view RawAttribute(const GumboElement& element, const char* name) {
  const GumboAttribute* attribute = gumbo_get_attribute(&element.attributes, name);
  return attribute == nullptr ? absl::string_view() : absl::string_view(attribute->value);
}

bool IsHidden(const GumboElement& element) {
  if (element.tag == GUMBO_TAG_SOURCE || element.tag == GUMBO_TAG_TRACK) return false;
  for (unsigned int i = 0; i < element.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    const absl::string_view name = attribute->name;
    if (name == "hidden" || (name == "style" && HidesContent(attribute->value))) return true;
  }
  return false;
}

void FinishPlace(const GumboElement& element, Attributes* attributes) {
  if (FindAttribute(*attributes, "id") == nullptr) {
    std::string copy;
    const absl::string_view name = ParsedValue(RawAttribute(element, "name"), &copy);
    std::optional<std::string> id = CleanAttribute(AttributeKind::kId, name, "");
    if (id) attributes->emplace_back("id", *std::move(id));
  }
  const std::string* const href = FindAttribute(*attributes, "href");
  if (href == nullptr || !absl::StartsWith(*href, "#")) return;
  const std::string fragment(WithoutIdPrefix(absl::ClippedSubstr(*href, 1)));
  SetAttribute("href", absl::StrCat("#", fragment.empty() ? "" : kIdPrefix, fragment), attributes);
}

ElementAction FinishLink(absl::string_view rel, Attributes* attributes) {
  const std::string* href = FindAttribute(*attributes, "href");
  if (href == nullptr) return ElementAction::kUnwrap;
  if (!rel.empty() && !absl::StartsWith(*href, "#")) attributes->emplace_back("rel", rel);
  return ElementAction::kKeep;
}

ElementAction FinishIframe(const CleanOptions& options, Attributes* attributes) {
  const std::string* src = FindAttribute(*attributes, "src");
  if (src == nullptr) return ElementAction::kDrop;
  std::optional<std::string> address = EmbedAddress(*src, options.embed_hosts);
  if (!address) return ElementAction::kDrop;
  SetAttribute("src", *std::move(address), attributes);
  attributes->emplace_back("sandbox", kEmbedSandbox);
  attributes->emplace_back("loading", "lazy");
  return ElementAction::kKeep;
}

bool RestoreLazyAddress(const GumboElement& element, const CleanOptions& options,
                        Attributes* attributes) {
  if (!HasDataAttribute(element)) return false;
  bool restored = TakeAddress(element, kLazyAddress, options, attributes);
  // Players and frames have one address.
  const bool has_srcset = element.tag != GUMBO_TAG_AUDIO && element.tag != GUMBO_TAG_VIDEO &&
                          element.tag != GUMBO_TAG_IFRAME;
  for (const char* name : kLazySrcset) {
    if (!has_srcset) break;
    std::string srcset = CleanSrcset(RawAttribute(element, name), options.base_url);
    if (srcset.empty()) continue;
    SetAttribute("srcset", std::move(srcset), attributes);
    restored = true;
    break;
  }
  if (!HasSource(*attributes)) restored = TakeAddress(element, kOtherAddress, options, attributes);
  return restored;
}

bool HasSource(const Attributes& attributes) {
  return FindAttribute(attributes, "src") != nullptr ||
         FindAttribute(attributes, "srcset") != nullptr;
}

bool IsPlayable(const GumboElement& element, const Attributes& attributes,
                const CleanOptions& options) {
  if (HasSource(attributes)) return true;
  for (unsigned int i = 0; i < element.children.length; ++i) {
    const auto* child = static_cast<const GumboNode*>(element.children.data[i]);
    if (child->type != GUMBO_NODE_ELEMENT || child->v.element.tag != GUMBO_TAG_SOURCE) continue;
    Attributes source;
    const absl::string_view src = RawAttribute(child->v.element, "src");
    if (CleanAttribute(AttributeKind::kUrl, src, options.base_url)) return true;
    // A list of addresses is for pictures.
    if (RestoreLazyAddress(child->v.element, options, &source) &&
        FindAttribute(source, "src") != nullptr) {
      return true;
    }
  }
  return false;
}

bool IsTracker(absl::string_view style, const Attributes& attributes) {
  const std::string* src = FindAttribute(attributes, "src");
  if (src != nullptr && IsBeacon(*src)) return true;
  if (IsAtMostOne(FindAttribute(attributes, "width")) &&
      IsAtMostOne(FindAttribute(attributes, "height"))) {
    return true;
  }
  return !style.empty() && IsPixelSize(style);
}

bool IsSmiley(const GumboElement& element) {
  for (const absl::string_view name :
       absl::StrSplit(RawAttribute(element, "class"), absl::ByAnyChar(" \t\n\f\r"))) {
    const auto is = [name](absl::string_view known) { return absl::EqualsIgnoreCase(name, known); };
    if (std::any_of(std::begin(kSmileyClasses), std::end(kSmileyClasses), is)) return true;
  }
  return false;
}

void CompleteSource(Attributes* attributes) {
  if (FindAttribute(*attributes, "src") != nullptr) return;
  const std::string* const srcset = FindAttribute(*attributes, "srcset");
  if (srcset != nullptr) attributes->emplace_back("src", LargestOf(*srcset));
}

CleanImage ImageOf(const Attributes& attributes) {
  CleanImage image;
  if (const std::string* src = FindAttribute(attributes, "src")) image.url = *src;
  if (const std::string* alt = FindAttribute(attributes, "alt")) image.alt = *alt;
  image.width = Number(FindAttribute(attributes, "width"));
  image.height = Number(FindAttribute(attributes, "height"));
  return image;
}

const GumboElement* FindElement(const GumboNode* node, GumboTag tag) {
  const GumboNode* found =
      FindNode(node, [&](const GumboElement& element) { return element.tag == tag; });
  return found == nullptr ? nullptr : &found->v.element;
}

}  // namespace dateline::html
