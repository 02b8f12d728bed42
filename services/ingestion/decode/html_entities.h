#ifndef DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITIES_H_
#define DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITIES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// Character references as feeds write them. All functions are thread-safe.
namespace dateline::ingestion::decode {

// The code point an HTML 4.01 entity name (without & and ;) stands for, 0 if it is none.
char32_t FindHtmlEntity(absl::string_view name);

// Appends a code point in UTF-8.
void AppendUtf8(char32_t code_point, std::string& out);

// The code point a numeric reference means: C1 controls are windows-1252 (as HTML says), and what
// XML 1.0 forbids becomes U+FFFD.
char32_t RepairCodePoint(uint32_t number);

// A reference at the beginning of a text.
struct Reference {
  // Bytes with & and ;, 0 if there is no complete reference.
  size_t size = 0;
  // Of a named reference.
  absl::string_view name;
  // As written, of a numeric one.
  uint32_t raw_code_point = 0;
  // What it stands for, 0 if the name is unknown.
  char32_t code_point = 0;
};

// Reads the reference that `text`, which begins with '&', begins with.
Reference ReadReference(absl::string_view text);

// `text` with one layer of references decoded; what is none stays as it is.
std::string DecodeEntities(absl::string_view text);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITIES_H_
