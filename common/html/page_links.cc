#include "common/html/page_links.h"

#include <gumbo.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/html/arena.h"
#include "common/html/html_tree.h"
#include "common/text/utf8.h"
#include "common/url/url.h"

namespace dateline::html {
namespace {

constexpr size_t kMaxLinks = 200;
// Links that matter stand at the head of a page; the tree takes some sixty times as much.
constexpr size_t kMaxPageBytes = size_t{1} << 20;
constexpr size_t kMaxTreeBytes = size_t{128} << 20;

absl::string_view Value(const GumboElement& element, const char* name) {
  const GumboAttribute* const attribute = gumbo_get_attribute(&element.attributes, name);
  return attribute == nullptr ? absl::string_view() : absl::StripAsciiWhitespace(attribute->value);
}

bool MayRelate(GumboTag tag) {
  return tag == GUMBO_TAG_LINK || tag == GUMBO_TAG_A || tag == GUMBO_TAG_AREA;
}

// "Application/RSS+XML; charset=utf-8" is application/rss+xml.
std::string MediaType(absl::string_view text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text.substr(0, text.find(';'))));
}

// Elements in document order, without recursion: pages nest as deep as they like.
template <typename Visit>
void ForEachElement(const GumboNode* root, const Visit& visit) {
  std::vector<const GumboNode*> rest = {root};
  while (!rest.empty()) {
    const GumboNode* const node = rest.back();
    rest.pop_back();
    if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE) continue;
    const GumboElement& element = node->v.element;
    visit(element);
    for (unsigned int i = element.children.length; i > 0; --i) {
      rest.push_back(static_cast<const GumboNode*>(element.children.data[i - 1]));
    }
  }
}

}  // namespace

std::vector<PageLink> PageLinks(absl::string_view html, absl::string_view page_url) {
  std::string valid = text::RepairUtf8(html.substr(0, kMaxPageBytes));
  std::replace(valid.begin(), valid.end(), '\0', ' ');
  Arena arena(kMaxTreeBytes);
  TextRuns runs;
  const GumboNode* const root = ParseFragment(valid, &arena, &runs);
  std::vector<PageLink> links;
  if (root == nullptr) return links;
  std::string base(page_url);
  bool has_base = false;
  // The base counts for links before it too.
  ForEachElement(root, [&](const GumboElement& element) {
    if (element.tag != GUMBO_TAG_BASE || has_base || Value(element, "href").empty()) return;
    has_base = true;
    if (auto url = url::ResolveUrl(page_url, Value(element, "href"))) base = *std::move(url);
  });
  ForEachElement(root, [&](const GumboElement& element) {
    if (!MayRelate(element.tag) || links.size() >= kMaxLinks) return;
    const absl::string_view rel = Value(element, "rel");
    const absl::string_view href = Value(element, "href");
    if (rel.empty() || href.empty()) return;
    std::optional<std::string> url = url::ResolveUrl(base, href);
    if (!url.has_value()) return;
    PageLink link{*std::move(url),
                  {},
                  MediaType(Value(element, "type")),
                  std::string(Value(element, "title"))};
    for (const absl::string_view token :
         absl::StrSplit(rel, absl::ByAnyChar(" \t\n\f\r"), absl::SkipEmpty())) {
      link.rels.push_back(absl::AsciiStrToLower(token));
    }
    links.push_back(std::move(link));
  });
  return links;
}

}  // namespace dateline::html
