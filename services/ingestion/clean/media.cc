#include "services/ingestion/clean/media.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/ingestion/clean/attribute.h"

namespace dateline::ingestion {
namespace {

// What an embed may do: run its player, talk to its own site, open its page in a new window.
constexpr absl::string_view kSandbox =
    "allow-scripts allow-same-origin allow-popups allow-presentation";

// Where lazy loaders keep the address, most common first.
constexpr const char* kLazyAttributes[] = {"data-src", "data-lazy-src", "data-original",
                                           "data-orig-file"};

absl::string_view RawValue(const GumboElement& element, const char* name) {
  const GumboAttribute* attribute = gumbo_get_attribute(&element.attributes, name);
  return attribute == nullptr ? absl::string_view() : absl::string_view(attribute->value);
}

void RemoveAttribute(absl::string_view name, Attributes* attributes) {
  attributes->erase(std::remove_if(attributes->begin(), attributes->end(),
                                   [&](const auto& a) { return a.first == name; }),
                    attributes->end());
}

// A fragment alone is no address of a resource.
void RemoveFragments(absl::string_view name, Attributes* attributes) {
  const std::string* value = FindAttribute(*attributes, name);
  if (value != nullptr && absl::StartsWith(*value, "#")) RemoveAttribute(name, attributes);
}

int Number(const std::string* value) {
  int number = 0;
  return value != nullptr && absl::SimpleAtoi(*value, &number) ? number : 0;
}

bool IsAtMostOne(const std::string* value) { return value != nullptr && Number(value) <= 1; }

}  // namespace

const std::string* FindAttribute(const Attributes& attributes, absl::string_view name) {
  for (const auto& attribute : attributes) {
    if (attribute.first == name) return &attribute.second;
  }
  return nullptr;
}

ElementAction FinishLink(absl::string_view rel, Attributes* attributes) {
  const std::string* href = FindAttribute(*attributes, "href");
  if (href == nullptr) return ElementAction::kUnwrap;
  if (!rel.empty() && !absl::StartsWith(*href, "#")) attributes->emplace_back("rel", rel);
  return ElementAction::kKeep;
}

ElementAction FinishIframe(const std::vector<std::string>& hosts, Attributes* attributes) {
  const std::string* src = FindAttribute(*attributes, "src");
  if (src == nullptr) return ElementAction::kDrop;
  absl::string_view rest = *src;
  if (!absl::ConsumePrefix(&rest, "https://")) return ElementAction::kDrop;
  const absl::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (std::find(hosts.begin(), hosts.end(), authority) == hosts.end()) return ElementAction::kDrop;
  attributes->emplace_back("sandbox", kSandbox);
  attributes->emplace_back("loading", "lazy");
  return ElementAction::kKeep;
}

ElementAction FinishSource(Attributes* attributes) {
  RemoveFragments("src", attributes);
  const bool has_address = FindAttribute(*attributes, "src") != nullptr ||
                           FindAttribute(*attributes, "srcset") != nullptr;
  return has_address ? ElementAction::kKeep : ElementAction::kDrop;
}

ElementAction FinishImage(const GumboElement& element, absl::string_view base_url,
                          Attributes* attributes) {
  RemoveFragments("src", attributes);
  for (const char* lazy : kLazyAttributes) {
    if (FindAttribute(*attributes, "src") != nullptr) break;
    const absl::string_view value = absl::StripAsciiWhitespace(RawValue(element, lazy));
    if (value.empty() || value.front() == '#') continue;
    std::optional<std::string> url = CleanAttribute(AttributeKind::kUrl, value, base_url);
    if (url) attributes->emplace_back("src", *std::move(url));
  }
  if (FindAttribute(*attributes, "src") == nullptr &&
      FindAttribute(*attributes, "srcset") == nullptr) {
    return ElementAction::kDrop;
  }
  return ElementAction::kKeep;
}

bool IsTracker(const GumboElement& element, const Attributes& attributes) {
  const std::string* src = FindAttribute(attributes, "src");
  if (src != nullptr && IsBeacon(*src)) return true;
  const std::string style = absl::AsciiStrToLower(
      absl::StrReplaceAll(RawValue(element, "style"), {{" ", ""}, {"\t", ""}, {"\n", ""}}));
  if (absl::StrContains(style, "display:none") || absl::StrContains(style, "visibility:hidden")) {
    return true;
  }
  return IsAtMostOne(FindAttribute(attributes, "width")) &&
         IsAtMostOne(FindAttribute(attributes, "height"));
}

CleanImage ImageOf(const Attributes& attributes) {
  CleanImage image;
  if (const std::string* src = FindAttribute(attributes, "src")) {
    image.url = *src;
  } else if (const std::string* srcset = FindAttribute(attributes, "srcset")) {
    image.url = srcset->substr(0, srcset->find(' '));
    if (absl::EndsWith(image.url, ",")) image.url.pop_back();
  }
  if (const std::string* alt = FindAttribute(attributes, "alt")) image.alt = *alt;
  image.width = Number(FindAttribute(attributes, "width"));
  image.height = Number(FindAttribute(attributes, "height"));
  return image;
}

}  // namespace dateline::ingestion
