#include "common/html/policy.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "absl/container/flat_hash_map.h"

namespace dateline::html {
namespace {

constexpr auto kKeep = ElementAction::kKeep;
constexpr auto kUnwrap = ElementAction::kUnwrap;
constexpr auto kDrop = ElementAction::kDrop;
constexpr uint16_t kBlock = kBlockElement | kClosesP | kSpecial;
constexpr uint16_t kVoid = kVoidElement;
constexpr uint16_t kGroup = kBlockElement | kSpecial | kTablePart | kHoldsPlace;
constexpr uint16_t kCell = kBlockElement | kSpecial | kScope | kHoldsPlace;

// Sorted by name. Not here, so never written: everything that begins with "on"; name, class,
// slot, part (clobbering, foreign styles); target, ping, download, formaction, action, background,
// lowsrc, dynsrc, usemap, srcdoc, xlink:href, xmlns (code or addresses of other kinds); autofocus,
// tabindex, accesskey, contenteditable (they take the keyboard).
constexpr AttributeRule kAttributes[] = {
    {"abbr", AttributeKind::kText},
    {"accent", AttributeKind::kToken},
    {"accentunder", AttributeKind::kToken},
    {"allowfullscreen", AttributeKind::kBoolean},
    {"alt", AttributeKind::kText},
    {"alttext", AttributeKind::kText},
    {"cite", AttributeKind::kLink},
    {"colspan", AttributeKind::kNumber},
    {"columnalign", AttributeKind::kToken},
    {"columnspan", AttributeKind::kNumber},
    {"datetime", AttributeKind::kToken},
    {"default", AttributeKind::kBoolean},
    {"dir", AttributeKind::kDirection},
    {"display", AttributeKind::kToken},
    {"displaystyle", AttributeKind::kToken},
    {"fence", AttributeKind::kToken},
    {"form", AttributeKind::kToken},
    {"height", AttributeKind::kDimension},
    {"href", AttributeKind::kLink},
    {"hreflang", AttributeKind::kToken},
    {"id", AttributeKind::kId},
    {"kind", AttributeKind::kToken},
    {"label", AttributeKind::kText},
    {"lang", AttributeKind::kToken},
    {"largeop", AttributeKind::kToken},
    {"linethickness", AttributeKind::kToken},
    {"loop", AttributeKind::kBoolean},
    {"lspace", AttributeKind::kToken},
    {"mathvariant", AttributeKind::kToken},
    {"maxsize", AttributeKind::kToken},
    {"media", AttributeKind::kText},
    {"minsize", AttributeKind::kToken},
    {"movablelimits", AttributeKind::kToken},
    {"muted", AttributeKind::kBoolean},
    {"notation", AttributeKind::kToken},
    {"open", AttributeKind::kBoolean},
    {"poster", AttributeKind::kUrl},
    {"reversed", AttributeKind::kBoolean},
    {"rowspan", AttributeKind::kNumber},
    {"rspace", AttributeKind::kToken},
    {"scope", AttributeKind::kToken},
    {"scriptlevel", AttributeKind::kToken},
    {"separator", AttributeKind::kToken},
    {"sizes", AttributeKind::kText},
    {"span", AttributeKind::kNumber},
    {"src", AttributeKind::kUrl},
    {"srclang", AttributeKind::kToken},
    {"srcset", AttributeKind::kSrcset},
    {"start", AttributeKind::kInteger},
    {"stretchy", AttributeKind::kToken},
    {"style", AttributeKind::kStyle},
    {"symmetric", AttributeKind::kToken},
    {"title", AttributeKind::kText},
    {"type", AttributeKind::kMediaType},
    {"value", AttributeKind::kToken},
    {"width", AttributeKind::kDimension},
};
static_assert(std::size(kAttributes) <= 64, "an element's attributes are the bits of one word");

// On every element that stays.
constexpr absl::string_view kGlobalAttributes = "title lang dir style id";

constexpr uint64_t BitOf(absl::string_view name) {
  for (size_t i = 0; i < std::size(kAttributes); ++i) {
    if (kAttributes[i].name == name) return uint64_t{1} << i;
  }
  std::abort();  // Not a constant expression: a name in a list below that is not in the table.
}

constexpr uint64_t BitsOf(absl::string_view list) {
  uint64_t bits = 0;
  while (!list.empty()) {
    size_t end = 0;
    while (end < list.size() && list[end] != ' ') ++end;
    bits |= BitOf(absl::string_view(list.data(), end));
    list.remove_prefix(end < list.size() ? end + 1 : end);
  }
  return bits;
}

constexpr ElementRule Element(absl::string_view name, uint16_t traits = 0,
                              absl::string_view attributes = "") {
  return {name, kKeep, traits, BitsOf(attributes) | BitsOf(kGlobalAttributes)};
}

constexpr ElementRule Formula(absl::string_view name, uint16_t traits,
                              absl::string_view attributes = "") {
  return {name, kKeep, static_cast<uint16_t>(traits | kFormulaPart), BitsOf(attributes)};
}

constexpr ElementRule Without(absl::string_view name, ElementAction action, uint16_t traits = 0) {
  return {name, action, traits, 0};
}

constexpr ElementRule kElements[] = {
    // Text. A link needs an address, else it is unwrapped.
    Element("a", 0, "href hreflang"),
    Element("abbr"),
    Element("b"),
    Element("bdi"),
    Element("bdo"),
    Element("br", kVoid | kBlockElement | kSpecial),
    Element("cite"),
    Element("code"),
    Element("data", 0, "value"),
    Element("del", 0, "cite datetime"),
    Element("dfn"),
    Element("em"),
    Element("i"),
    Element("ins", 0, "cite datetime"),
    Element("kbd"),
    Element("mark"),
    Element("q", 0, "cite"),
    Element("rp"),
    Element("rt"),
    Element("ruby"),
    Element("s"),
    Element("samp"),
    Element("small"),
    Element("span"),
    Element("strong"),
    Element("sub"),
    Element("sup"),
    Element("time", 0, "datetime"),
    Element("u"),
    Element("var"),
    Element("wbr", kVoid | kSpecial),
    // Blocks: structure that readers see or hear.
    Element("address", kBlock),
    Element("article", kBlock),
    Element("aside", kBlock),
    Element("blockquote", kBlock, "cite"),
    Element("dd", kBlock),
    Element("details", kBlock, "open"),
    Element("div", kBlock),
    Element("dl", kBlock),
    Element("dt", kBlock),
    Element("figcaption", kBlock),
    Element("figure", kBlock),
    Element("footer", kBlock),
    Element("h1", kBlock | kHeading),
    Element("h2", kBlock | kHeading),
    Element("h3", kBlock | kHeading),
    Element("h4", kBlock | kHeading),
    Element("h5", kBlock | kHeading),
    Element("h6", kBlock | kHeading),
    Element("header", kBlock),
    Element("hgroup", kBlock),
    Element("hr", kBlock | kVoid),
    Element("li", kBlock, "value"),
    Element("ol", kBlock, "start reversed type"),
    Element("p", kBlock),
    Element("pre", kBlock),
    Element("section", kBlock),
    Element("summary", kBlock),
    Element("ul", kBlock),
    // Tables, with what gives their grid.
    Element("caption", kCell & ~kHoldsPlace),
    Element("col", kVoid | kSpecial, "span"),
    Element("colgroup", kGroup, "span"),
    Element("table", kBlock | kTablePart | kScope),
    Element("tbody", kGroup),
    Element("td", kCell, "colspan rowspan"),
    Element("tfoot", kGroup),
    Element("th", kCell, "colspan rowspan scope abbr"),
    Element("thead", kGroup),
    Element("tr", kGroup),
    // Media. What needs an address and has none goes; players get controls and never start alone.
    Element("audio", kBlockElement | kHoldsPlace | kPlayer, "src loop muted"),
    Element("iframe", kBlockElement | kSpecial | kHoldsPlace, "src width height allowfullscreen"),
    Element("img", kVoid | kSpecial, "src srcset sizes alt width height"),
    Element("picture"),
    Element("source", kVoid | kSpecial, "src srcset sizes type media width height"),
    Element("track", kVoid | kSpecial, "src kind srclang label default"),
    Element("video", kBlockElement | kHoldsPlace | kPlayer, "src poster width height loop muted"),
    // Formulas (MathML Core): how they look, and nothing that loads, leads elsewhere or acts.
    Formula("math", kFormulaRow, "alttext dir display"),
    Formula("menclose", kFormulaRow, "notation"),
    Formula("merror", kFormulaRow),
    Formula("mfrac", 0, "linethickness"),
    Formula("mi", kFormulaText, "mathvariant"),
    Formula("mmultiscripts", 0),
    Formula("mn", kFormulaText),
    Formula("mo", kFormulaText,
            "fence form largeop lspace maxsize minsize movablelimits rspace separator stretchy "
            "symmetric"),
    Formula("mover", 0, "accent"),
    Formula("mpadded", kFormulaRow),
    Formula("mprescripts", 0),
    Formula("mroot", 0),
    Formula("mrow", kFormulaRow),
    Formula("ms", kFormulaText),
    Formula("msqrt", kFormulaRow),
    Formula("mstyle", kFormulaRow, "displaystyle scriptlevel"),
    Formula("msub", 0),
    Formula("msubsup", 0),
    Formula("msup", 0),
    Formula("mtable", 0, "columnalign displaystyle"),
    Formula("mtd", kFormulaRow, "columnspan rowspan"),
    Formula("mtext", kFormulaText),
    Formula("mtr", 0),
    Formula("munder", 0, "accentunder"),
    Formula("munderover", 0, "accent accentunder"),
    Formula("none", 0),
    // Gone with all that they hold: it is no prose, or it is raw text to some parsers and markup to
    // others.
    Without("area", kDrop),
    Without("base", kDrop),
    Without("basefont", kDrop),
    Without("bgsound", kDrop),
    Without("datalist", kDrop),
    Without("embed", kDrop),
    Without("frame", kDrop),
    Without("frameset", kDrop),
    Without("head", kDrop),
    Without("input", kDrop),
    Without("keygen", kDrop),
    Without("link", kDrop),
    Without("meta", kDrop),
    Without("noembed", kDrop),
    Without("noframes", kDrop),
    Without("param", kDrop),
    Without("plaintext", kDrop),
    Without("script", kDrop),
    Without("select", kDrop, kBlockElement),
    Without("style", kDrop),
    Without("svg", kDrop),
    Without("template", kDrop),
    Without("textarea", kDrop, kBlockElement),
    Without("title", kDrop),
    Without("xmp", kDrop, kBlockElement),
    // Unwrapped like all that is unknown, but standing on lines of their own.
    Without("optgroup", kUnwrap, kBlockElement),
    Without("option", kUnwrap, kBlockElement),
};

// What HTML has another element for: obsolete ones, and sections of a page that an article is not.
struct Successor {
  absl::string_view name, becomes;
};
constexpr Successor kSuccessors[] = {
    {"acronym", "abbr"}, {"amp-img", "img"}, {"center", "div"}, {"dialog", "div"},  {"dir", "ul"},
    {"fieldset", "div"}, {"form", "div"},    {"legend", "div"}, {"listing", "pre"}, {"main", "div"},
    {"menu", "ul"},      {"nav", "div"},     {"search", "div"}, {"strike", "s"},    {"tt", "code"},
};

constexpr absl::string_view kCssProperties[] = {
    "background-color", "color",          "direction",       "font-style",
    "font-variant",     "font-weight",    "list-style-type", "text-align",
    "text-decoration",  "text-transform", "vertical-align",  "white-space",
};

constexpr ElementRule kUnknown = Without("", kUnwrap);

}  // namespace

const ElementRule& RuleForElement(absl::string_view name) {
  static const auto* const rules = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, const ElementRule*>;
    for (const ElementRule& rule : kElements) map->emplace(rule.name, &rule);
    for (const Successor& s : kSuccessors) {
      const ElementRule* const rule = map->at(s.becomes);
      map->emplace(s.name, rule);
    }
    return map;
  }();
  const auto found = rules->find(name);
  return found == rules->end() ? kUnknown : *found->second;
}

const AttributeRule* RuleForAttribute(const ElementRule& element, absl::string_view name) {
  static const auto* const indices = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, size_t>;
    for (size_t i = 0; i < std::size(kAttributes); ++i) map->emplace(kAttributes[i].name, i);
    return map;
  }();
  const auto found = indices->find(name);
  if (found == indices->end() || (element.attributes >> found->second & 1) == 0) return nullptr;
  return &kAttributes[found->second];
}

bool IsForcedAttribute(absl::string_view element, absl::string_view attribute) {
  if (element == "a") return attribute == "rel";
  if (element == "iframe") return attribute == "sandbox" || attribute == "loading";
  return (element == "audio" || element == "video") && attribute == "controls";
}

bool IsAllowedCssProperty(absl::string_view name) {
  return std::binary_search(std::begin(kCssProperties), std::end(kCssProperties), name);
}

}  // namespace dateline::html
