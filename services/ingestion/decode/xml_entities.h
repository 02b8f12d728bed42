#ifndef DATELINE_SERVICES_INGESTION_DECODE_XML_ENTITIES_H_
#define DATELINE_SERVICES_INGESTION_DECODE_XML_ENTITIES_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// The entities that a document declares itself, and what all their uses may come to. Not
// thread-safe; keeps views of the document.
class XmlEntities {
 public:
  // Reads the document type declaration that `text` has at `at`; returns where it ends, the size
  // of the text if it does not (then no entity is declared).
  size_t ReadDoctype(absl::string_view text, size_t at);

  // Appends the text that the entity stands for, with markup and references in it as characters;
  // false if the document has no such entity.
  bool Expand(absl::string_view name, std::string* out);

  // Whether expansion has come to more than kMaxEntityBytes, or to a depth above 8.
  bool is_bomb() const { return is_bomb_; }

 private:
  // Reads a declaration; `s` follows "<!ENTITY".
  void Declare(absl::string_view s);
  void ExpandValue(absl::string_view value, int depth, std::string* out);

  absl::flat_hash_map<absl::string_view, absl::string_view> values_;
  size_t expanded_ = 0;
  bool is_bomb_ = false;
};

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_XML_ENTITIES_H_
