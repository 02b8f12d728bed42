#ifndef DATELINE_COMMON_HTML_PAGE_LINKS_H_
#define DATELINE_COMMON_HTML_PAGE_LINKS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::html {

// A link, a or area element of a page with both rel and href.
struct PageLink {
  std::string href;               // absolute, http or https
  std::vector<std::string> rels;  // in lower case
  std::string type;               // a media type in lower case, without its parameters
  std::string title;              // as written
};

// The links in the first MiB of a page that say how they relate to it, in its order, at most 200.
// Relative addresses are resolved by the page's first <base href>, itself resolved by `page_url`;
// what leads neither to http nor to https is left out. Any bytes are accepted, ill-formed UTF-8 is
// repaired; of a page whose parsing would be out of proportion nothing is found. Thread-safe.
std::vector<PageLink> PageLinks(absl::string_view html, absl::string_view page_url);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_PAGE_LINKS_H_
