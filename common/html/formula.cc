#include "common/html/formula.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/html/arena.h"
#include "common/html/attribute.h"
#include "common/html/escape.h"
#include "common/html/html_tree.h"
#include "common/html/media.h"
#include "common/html/policy.h"
#include "common/html/text_runs.h"
#include "common/html/text_value.h"

namespace dateline::html {
namespace {

// Elements that stand in one another in a formula; the deepest seen in articles are some ten.
constexpr int kMaxDepth = 32;

std::string NameOf(const GumboElement& element) {
  GumboStringPiece name = element.original_tag;
  gumbo_tag_from_original_text(&name);
  if (name.data == nullptr) return gumbo_normalized_tagname(element.tag);
  return absl::AsciiStrToLower(absl::string_view(name.data, name.length));
}

// Whether the element is no part of what a reader of the formula sees: its source, what no text may
// hold, and what is hidden.
bool IsUnseen(const GumboElement& element, absl::string_view name) {
  return absl::StartsWith(name, "annotation") || name == "mphantom" ||
         RuleForElement(name).action == ElementAction::kDrop || IsHidden(element);
}

bool IsText(const GumboNode* node) {
  return node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
         node->type == GUMBO_NODE_CDATA;
}

std::string Stripped(absl::string_view text) {
  std::string copy;
  return std::string(absl::StripAsciiWhitespace(ParsedValue(text, &copy)));
}

// The text within a node.
std::string TextOf(const GumboNode* node) {
  std::string text;
  std::vector<const GumboNode*> open = {node};
  while (!open.empty()) {
    const GumboNode* const next = open.back();
    open.pop_back();
    if (IsText(next)) text.append(next->v.text.text);
    if (next->type != GUMBO_NODE_ELEMENT) continue;
    const GumboElement& element = next->v.element;
    if (next != node && IsUnseen(element, NameOf(element))) continue;
    for (unsigned int i = element.children.length; i > 0; --i) {
      open.push_back(static_cast<const GumboNode*>(element.children.data[i - 1]));
    }
  }
  return Stripped(text);
}

// What a formula says that it is as text: its TeX source or its alternative text.
std::string AlternativeOf(const GumboNode* math) {
  const GumboNode* const source = FindNode(math, [](const GumboElement& element) {
    return NameOf(element) == "annotation" &&
           absl::StrContains(RawAttribute(element, "encoding"), "tex");
  });
  std::string text;
  if (source != nullptr) {
    const GumboVector& children = source->v.element.children;
    for (unsigned int i = 0; i < children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(children.data[i]);
      if (child->type == GUMBO_NODE_TEXT) absl::StrAppend(&text, child->v.text.text);
    }
  }
  text = Stripped(text);
  return text.empty() ? Stripped(RawAttribute(math->v.element, "alttext")) : text;
}

class FormulaCleaner {
 public:
  CleanedFormula Run(const GumboNode* math) && {
    const GumboElement& element = math->v.element;
    std::string alternative = AlternativeOf(math);
    Attributes attributes = CleanAttributes(element, RuleForElement("math"));
    if (!alternative.empty()) SetAttribute("alttext", alternative, &attributes);
    if (const std::string* display = FindAttribute(attributes, "display")) {
      formula_.is_block = *display == "block";
    }
    Open("math", attributes);
    VisitChildren(element, /*in_row=*/true, 1);
    Close("math");
    if (absl::StripAsciiWhitespace(formula_.text).empty()) formula_.html.clear();
    if (!alternative.empty()) formula_.text = std::move(alternative);
    return std::move(formula_);
  }

 private:
  void Open(absl::string_view name, const Attributes& attributes) {
    absl::StrAppend(&formula_.html, "<", name);
    for (const auto& [attribute, value] : attributes) {
      absl::StrAppend(&formula_.html, " ", attribute, "=\"");
      AppendEscaped(value, &formula_.html);
      formula_.html.push_back('"');
    }
    formula_.html.push_back('>');
  }

  void Close(absl::string_view name) { absl::StrAppend(&formula_.html, "</", name, ">"); }

  void Write(absl::string_view name, const Attributes& attributes, absl::string_view text) {
    Open(name, attributes);
    AppendEscaped(text, &formula_.html);
    Close(name);
    formula_.text.append(text.data(), text.size());
  }

