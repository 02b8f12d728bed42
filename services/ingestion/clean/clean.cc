#include "services/ingestion/clean/clean.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "common/text/utf8.h"
#include "common/text/words.h"
#include "services/ingestion/clean/attribute.h"
#include "services/ingestion/clean/html_tree.h"
#include "services/ingestion/clean/media.h"
#include "services/ingestion/clean/plain_text.h"
#include "services/ingestion/clean/policy.h"
#include "services/ingestion/clean/writer.h"

namespace dateline::ingestion {
namespace {

// The rule for each of gumbo's tags, looked up once.
const ElementRule& RuleForTag(GumboTag tag) {
  static const auto* const rules = [] {
    auto* table = new std::array<const ElementRule*, GUMBO_TAG_LAST + 1>;
    for (int i = 0; i <= GUMBO_TAG_LAST; ++i) {
      (*table)[static_cast<size_t>(i)] =
          &RuleForElement(gumbo_normalized_tagname(static_cast<GumboTag>(i)));
    }
    return table;
  }();
  return *(*rules)[tag];
}

const ElementRule& RuleFor(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_UNKNOWN) return RuleForTag(element.tag);
  GumboStringPiece name = element.original_tag;
  gumbo_tag_from_original_text(&name);
  if (name.data == nullptr) return RuleForElement("");
  return RuleForElement(absl::AsciiStrToLower(absl::string_view(name.data, name.length)));
}

// True for what HTML calls a control other than white space; a parser reads it back as something
// else.
bool IsControl(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r') || (c >= 0x7F && c <= 0x9F);
}

// Unicode's noncharacters; gumbo reads them as U+FFFD unless they come as a character reference.
bool IsNoncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

// True for bytes that begin, or are, a character which WithoutControls may change.
bool MayNeedChange(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && c != '\t' && c != '\n') || u == 0x7F || u == 0xC2 || u >= 0xEF;
}

// `text` as it comes back from a parser: without controls, every line end a line feed.
std::string WithoutControls(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    char32_t c = text::NextCodePoint(text, &i);
    if (IsControl(c)) continue;
    if (c == '\r') c = '\n';
    if (c == '\f') c = ' ';
    text::AppendCodePoint(IsNoncharacter(c) ? text::kReplacementCharacter : c, &out);
  }
  return out;
}

class Cleaner {
 public:
  explicit Cleaner(const CleanOptions& options)
      : options_(options), writer_(options.max_output_bytes, options.max_depth) {}

  CleanResult Run(const GumboNode* root) && {
    stack_.push_back({root, nullptr, false});
    while (!stack_.empty() && !full_) Step();
    result_.html = std::move(writer_).Finish();
    result_.text = std::move(text_).Take();
    result_.word_count = text::CountWords(result_.text);
    result_.truncated = result_.truncated || full_;
    return std::move(result_);
  }

 private:
  // An element whose children are being read.
  struct Frame {
    const GumboNode* node;
    const ElementRule* open;  // What was written for it, null if nothing was.
    bool block;               // Its end separates words.
    unsigned int next_child = 0;
  };

  void Step() {
    Frame& frame = stack_.back();
    const GumboVector& children = frame.node->v.element.children;
    if (frame.next_child == children.length) {
      if (frame.block) text_.Break();
      if (frame.open != nullptr) {
        writer_.Close();
      } else if (frame.block) {
        writer_.Separate();
      }
      stack_.pop_back();
      return;
    }
    Visit(static_cast<const GumboNode*>(children.data[frame.next_child++]));
  }

  void Visit(const GumboNode* node) {
    // The prompt that old parsers made of <isindex>.
    if ((node->parse_flags & GUMBO_INSERTION_FROM_ISINDEX) != 0) return;
    switch (node->type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA:
        VisitText(node->v.text.text);
        return;
      case GUMBO_NODE_ELEMENT:
        VisitElement(node);
        return;
      case GUMBO_NODE_TEMPLATE:
        ++result_.dropped_elements;
        return;
      case GUMBO_NODE_DOCUMENT:
      case GUMBO_NODE_COMMENT:
        return;
    }
  }

  void VisitText(absl::string_view text) {
    if (std::any_of(text.begin(), text.end(), MayNeedChange)) {
      const std::string clean = WithoutControls(text);
      WriteText(clean);
    } else {
      WriteText(text);
    }
  }

  void WriteText(absl::string_view text) {
    full_ = !writer_.Text(text);
    if (!full_) text_.Append(text);
  }

  void VisitElement(const GumboNode* node) {
    const GumboElement& element = node->v.element;
    const ElementRule& rule = RuleFor(element);
    const bool block = rule.Has(kBlockElement);
    if (block) text_.Break();
    if (rule.action == ElementAction::kDrop || element.tag_namespace != GUMBO_NAMESPACE_HTML) {
      ++result_.dropped_elements;
      return;
    }
    if (rule.action == ElementAction::kUnwrap || !writer_.MayOpen(rule)) {
      Unwrap(node, rule);
      return;
    }
    Attributes attributes = CleanAttributes(element, rule);
    switch (FinishAttributes(element, rule.name, &attributes)) {
      case ElementAction::kKeep:
        break;
      case ElementAction::kUnwrap:
        Unwrap(node, rule);
        return;
      case ElementAction::kDrop:
        ++result_.dropped_elements;
        return;
    }
    full_ = !writer_.Open(rule, attributes);
    if (full_) return;
    Collect(rule.name, attributes);
    // The content of an iframe is raw text that no browser shows.
    const bool leaf = rule.Has(kVoidElement) || rule.name == "iframe";
    if (rule.name == "iframe") writer_.Close();
    if (!leaf) stack_.push_back({node, &rule, block});
  }

