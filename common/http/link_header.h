#ifndef DATELINE_COMMON_HTTP_LINK_HEADER_H_
#define DATELINE_COMMON_HTTP_LINK_HEADER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/http/request.h"

namespace dateline::http {

// A link of a Link header (RFC 8288).
struct HeaderLink {
  std::string href;               // absolute
  std::vector<std::string> rels;  // in lower case
  std::string type;               // a media type as written; may be empty
  std::string title;              // may be empty

  bool HasRel(absl::string_view rel) const;
};

// The links of all Link headers of an answer, at most 100, resolved against the address that gave
// it. What cannot be read, or leads neither to http nor https, or speaks of another resource
// (`anchor`), is left out. Pure.
std::vector<HeaderLink> LinksOf(const HttpResponse& response);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_LINK_HEADER_H_
