#include "services/query/render/xml_writer.h"

#include <libxml/xmlwriter.h>

namespace dateline::query::render {
namespace {

const xmlChar* ToXml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

// Without what is no Char of XML 1.0 (section 2.2): control characters, U+FFFE and U+FFFF.
std::string Clean(absl::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') continue;
    const absl::string_view three = absl::ClippedSubstr(text, i, 3);
    if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {
      i += 2;
      continue;
    }
    clean.push_back(text[i]);
  }
  return clean;
}

}  // namespace

struct XmlWriter::Output {
  xmlBufferPtr buffer = xmlBufferCreate();
  xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
};

XmlWriter::XmlWriter() : output_(std::make_unique<Output>()) {
  xmlTextWriterStartDocument(output_->writer, nullptr, "UTF-8", nullptr);
}

XmlWriter::~XmlWriter() {
  xmlFreeTextWriter(output_->writer);
  xmlBufferFree(output_->buffer);
}

void XmlWriter::Begin(const char* name, Attributes attributes) {
  xmlTextWriterStartElement(output_->writer, ToXml(name));
  WriteAttributes(attributes);
}

void XmlWriter::WriteAttributes(Attributes attributes) {
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    xmlTextWriterWriteAttribute(output_->writer, ToXml(name), ToXml(Clean(value).c_str()));
  }
}

void XmlWriter::End() { xmlTextWriterEndElement(output_->writer); }

void XmlWriter::Text(const char* name, absl::string_view text, Attributes attributes) {
  if (text.empty() && attributes.size() == 0) return;
  Begin(name, attributes);
  xmlTextWriterWriteString(output_->writer, ToXml(Clean(text).c_str()));
  End();
}

void XmlWriter::Empty(const char* name, Attributes attributes) {
  Begin(name, attributes);
  End();
}

size_t XmlWriter::size() const {
  xmlTextWriterFlush(output_->writer);
  return static_cast<size_t>(xmlBufferLength(output_->buffer));
}

std::string XmlWriter::Finish() {
  xmlTextWriterEndDocument(output_->writer);
  xmlTextWriterFlush(output_->writer);
  return std::string(reinterpret_cast<const char*>(xmlBufferContent(output_->buffer)),
                     static_cast<size_t>(xmlBufferLength(output_->buffer)));
}

}  // namespace dateline::query::render
