#include "common/html/cleaner.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/html/address.h"
#include "common/html/anchors.h"
#include "common/html/attribute.h"
#include "common/html/formula.h"
#include "common/html/html_tree.h"
#include "common/html/media.h"
#include "common/html/text_value.h"
#include "common/html/trackers.h"
#include "common/text/words.h"

namespace dateline::html {
namespace {

// Links and images told beside the text: more are still in the text.
constexpr size_t kMaxCollected = 1'000;

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

// What <center> does to the element that it becomes.
void CentreContent(Attributes* attributes) {
  const std::string* style = FindAttribute(*attributes, "style");
  if (style == nullptr) {
    attributes->emplace_back("style", "text-align: center");
  } else if (!absl::StrContains(*style, "text-align")) {
    SetAttribute("style", absl::StrCat(*style, "; text-align: center"), attributes);
  }
}

bool HasRoom(size_t collected) { return collected < kMaxCollected; }

}  // namespace

CleanResult Cleaner::Run(const GumboNode* root, bool* unsettled) && {
  Push(root, nullptr, /*block=*/false);
  while (!stack_.empty() && !full_) Step();
  result_.html = std::move(writer_).Finish();
  result_.text = std::move(text_).Take();
  result_.word_count = text::CountWords(result_.text);
  result_.truncated = result_.truncated || full_;
  *unsettled = full_ && players_ > 0;
  return std::move(result_);
}

void Cleaner::Push(const GumboNode* node, const ElementRule* open, bool block) {
  stack_.push_back({node, open, block, dropped()});
}

void Cleaner::Step() {
  Frame& frame = stack_.back();
  const GumboVector& children = frame.node->v.element.children;
  if (frame.next_child < children.length) {
    Visit(static_cast<const GumboNode*>(children.data[frame.next_child++]));
    return;
  }
  Leave(frame);
  stack_.pop_back();
}

void Cleaner::Leave(const Frame& frame) {
  if (frame.block) Break();
  noscripts_ -= frame.node->v.element.tag == GUMBO_TAG_NOSCRIPT;
  if (frame.open == nullptr) {
    return;
  }
  players_ -= frame.open->Has(kPlayer);
  preformatted_ -= frame.open->name == "pre";
  // What held nothing but what was dropped was there for that.
  if (dropped() > frame.dropped && !frame.open->Has(kHoldsPlace) && writer_.IsBlank()) {
    writer_.Discard();
    result_.links.resize(frame.links);
  } else {
    writer_.Close();
  }
}

void Cleaner::Break() {
  if (players_ == 0) text_.Break();
  writer_.Separate();
}

void Cleaner::Visit(const GumboNode* node) {
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
      Drop();
      return;
    case GUMBO_NODE_DOCUMENT:
    case GUMBO_NODE_COMMENT:
      return;
  }
}

void Cleaner::VisitText(absl::string_view text) {
  text = runs_.Restore(ParsedValue(text, &buffer_), &restored_);
  full_ = !writer_.Text(text);
  if (!full_) TakeText(text);
}

void Cleaner::TakeText(absl::string_view text) {
  // What a player holds is shown only where it cannot play.
  if (players_ > 0) return;
  if (preformatted_ > 0) {
    text_.AppendPreformatted(text);
  } else {
    text_.Append(text);
  }
  if (last_image_ != LastImage::kNone && !absl::StripAsciiWhitespace(text).empty()) {
    last_image_ = LastImage::kNone;
  }
}

