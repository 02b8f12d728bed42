#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/text/utf8.h"
#include "services/ingestion/decode/encoding.h"
#include "services/ingestion/decode/html_entities.h"
#include "services/ingestion/decode/xml_repair.h"

// Decodes and repairs arbitrary bytes: the result is UTF-8, of bounded size, without control
// characters, and its own repair.
namespace dateline::ingestion::decode {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool HasControl(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\t' && c != '\r';
  });
}

void Check(absl::string_view input) {
  // The first line is the content type, the rest the document.
  const size_t line = input.find('\n');
  const bool has_type = line != absl::string_view::npos;
  const absl::string_view content_type = has_type ? input.substr(0, line) : absl::string_view();
  const Decoded decoded = Decode(has_type ? input.substr(line + 1) : input, content_type);
  Require(text::IsValidUtf8(decoded.text));
  Require(!decoded.encoding.empty() && decoded.text.size() <= 4 * input.size());
  const RepairedXml repaired = RepairXml(decoded.text);
  if (repaired.entity_bomb) return;
  Require(text::IsValidUtf8(repaired.text) && !HasControl(repaired.text));
  const RepairedXml again = RepairXml(repaired.text);
  // Without its declaration a document may look like what stands before another one, and without
  // its control characters text may look like markup.
  const bool differs =
      absl::StartsWith(again.first_fault, "markup before the document") || HasControl(decoded.text);
  Require(!again.entity_bomb && (again.text == repaired.text || differs));
  Require(text::IsValidUtf8(DecodeEntities(decoded.text)));
}

}  // namespace
}  // namespace dateline::ingestion::decode

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dateline::ingestion::decode::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