  // Parts of a row are written one behind the other, those of a fraction or a table are not.
  void VisitChildren(const GumboElement& element, bool in_row, int depth) {
    for (unsigned int i = 0; i < element.children.length; ++i) {
      const size_t before = formula_.html.size();
      Visit(static_cast<const GumboNode*>(element.children.data[i]), depth);
      if (!in_row && formula_.html.size() > before) formula_.text.push_back(' ');
    }
  }

  // <semantics> and <maction> show the first of several ways to say the same.
  void VisitFirst(const GumboNode* node, int depth) {
    const GumboVector& children = node->v.element.children;
    for (unsigned int i = 0; i < children.length; ++i) {
      const auto* const child = static_cast<const GumboNode*>(children.data[i]);
      if (child->type != GUMBO_NODE_ELEMENT) continue;
      const size_t before = formula_.html.size();
      Visit(child, depth);
      if (formula_.html.size() > before) return;
    }
    Write("mtext", {}, TextOf(node));
  }

  void Visit(const GumboNode* node, int depth) {
    if (IsText(node)) {
      if (const std::string text = Stripped(node->v.text.text); !text.empty()) {
        Write("mtext", {}, text);
      }
      return;
    }
    if (node->type != GUMBO_NODE_ELEMENT) return;
    const GumboElement& element = node->v.element;
    const std::string name = NameOf(element);
    if (IsUnseen(element, name)) {
      ++formula_.dropped_elements;
      // It may be one of those whose place tells what it is.
      if (name == "mphantom") Write("mrow", {}, "");
      return;
    }
    const ElementRule& rule = RuleForElement(name);
    const bool is_listed = element.tag_namespace == GUMBO_NAMESPACE_MATHML && name != "math" &&
                           rule.name == name && rule.Has(kFormulaPart);
    if (is_listed && rule.Has(kFormulaText)) {
      Write(name, CleanAttributes(element, rule), TextOf(node));
    } else if (name == "mspace") {
      ++formula_.dropped_elements;
      const absl::string_view width = RawAttribute(element, "width");
      const bool is_gap = !width.empty() && width[0] != '-';
      Write(is_gap ? "mtext" : "mrow", {}, is_gap ? "\u00A0" : "");
    } else if ((name == "semantics" || name == "maction") && depth < kMaxDepth) {
      ++formula_.dropped_elements;
      VisitFirst(node, depth + 1);
    } else if (!is_listed || depth >= kMaxDepth) {
      ++formula_.dropped_elements;
      Write("mtext", {}, TextOf(node));
    } else {
      Open(name, CleanAttributes(element, rule));
      VisitChildren(element, rule.Has(kFormulaRow), depth + 1);
      Close(name);
    }
  }

  Attributes CleanAttributes(const GumboElement& element, const ElementRule& rule) {
    Attributes attributes;
    std::string buffer;
    for (unsigned int i = 0; i < element.attributes.length; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const AttributeRule* const known = RuleForAttribute(rule, attribute->name);
      std::optional<std::string> value;
      if (known != nullptr) {
        value = CleanAttribute(known->kind, ParsedValue(attribute->value, &buffer), "");
      }
      if (value) {
        attributes.emplace_back(known->name, *std::move(value));
      } else {
        ++formula_.dropped_attributes;
      }
    }
    return attributes;
  }

  CleanedFormula formula_;
};

}  // namespace

CleanedFormula CleanFormula(const GumboNode* math) { return FormulaCleaner().Run(math); }

bool IsCleanFormula(absl::string_view html) {
  // What is written takes at most 77 times its size, see clean.cc.
  Arena arena((size_t{1} << 20) + html.size() * 128);
  TextRuns runs;  // None is taken out of a formula.
  const GumboNode* const root = ParseFragment(html, &arena, &runs);
  if (root == nullptr || root->v.element.children.length != 1) return false;
  const auto* const math = static_cast<const GumboNode*>(root->v.element.children.data[0]);
  return math->type == GUMBO_NODE_ELEMENT && math->v.element.tag == GUMBO_TAG_MATH &&
         math->v.element.tag_namespace == GUMBO_NAMESPACE_MATHML && !IsHidden(math->v.element) &&
         CleanFormula(math).html == html;
}

}  // namespace dateline::html
