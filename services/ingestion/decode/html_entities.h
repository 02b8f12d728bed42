#ifndef DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITIES_H_
#define DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITIES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// Character references as feeds write them. All functions are thread-safe.
namespace dateline::ingestion::decode {

// Appends a code point in UTF-8.
void AppendUtf8(char32_t code_point, std::string& out);

// The code point a numeric reference means: C1 controls are windows-1252 (as HTML says), and what
// XML 1.0 forbids becomes U+FFFD.
char32_t RepairCodePoint(uint32_t number);

// A reference at the beginning of a text.
struct Reference {
  // Bytes from & on, with the semicolon if there is one; 0 if there is no reference.
  size_t size = 0;
  // Of a named reference.
  absl::string_view name;
  // As written, of a numeric one.
  uint32_t raw_code_point = 0;
  // What it stands for, 0 if the name is unknown.
  char32_t code_point = 0;
  // What follows `code_point` where HTML's name stands for two code points, else 0.
  char32_t second = 0;
  // Whether the semicolon is missing. Then it is a reference only if HTML takes it so and neither
  // a letter nor a digit nor '=' follows: "&copy 2022" is one, "?a=1&copy=2" is an address.
  bool without_semicolon = false;
};

// Reads the reference that `text`, which begins with '&', begins with. Names are those of the HTML
// standard. Two numeric references to the halves of a surrogate pair are one reference.
Reference ReadReference(absl::string_view text);

// Appends what a known reference stands for.
void AppendReferenced(const Reference& reference, std::string& out);

// `text` with one layer of references decoded; what is none stays as it is.
std::string DecodeEntities(absl::string_view text);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITIES_H_
