#ifndef DATELINE_SERVICES_INGESTION_DECODE_XML_OUTPUT_H_
#define DATELINE_SERVICES_INGESTION_DECODE_XML_OUTPUT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/decode/xml_entities.h"
#include "services/ingestion/decode/xml_scan.h"
#include "services/ingestion/decode/xml_tags.h"

namespace dateline::ingestion::decode {

// Copies a document piece by piece and repairs its characters and references on the way. Not
// thread-safe; keeps a view of the document.
class XmlOutput {
 public:
  explicit XmlOutput(absl::string_view in);

  // Position in the document, up to which it has been dealt with.
  size_t at() const { return at_; }
  void SkipTo(size_t position) { at_ = position; }
  bool done() const { return at_ >= in_.size(); }

  // Remembers the first damage, with the line of the present position.
  void Fault(absl::string_view what);

  // Copies as it is.
  void CopyTo(size_t end) {
    text_.append(in_.data() + at_, end - at_);
    at_ = end;
  }

  // Repairs what FindSpecial found at the present position, but for '<'.
  void TakeSpecial() { TakeSpecialWithin(in_); }

  // Writes a start tag anew, with its values repaired; the position is then behind the tag.
  void WriteStartTag(const StartTag& tag, bool empty);

  // Writes the CDATA section whose text stands in [begin, end), in sections of 1 MiB at most.
  void WriteCdata(size_t begin, size_t end);

  // What has been written.
  std::string& text() { return text_; }

  XmlEntities& entities() { return entities_; }
  std::string TakeFirstFault() { return std::move(first_fault_); }

 private:
  // `within` is the document up to the end of the value or section that is being written.
  void TakeSpecialWithin(absl::string_view within);
  void TakeReference(absl::string_view rest);
  void AppendNumeric(char32_t code_point, uint32_t raw);
  void WriteValue(absl::string_view value);

  absl::string_view in_;
  size_t at_ = 0;
  std::string text_;
  std::string first_fault_;
  XmlEntities entities_;
};

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_XML_OUTPUT_H_
