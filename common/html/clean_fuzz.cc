#include <gumbo.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/html/arena.h"
#include "common/html/clean.h"
#include "common/html/html_tree.h"
#include "common/html/policy.h"
#include "common/html/tag_survey.h"
#include "common/html/text_runs.h"
#include "common/html/text_value.h"
#include "common/text/white_space.h"

// Cleans arbitrary bytes; the result must clean to itself, stay within its bytes, and hold nothing
// that is not on the list, judged by parsing it anew.
namespace dateline::html {
namespace {

[[noreturn]] void Fail(const char* what, absl::string_view detail) {
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

// An address is absolute with http or https, or (without a base) names no scheme.
void CheckAddress(absl::string_view url, bool has_base) {
  if (absl::StartsWith(url, "http://") || absl::StartsWith(url, "https://")) return;
  if (absl::StartsWith(url, "#")) return;
  const size_t end = url.find_first_of(":/?#");
  const bool scheme = end != absl::string_view::npos && url[end] == ':';
  if (has_base || scheme || absl::StartsWith(url, "//")) Fail("address off the list", url);
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ') Fail("address with a blank", url);
  }
}

void CheckAttribute(const ElementRule& rule, const GumboAttribute& attribute, bool has_base) {
  const AttributeRule* known = RuleForAttribute(rule, attribute.name);
  if (known == nullptr && !IsForcedAttribute(rule.name, attribute.name))
    Fail("attribute off the list", attribute.name);
  if (known == nullptr) return;
  const absl::string_view value = attribute.value;
  if (known->kind == AttributeKind::kUrl || known->kind == AttributeKind::kLink) {
    CheckAddress(value, has_base);
  }
  if (known->kind == AttributeKind::kSrcset) {
    for (const absl::string_view candidate : absl::StrSplit(value, ", ")) {
      CheckAddress(candidate.substr(0, candidate.find(' ')), has_base);
    }
  }
  if (rule.name == "iframe" && known->name == "src" && !absl::StartsWith(value, "https://")) {
    Fail("frame that is not https", value);
  }
  if (known->kind == AttributeKind::kStyle &&
      value.find_first_of("\\\"'/<>{}@") != absl::string_view::npos) {
    Fail("style that is not plain", value);
  }
}

void CheckElement(const GumboElement& element, bool has_base) {
  GumboStringPiece name = element.original_tag;
  gumbo_tag_from_original_text(&name);
  const absl::string_view tag = element.tag == GUMBO_TAG_UNKNOWN
                                    ? absl::string_view(name.data, name.length)
                                    : gumbo_normalized_tagname(element.tag);
  const ElementRule& rule = RuleForElement(tag);
  const GumboNamespaceEnum space =
      rule.Has(kFormulaPart) ? GUMBO_NAMESPACE_MATHML : GUMBO_NAMESPACE_HTML;
  if (rule.action != ElementAction::kKeep || rule.name != tag || element.tag_namespace != space) {
    Fail("element off the list", tag);
  }
  for (unsigned int i = 0; i < element.attributes.length; ++i) {
    CheckAttribute(rule, *static_cast<const GumboAttribute*>(element.attributes.data[i]), has_base);
  }
}

void CheckTree(const GumboNode* root, bool has_base) {
  std::vector<const GumboNode*> nodes = {root};
  while (!nodes.empty()) {
    const GumboNode* node = nodes.back();
    nodes.pop_back();
    if (node->type == GUMBO_NODE_COMMENT || node->type == GUMBO_NODE_TEMPLATE) {
      Fail("comment or template", "");
    }
    if (node->type != GUMBO_NODE_ELEMENT) continue;
    if (node != root) CheckElement(node->v.element, has_base);
    const GumboVector& children = node->v.element.children;
    for (unsigned int i = 0; i < children.length; ++i) {
      nodes.push_back(static_cast<const GumboNode*>(children.data[i]));
    }
  }
}

// The depth of gumbo's tree is what the survey promises to bound; a table counts once and has up to
// three more elements around its cells.
void CheckSurvey(absl::string_view html) {
  std::string copy;
  html = ParseableBytes(html, &copy);
  Arena arena(size_t{512} << 20);
  TextRuns runs;
  const GumboNode* const root = ParseFragment(html, &arena, &runs);
  if (root == nullptr) return;
  const TagSurvey survey = SurveyTags(html);
  std::vector<std::pair<const GumboNode*, size_t>> nodes = {{root, 0}};
  while (!nodes.empty()) {
    const auto [node, depth] = nodes.back();
    nodes.pop_back();
    if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE) continue;
    if (depth > survey.most_open * 4 + 4) Fail("deeper than the survey said", "");
    const GumboVector& children = node->v.element.children;
    for (unsigned int i = 0; i < children.length; ++i) {
      nodes.emplace_back(static_cast<const GumboNode*>(children.data[i]), depth + 1);
    }
  }
}

bool SameImages(const std::vector<CleanImage>& a, const std::vector<CleanImage>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const CleanImage& x, const CleanImage& y) {
        return x.url == y.url && x.alt == y.alt && x.width == y.width && x.height == y.height;
      });
}

bool IsOutOfProportion(absl::string_view html) {
  std::string copy;
  return SurveyTags(ParseableBytes(html, &copy)).out_of_proportion;
}

// The character of a comment that is left out keeps the document's texts where they are. What is
// not parsed has no runs, and a blank in place of the comment.
void CheckRuns(absl::string_view html, const CleanOptions& options, const CleanResult& once) {
  const std::string whole = absl::StrCat("<!--\xEE\x80\x80-->", html);
  if (IsOutOfProportion(html) || IsOutOfProportion(whole)) return;
  const CleanResult plain = CleanHtml(whole, options);
  if (plain.html != once.html || plain.text != once.text) {
    std::fprintf(stderr, "once:  %s\n", once.html.c_str());
    Fail("not the same without runs", plain.html);
  }
}

void Check(absl::string_view html) {
  CleanOptions options;
  // The length chooses what else there is to choose.
  if (html.size() % 4 != 0) options.base_url = "https://a.example/d/p";
  options.embed_hosts = DefaultEmbedHosts();
  options.max_output_bytes = html.size() % 7 == 0 ? 300 : 1 << 16;
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
  CheckRuns(html, options, once);
  if (twice.word_count != once.word_count) Fail("not the same number of words", once.html);
  if (twice.links != once.links) Fail("not the same links", once.html);
  if (!SameImages(twice.images, once.images)) Fail("not the same images", once.html);
  CheckSurvey(html);
  GumboOptions parse = kGumboDefaultOptions;
  parse.fragment_context = GUMBO_TAG_DIV;
  GumboOutput* tree = gumbo_parse_with_options(&parse, once.html.data(), once.html.size());
  CheckTree(tree->root, !options.base_url.empty());
  gumbo_destroy_output(&parse, tree);
}

}  // namespace
}  // namespace dateline::html

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dateline::html::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
