#ifndef DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITY_TABLE_H_
#define DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITY_TABLE_H_

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// A named character reference of HTML.
struct HtmlEntity {
  absl::string_view name;  // Without & and ;.
  char32_t first;
  char16_t second = 0;              // 93 of them stand for two code points.
  bool needs_no_semicolon = false;  // 106 of them are taken without ("&nbsp 5").
};

// The entity of this name, case-sensitive; null if there is none. Thread-safe.
const HtmlEntity* FindEntity(absl::string_view name);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_HTML_ENTITY_TABLE_H_
