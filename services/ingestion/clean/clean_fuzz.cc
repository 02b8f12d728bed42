#include <gumbo.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/text/white_space.h"
#include "services/ingestion/clean/clean.h"
#include "services/ingestion/clean/policy.h"

// Cleans arbitrary bytes; the result must clean to itself, stay within its bytes, and hold nothing
// that is not on the list, judged by parsing it anew.
namespace dateline::ingestion {
namespace {

[[noreturn]] void Fail(const char* what, absl::string_view detail) {
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

void CheckAttribute(const ElementRule& rule, const GumboAttribute& attribute) {
  const AttributeRule* known = RuleForAttribute(rule, attribute.name);
  if (known == nullptr && !IsForcedAttribute(rule.name, attribute.name))
    Fail("attribute off the list", attribute.name);
  if (known == nullptr || known->kind != AttributeKind::kUrl) return;
  const absl::string_view url = attribute.value;
  if (!absl::StartsWith(url, "http://") && !absl::StartsWith(url, "https://") &&
      !absl::StartsWith(url, "#")) {
    Fail("address off the list", url);
  }
}

void CheckElement(const GumboElement& element) {
  GumboStringPiece name = element.original_tag;
  gumbo_tag_from_original_text(&name);
  const absl::string_view tag = element.tag == GUMBO_TAG_UNKNOWN
                                    ? absl::string_view(name.data, name.length)
                                    : gumbo_normalized_tagname(element.tag);
  const ElementRule& rule = RuleForElement(tag);
  if (rule.action != ElementAction::kKeep || rule.name != tag ||
      element.tag_namespace != GUMBO_NAMESPACE_HTML) {
    Fail("element off the list", tag);
  }
  for (unsigned int i = 0; i < element.attributes.length; ++i) {
    CheckAttribute(rule, *static_cast<const GumboAttribute*>(element.attributes.data[i]));
  }
}

void CheckTree(const GumboNode* root) {
  std::vector<const GumboNode*> nodes = {root};
  while (!nodes.empty()) {
    const GumboNode* node = nodes.back();
    nodes.pop_back();
    if (node->type == GUMBO_NODE_COMMENT || node->type == GUMBO_NODE_TEMPLATE) {
      Fail("comment or template", "");
    }
    if (node->type != GUMBO_NODE_ELEMENT) continue;
    if (node != root) CheckElement(node->v.element);
    const GumboVector& children = node->v.element.children;
    for (unsigned int i = 0; i < children.length; ++i) {
      nodes.push_back(static_cast<const GumboNode*>(children.data[i]));
    }
  }
}

bool SameImages(const std::vector<CleanImage>& a, const std::vector<CleanImage>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const CleanImage& x, const CleanImage& y) {
        return x.url == y.url && x.alt == y.alt && x.width == y.width && x.height == y.height;
      });
}

void Check(absl::string_view html) {
  CleanOptions options;
  options.base_url = "https://a.example/d/p";
  options.embed_hosts = DefaultEmbedHosts();
  options.max_output_bytes = 1 << 16;
  const CleanResult once = CleanHtml(html, options);
  if (once.html.size() > options.max_output_bytes) Fail("too many bytes", "");
  const CleanResult twice = CleanHtml(once.html, options);
  if (twice.html != once.html) {
    std::fprintf(stderr, "once:  %s\n", once.html.c_str());
    Fail("not idempotent, twice", twice.html);
  }
  if (text::CollapseWhiteSpace(twice.text) != text::CollapseWhiteSpace(once.text)) {
    std::fprintf(stderr, "html: %s\nonce: %s\n", once.html.c_str(), once.text.c_str());
    Fail("not the same text, twice", twice.text);
  }
  if (twice.word_count != once.word_count) Fail("not the same number of words", once.html);
  if (twice.links != once.links) Fail("not the same links", once.html);
  if (!SameImages(twice.images, once.images)) Fail("not the same images", once.html);
  GumboOptions parse = kGumboDefaultOptions;
  parse.fragment_context = GUMBO_TAG_DIV;
  GumboOutput* tree = gumbo_parse_with_options(&parse, once.html.data(), once.html.size());
  CheckTree(tree->root);
  gumbo_destroy_output(&parse, tree);
}

}  // namespace
}  // namespace dateline::ingestion

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dateline::ingestion::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
