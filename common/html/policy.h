#ifndef DATELINE_COMMON_HTML_POLICY_H_
#define DATELINE_COMMON_HTML_POLICY_H_

#include <cstdint>

#include "absl/strings/string_view.h"

// The allow-list of cleaning: elements, attributes, address schemes and CSS properties; the tables
// stand in policy.cc, each group with its reason. What is not named there does not leave. In short:
//  - Elements are those that carry prose, its structure and its media. What changes how a parser
//    reads on (svg, template, textarea, title, xmp, plaintext, noembed, noframes, select) is left
//    out with its content even where it would be harmless, because parsers disagree about it.
//    Formulas (math) are written anew from elements of their presentation and text alone.
//    Everything else loses its tags and keeps its content; what HTML once had and has a successor
//    for (center, strike, tt, dir, listing …) becomes that.
//  - No name or class, and ids only behind a prefix and where a link of the text leads to them:
//    they reach into the page that shows the text (DOM clobbering, its styles).
//  - No attribute runs code. Addresses are http or https only, after WHATWG parsing; those of
//    iframes https and at a host of a list (embeds.h), and the frame is sandboxed.
//  - CSS: what editors use for emphasis and alignment. Nothing that positions, layers, hides,
//    animates or loads, no function but colours, no escape, comment or string.
//  - What a reader would not have seen (hidden, display: none) goes with its content, so that text
//    and teaser have nothing of it; so do pictures that count readers (trackers.h).
namespace dateline::html {

// What happens to an element.
enum class ElementAction : uint8_t {
  kKeep,    // Tag and content stay.
  kUnwrap,  // The tag goes, the content stays.
  kDrop,    // Tag and content go.
};

// The element's part in the rules of nesting that make the result parse back to itself.
enum ElementTrait : uint16_t {
  kVoidElement = 1 << 0,   // Has no end tag.
  kBlockElement = 1 << 1,  // Separates words in the plain text.
  kClosesP = 1 << 2,       // Its start tag ends an open <p> (HTML standard, "in body").
  kSpecial = 1 << 3,       // "Special" category: ends the search for an open <li>, <dd> or <dt>.
  kHeading = 1 << 4,       // h1 to h6.
  kTablePart = 1 << 5,     // table, tbody, thead, tfoot, tr, colgroup: holds no text of its own.
  kScope = 1 << 6,         // Ends the search for an open <p>: td, th, caption, table.
  kHoldsPlace = 1 << 7,    // Stays even if nothing is left in it: cells, media.
  kPlayer = 1 << 8,        // audio, video: what they hold is shown only where they cannot play.
  kFormulaPart = 1 << 9,   // math, and what stands in one only (formula.h).
  kFormulaText = 1 << 10,  // Of these, what holds text and nothing else …
  kFormulaRow = 1 << 11,   // … and what holds others one behind the other.
};

// One element of the table.
struct ElementRule {
  absl::string_view name;  // As it is written.
  ElementAction action;
  uint16_t traits;
  uint64_t attributes;  // One bit for each rule of RuleForAttribute.

  bool Has(ElementTrait trait) const { return (traits & trait) != 0; }
};

// How an attribute's value is checked and rewritten.
enum class AttributeKind : uint8_t {
  kText,       // Any text.
  kNumber,     // Up to six decimal digits.
  kInteger,    // The same, possibly negative.
  kDimension,  // Up to six decimal digits, "px" or a fraction cut off.
  kToken,      // Letters, digits, spaces and "-+.:/_" only, at most 64.
  kMediaType,  // The same and ";=,\"", at most 128: a MIME type with its parameters.
  kUrl,        // An http(s) address of a resource.
  kLink,       // The same, or a fragment of the text itself ("#note").
  kId,         // One word, at most 128 bytes, behind a prefix (anchors.h).
  kSrcset,     // A list of such addresses with descriptors.
  kBoolean,    // Present or not; written empty.
  kDirection,  // ltr, rtl or auto.
  kStyle,      // Declarations of the listed CSS properties.
};

// One attribute of the table.
struct AttributeRule {
  absl::string_view name;
  AttributeKind kind;
};

// The rule for an element by its lower-case name; its own name differs where the element becomes
// another one. For an unknown name one that unwraps. Thread-safe.
const ElementRule& RuleForElement(absl::string_view name);

// The rule for the attribute `name` on `element`, null if it is not allowed there. Thread-safe.
const AttributeRule* RuleForAttribute(const ElementRule& element, absl::string_view name);

// True for an attribute that no document sets: cleaning writes it on its own. Thread-safe.
bool IsForcedAttribute(absl::string_view element, absl::string_view attribute);

// True for a CSS property that may stay. Thread-safe.
bool IsAllowedCssProperty(absl::string_view name);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_POLICY_H_
