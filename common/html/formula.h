#ifndef DATELINE_COMMON_HTML_FORMULA_H_
#define DATELINE_COMMON_HTML_FORMULA_H_

#include <gumbo.h>

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::html {

// A mathematical formula, cleaned. Both texts are empty if there is none to show.
struct CleanedFormula {
  // <math> with elements of MathML's presentation that policy.cc lists, and with escaped text in
  // those that hold some: no HTML, no other vocabulary, no <math> in it. So every parser reads it
  // alike, whatever it makes of content of other kinds.
  std::string html;
  // Its TeX source or its alternative text, which stands in the attribute alttext; else its signs.
  std::string text;
  // Whether it is set on lines of its own.
  bool is_block = false;
  int dropped_elements = 0;
  int dropped_attributes = 0;
};

// Cleans the element <math> of MathML. Elements that are not listed become their text, deep ones
// too. Cleaning the result gives the same. Thread-safe.
CleanedFormula CleanFormula(const GumboNode* math);

// Accepts what CleanFormula writes and nothing else; `html` begins with "<math". Thread-safe.
bool IsCleanFormula(absl::string_view html);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_FORMULA_H_