void Cleaner::VisitElement(const GumboNode* node) {
  const GumboElement& element = node->v.element;
  const ElementRule& rule = RuleFor(element);
  const bool block = rule.Has(kBlockElement);
  if (block) Break();
  if (element.tag == GUMBO_TAG_MATH && element.tag_namespace == GUMBO_NAMESPACE_MATHML &&
      !IsHidden(element)) {
    VisitFormula(node, rule);
    return;
  }
  if (rule.action == ElementAction::kDrop || element.tag_namespace != GUMBO_NAMESPACE_HTML) {
    Drop();
    return;
  }
  if (element.attributes.length > 0 && IsHidden(element)) {
    ++(rule.name == "img" ? result_.dropped_trackers : result_.dropped_elements);
    return;
  }
  if (element.tag == GUMBO_TAG_NOSCRIPT) {
    VisitNoscript(node);
    return;
  }
  if (rule.name == "img" && IsSmiley(element)) {
    VisitSmiley(element);
    Drop();
    return;
  }
  if (rule.action == ElementAction::kUnwrap || rule.Has(kFormulaPart) || !writer_.MayOpen(rule)) {
    Unwrap(node, rule);
    return;
  }
  CleanAttributes(element, rule);
  const ElementRule* written = &rule;
  switch (FinishAttributes(element, rule)) {
    case ElementAction::kKeep:
      break;
    case ElementAction::kUnwrap:
      // A place that is no link itself.
      if (element.tag == GUMBO_TAG_A && KeepOnlyPlace()) {
        written = &RuleForTag(GUMBO_TAG_SPAN);
        break;
      }
      Unwrap(node, rule);
      return;
    case ElementAction::kDrop:
      Drop();
      if (rule.name == "iframe") LinkToFrame(element);
      return;
  }
  full_ = !writer_.Open(*written, attributes_);
  if (full_) return;
  const size_t links = result_.links.size();
  Collect(*written);
  // The content of an iframe is raw text that no browser shows.
  const bool leaf = rule.Has(kVoidElement) || rule.name == "iframe";
  if (rule.name == "iframe") writer_.Close();
  if (leaf) return;
  Push(node, written, block);
  stack_.back().links = links;
  players_ += rule.Has(kPlayer);
  preformatted_ += rule.name == "pre";
}

void Cleaner::VisitFormula(const GumboNode* node, const ElementRule& rule) {
  const CleanedFormula formula = CleanFormula(node);
  if (formula.html.empty() || !writer_.MayOpen(rule)) {
    Drop();
    result_.truncated = result_.truncated || writer_.AtMaxDepth();
    VisitText(formula.text);
    return;
  }
  result_.dropped_elements += formula.dropped_elements;
  result_.dropped_attributes += formula.dropped_attributes;
  if (formula.is_block) Break();
  full_ = !writer_.Markup(formula.html);
  if (!full_) TakeText(formula.text);
  if (formula.is_block) Break();
}

// Lazy loaders put a second, plain picture into a <noscript> before or behind theirs: one stays.
void Cleaner::VisitNoscript(const GumboNode* node) {
  // Not again in one that stands in another, whose content was looked through already.
  const GumboElement* image = noscripts_ > 0 ? nullptr : FindElement(node, GUMBO_TAG_IMG);
  if (image != nullptr) {
    const std::optional<std::string> url =
        CleanAddress(RawAttribute(*image, "src"), options_.base_url);
    const bool shown =
        url && std::any_of(result_.images.begin(), result_.images.end(),
                           [&](const CleanImage& other) { return other.url == *url; });
    if (shown || last_image_ == LastImage::kLazy) {
      Drop();
      return;
    }
  }
  Drop();
  ++noscripts_;
  Push(node, nullptr, /*block=*/false);
}

void Cleaner::VisitSmiley(const GumboElement& element) {
  const absl::string_view alt = RawAttribute(element, "alt");
  VisitText(alt.empty() ? RawAttribute(element, "title") : alt);
}

void Cleaner::LinkToFrame(const GumboElement& element) {
  const std::string* const src = FindAttribute(attributes_, "src");
  const ElementRule& link = RuleForTag(GUMBO_TAG_A);
  if (src == nullptr || !IsAbsolute(*src) || !writer_.MayOpen(link) ||
      IsTracker(RawAttribute(element, "style"), attributes_)) {
    return;
  }
  const absl::string_view title = absl::StripAsciiWhitespace(RawAttribute(element, "title"));
  const std::string address = *src;
  attributes_ = {{"href", address}};
  FinishLink(options_.link_rel, &attributes_);
  full_ = !writer_.Open(link, attributes_);
  if (full_) return;
  Collect(link);
  VisitText(title.empty() ? absl::string_view(address) : title);
  writer_.Close();
  Break();
}

