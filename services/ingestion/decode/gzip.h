#ifndef DATELINE_SERVICES_INGESTION_DECODE_GZIP_H_
#define DATELINE_SERVICES_INGESTION_DECODE_GZIP_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::decode {

// What was in a gzip file.
struct Unpacked {
  std::string bytes;
  // Whether there is more than was asked for; `bytes` is then incomplete.
  bool is_too_large = false;
  // Whether the file is damaged or ends early; `bytes` is what comes before that.
  bool is_damaged = false;
};

// Whether a document is a gzip file (RFC 1952), as sitemaps often are. Thread-safe.
bool IsGzip(absl::string_view bytes);

// Unpacks a gzip file of one or more members, up to `max_bytes`. What follows the last member is
// ignored. Thread-safe.
Unpacked Gunzip(absl::string_view file, size_t max_bytes);

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_GZIP_H_