  void Unwrap(const GumboNode* node, const ElementRule& rule) {
    ++result_.dropped_elements;
    if (writer_.AtMaxDepth() && rule.action == ElementAction::kKeep) result_.truncated = true;
    const bool block = rule.Has(kBlockElement);
    if (block) writer_.Separate();
    if (rule.name == "iframe" || rule.Has(kVoidElement)) return;
    stack_.push_back({node, nullptr, block});
  }

  Attributes CleanAttributes(const GumboElement& element, const ElementRule& rule) {
    Attributes attributes;
    for (unsigned int i = 0; i < element.attributes.length; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const AttributeRule* known = RuleForAttribute(rule, attribute->name);
      std::optional<std::string> value;
      if (known != nullptr) value = CleanValue(known->kind, attribute->value);
      if (!value) {
        ++result_.dropped_attributes;
        continue;
      }
      attributes.emplace_back(known->name, *std::move(value));
    }
    return attributes;
  }

  std::optional<std::string> CleanValue(AttributeKind kind, absl::string_view value) {
    std::string without_controls;
    if (std::any_of(value.begin(), value.end(), MayNeedChange)) {
      without_controls = WithoutControls(value);
      value = without_controls;
    }
    if (kind == AttributeKind::kUrl) {
      const absl::string_view trimmed = absl::StripAsciiWhitespace(value);
      if (trimmed.empty()) return std::nullopt;
      if (absl::StartsWith(trimmed, "#")) return std::string(trimmed);
    }
    return CleanAttribute(kind, value, options_.base_url);
  }

  // What an element needs beyond its own attributes, and whether it stays with those it has.
  ElementAction FinishAttributes(const GumboElement& element, absl::string_view name,
                                 Attributes* attributes) {
    if (name == "a") return FinishLink(options_.link_rel, attributes);
    if (name == "iframe") return FinishIframe(options_.embed_hosts, attributes);
    if (name == "video" || name == "audio") attributes->emplace_back("controls", "");
    if (name == "source") return FinishSource(attributes);
    if (name == "track" && FindAttribute(*attributes, "src") == nullptr)
      return ElementAction::kDrop;
    if (name != "img") return ElementAction::kKeep;
    // Lazy loaders hide trackers too, so the address is settled first.
    const ElementAction action = FinishImage(element, options_.base_url, attributes);
    if (action != ElementAction::kKeep || !IsTracker(element, *attributes)) return action;
    ++result_.dropped_trackers;
    return ElementAction::kDrop;
  }

  void Collect(absl::string_view name, const Attributes& attributes) {
    if (name == "a") {
      const std::string& href = *FindAttribute(attributes, "href");
      const bool known =
          std::find(result_.links.begin(), result_.links.end(), href) != result_.links.end();
      if (!absl::StartsWith(href, "#") && !known && result_.links.size() < kMaxCollected) {
        result_.links.push_back(href);
      }
    } else if (name == "img") {
      CleanImage image = ImageOf(attributes);
      const bool known =
          std::any_of(result_.images.begin(), result_.images.end(),
                      [&](const CleanImage& other) { return other.url == image.url; });
      if (!known && result_.images.size() < kMaxCollected) {
        result_.images.push_back(std::move(image));
      }
    }
  }

  // Links and images told beside the text: more are still in the text.
  static constexpr size_t kMaxCollected = 1'000;

  const CleanOptions& options_;
  HtmlWriter writer_;
  PlainText text_;
  CleanResult result_;
  std::vector<Frame> stack_;
  bool full_ = false;
};

// What gumbo may use: real articles need about 60 times their size in the arena, short ones a
// constant.
size_t ArenaBound(absl::string_view html) { return (size_t{4} << 20) + html.size() * 128; }

}  // namespace

CleanResult CleanHtml(absl::string_view html, const CleanOptions& options) {
  thread_local Arena arena(0);
  std::string valid = text::RepairUtf8(html);
  valid.erase(std::remove_if(valid.begin(), valid.end(),
                             [](char c) {
                               const auto u = static_cast<unsigned char>(c);
                               return u < 0x80 && IsControl(u);
                             }),
              valid.end());
  arena.Reset(ArenaBound(valid));
  const GumboNode* root = ParseFragment(valid, &arena);
  bool reduced = false;
  if (root == nullptr) {
    valid = StripTags(valid);
    arena.Reset(ArenaBound(valid) + valid.size() * 1'000);
    root = ParseFragment(valid, &arena);
    reduced = true;
  }
  CleanResult result;
  if (root != nullptr) result = Cleaner(options).Run(root);
  result.truncated = result.truncated || reduced;
  return result;
}

}  // namespace dateline::ingestion