void Cleaner::Unwrap(const GumboNode* node, const ElementRule& rule) {
  Drop();
  if (writer_.AtMaxDepth() && rule.action == ElementAction::kKeep) result_.truncated = true;
  const bool block = rule.Has(kBlockElement);
  if (rule.name == "iframe" || rule.Has(kVoidElement)) return;
  Push(node, nullptr, block);
}

void Cleaner::CleanAttributes(const GumboElement& element, const ElementRule& rule) {
  attributes_.clear();
  for (unsigned int i = 0; i < element.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    const AttributeRule* known = RuleForAttribute(rule, attribute->name);
    std::optional<std::string> value;
    if (known != nullptr) {
      value =
          CleanAttribute(known->kind, ParsedValue(attribute->value, &buffer_), options_.base_url);
    }
    if (value) {
      attributes_.emplace_back(known->name, *std::move(value));
    } else {
      ++result_.dropped_attributes;
    }
  }
}

bool Cleaner::KeepOnlyPlace() {
  const std::string* const id = FindAttribute(attributes_, "id");
  if (id == nullptr) return false;
  if (!targets_.has_value()) targets_ = TargetsIn(stack_.front().node);
  if (!targets_->contains(WithoutIdPrefix(*id))) return false;
  attributes_ = {{"id", std::string(*id)}};
  return true;
}

ElementAction Cleaner::FinishAttributes(const GumboElement& element, const ElementRule& rule) {
  if (rule.name == "a") {
    FinishPlace(element, &attributes_);
    return FinishLink(options_.link_rel, &attributes_);
  }
  if (element.tag == GUMBO_TAG_CENTER) CentreContent(&attributes_);
  if (rule.name == "img") return FinishImage(element);
  if (rule.name == "source") {
    RestoreLazyAddress(element, options_, &attributes_);
    return HasSource(attributes_) ? ElementAction::kKeep : ElementAction::kDrop;
  }
  if (rule.name == "track") {
    return HasSource(attributes_) ? ElementAction::kKeep : ElementAction::kDrop;
  }
  if (rule.name == "iframe") {
    RestoreLazyAddress(element, options_, &attributes_);
    return FinishIframe(options_, &attributes_);
  }
  if (rule.Has(kPlayer)) {
    RestoreLazyAddress(element, options_, &attributes_);
    attributes_.emplace_back("controls", "");
    // Without anything to play its content is what readers see.
    if (!IsPlayable(element, attributes_, options_)) return ElementAction::kUnwrap;
  }
  return ElementAction::kKeep;
}

ElementAction Cleaner::FinishImage(const GumboElement& element) {
  const bool restored = RestoreLazyAddress(element, options_, &attributes_);
  if (!HasSource(attributes_)) return ElementAction::kDrop;
  CompleteSource(&attributes_);
  if (IsSmileyAddress(*FindAttribute(attributes_, "src"))) {
    VisitSmiley(element);
    return ElementAction::kDrop;
  }
  // Lazy loaders hide trackers too, so the address is settled first.
  if (IsTracker(RawAttribute(element, "style"), attributes_)) {
    ++result_.dropped_trackers;
    return ElementAction::kDrop;
  }
  if (restored && last_image_ == LastImage::kFallback) return ElementAction::kDrop;
  last_image_ = restored         ? LastImage::kLazy
                : noscripts_ > 0 ? LastImage::kFallback
                                 : LastImage::kNone;
  return ElementAction::kKeep;
}

void Cleaner::Collect(const ElementRule& rule) {
  if (players_ > 0) return;
  if (rule.name == "a" && HasRoom(result_.links.size())) {
    const std::string& href = *FindAttribute(attributes_, "href");
    const bool known =
        std::find(result_.links.begin(), result_.links.end(), href) != result_.links.end();
    if (!known && IsAbsolute(href)) result_.links.push_back(href);
  }
  if (rule.name == "img" && HasRoom(result_.images.size())) {
    CleanImage image = ImageOf(attributes_);
    const bool known = std::any_of(result_.images.begin(), result_.images.end(),
                                   [&](const CleanImage& other) { return other.url == image.url; });
    if (!known && IsAbsolute(image.url)) result_.images.push_back(std::move(image));
  }
}

}  // namespace dateline::html
