#ifndef DATELINE_SERVICES_INGESTION_PARSE_XML_NAMES_H_
#define DATELINE_SERVICES_INGESTION_PARSE_XML_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

// Names of XML elements, made comparable whatever prefixes and spellings of namespaces a feed
// chooses.
namespace dateline::ingestion::parse {

// What a namespace is known as: the prefix it usually has, "rss" for any of RSS's own and "atom"
// for any of Atom's, "" if unknown. http or https, "www.", case, versions and final slashes do not
// count. Thread-safe.
absl::string_view KnownPrefix(absl::string_view uri);

// Gives the elements of one document their names: lower case, with the known prefix and a colon
// ("dc:creator") unless they are of the feed's own vocabulary ("item"). RSS and Atom have the same
// bare names; Atom within RSS is "atom:link". Not thread-safe.
class ElementNamer {
 public:
  // The name of an element whose start tag is read; `prefix` as written, `uri` empty if undeclared.
  std::string NameOf(absl::string_view local, absl::string_view prefix, absl::string_view uri);

  // Namespace of the root, as written.
  const std::string& root_uri() const { return root_uri_; }

 private:
  std::string root_uri_;
  bool root_found_ = false;
  bool root_is_atom_ = false;
  bool any_ = false;
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_XML_NAMES_H_
