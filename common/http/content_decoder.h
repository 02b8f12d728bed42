#ifndef DATELINE_COMMON_HTTP_CONTENT_DECODER_H_
#define DATELINE_COMMON_HTTP_CONTENT_DECODER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::http {

// Undoes a Content-Encoding (RFC 9110, 8.4.1) as the bytes come: gzip, deflate (with or without
// zlib's header) and br, up to three of them in a row. libcurl could do that too, but takes a
// stream that ends in its middle for whole, and so would lose what was cut. Belongs to one thread.
class ContentDecoder {
 public:
  enum class Result { kOk, kTooLarge, kBroken };

  // What decodes `content_encoding`, a header's value; null if it names something else. No layer
  // gives more than `max_bytes`.
  static std::unique_ptr<ContentDecoder> Create(absl::string_view content_encoding,
                                                size_t max_bytes);
  ~ContentDecoder();
  ContentDecoder(const ContentDecoder&) = delete;
  ContentDecoder& operator=(const ContentDecoder&) = delete;

  // Decodes what follows what came before, and appends to `*out` what can be known by now. After
  // anything but kOk no more may be added.
  Result Add(absl::string_view bytes, std::string* out);

  // Whether everything has come to its end. What follows the end is ignored.
  bool AtEnd() const;

 private:
  class Layer;
  class InflateLayer;
  class BrotliLayer;

  explicit ContentDecoder(size_t max_bytes);
  Result Feed(size_t layer, absl::string_view bytes, std::string* out);

  const size_t max_bytes_;
  // In the order in which they are undone, with what each has given so far; the last gives the
  // body.
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<size_t> given_;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_CONTENT_DECODER_H_
