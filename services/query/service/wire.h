#ifndef DATELINE_SERVICES_QUERY_SERVICE_WIRE_H_
#define DATELINE_SERVICES_QUERY_SERVICE_WIRE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::query::service {

// Appends a length-delimited field (an embedded message or a string) to an encoded message:
// protobuf's wire format, https://protobuf.dev/programming-guides/encoding.
inline void AppendField(int field, absl::string_view bytes, std::string* out) {
  const auto append_varint = [out](uint64_t number) {
    while (number >= 0x80) {
      out->push_back(static_cast<char>(number | 0x80));
      number >>= 7;
    }
    out->push_back(static_cast<char>(number));
  };
  append_varint(static_cast<uint64_t>(field) << 3 | 2);
  append_varint(bytes.size());
  out->append(bytes.data(), bytes.size());
}

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_WIRE_H_
