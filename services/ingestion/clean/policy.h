#ifndef DATELINE_SERVICES_INGESTION_CLEAN_POLICY_H_
#define DATELINE_SERVICES_INGESTION_CLEAN_POLICY_H_

#include <cstdint>

#include "absl/strings/string_view.h"

// The allow-list of cleaning: elements, attributes, address schemes and CSS properties. What is not
// named here does not leave. Reasons:
//  - Elements are those that carry prose, its structure and its media. What changes how a parser
//  reads on
//    (svg, math, noscript, template, textarea, title, xmp, plaintext, noembed, noframes, select,
//    form controls) is left out even where it would be harmless, because parsers disagree about it.
//  - No id, name or class: they reach into the page that shows the text (DOM clobbering, its
//  styles).
//  - No attribute runs code; addresses are http or https only, after WHATWG parsing.
//  - CSS: what editors use for emphasis and alignment. Nothing that positions, layers, hides,
//  animates
//    or loads.
namespace dateline::ingestion {

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
};

// One element of the table; `attributes` is a space-separated list of its own attributes beside the
// global ones.
struct ElementRule {
  absl::string_view name;
  ElementAction action;
  uint16_t traits;
  absl::string_view attributes;

  bool Has(ElementTrait trait) const { return (traits & trait) != 0; }
};

// How an attribute's value is checked and rewritten.
enum class AttributeKind : uint8_t {
  kText,       // Any text.
  kNumber,     // Up to six decimal digits.
  kDimension,  // Up to six decimal digits, "px" or a fraction cut off.
  kToken,      // Letters, digits, spaces and "-+.:/_" only, at most 64.
  kUrl,        // An http(s) address.
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

// The rule for an element by its lower-case name; for an unknown name one that unwraps.
// Thread-safe.
const ElementRule& RuleForElement(absl::string_view name);

// The rule for the attribute `name` on `element`, null if it is not allowed there. Thread-safe.
const AttributeRule* RuleForAttribute(const ElementRule& element, absl::string_view name);

// True for a CSS property that may stay. Thread-safe.
bool IsAllowedCssProperty(absl::string_view name);

// True for an address whose host or path is known to count readers instead of showing an image.
bool IsBeacon(absl::string_view url);

}  // namespace dateline::ingestion

#endif  // DATELINE_SERVICES_INGESTION_CLEAN_POLICY_H_
