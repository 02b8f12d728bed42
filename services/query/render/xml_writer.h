#ifndef DATELINE_SERVICES_QUERY_RENDER_XML_WRITER_H_
#define DATELINE_SERVICES_QUERY_RENDER_XML_WRITER_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace dateline::query::render {

// Writes one XML 1.0 document in UTF-8 over libxml2's writer. Characters that XML cannot hold are
// left out. Belongs to one thread.
class XmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<const char*, absl::string_view>>;

  XmlWriter();
  ~XmlWriter();
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  // Begins an element; what is written next stands in it until End.
  void Begin(const char* name, Attributes attributes = {});
  void End();
  // A whole element with a text; with neither text nor attributes it is left out.
  void Text(const char* name, absl::string_view text, Attributes attributes = {});
  // A whole element without a text.
  void Empty(const char* name, Attributes attributes);

  // Bytes written so far.
  size_t size() const;
  // Ends the document.
  std::string Finish();

 private:
  void WriteAttributes(Attributes attributes);

  struct Output;
  std::unique_ptr<Output> output_;
};

}  // namespace dateline::query::render

#endif  // DATELINE_SERVICES_QUERY_RENDER_XML_WRITER_H_
