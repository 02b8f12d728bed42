#ifndef DATELINE_SERVICES_INGESTION_DECODE_XML_TAGS_H_
#define DATELINE_SERVICES_INGESTION_DECODE_XML_TAGS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// An attribute as written, without its quotes.
struct TagAttribute {
  absl::string_view name;
  absl::string_view value;
};

// A start tag read with tolerance.
struct StartTag {
  absl::string_view name;
  std::vector<TagAttribute> attributes;
  size_t end = 0;            // Behind the tag.
  bool empty = false;        // Ends in "/>".
  bool damaged = false;      // Breaks XML's grammar, so that it must be written anew.
  bool has_special = false;  // A value has what FindSpecial looks for.
  bool truncated = false;    // The text ends within the tag.
};

// Reads the start tag at `at`, where a '<' stands, into `*tag`; false if what follows it is text.
// A quote that is not closed before the text of other elements ends with the tag. Thread-safe.
bool ReadStartTag(absl::string_view text, size_t at, StartTag* tag);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_XML_TAGS_H_
