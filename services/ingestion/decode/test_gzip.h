#ifndef DATELINE_SERVICES_INGESTION_DECODE_TEST_GZIP_H_
#define DATELINE_SERVICES_INGESTION_DECODE_TEST_GZIP_H_

#include <zlib.h>

#include <string>

// Reachable from tests only.
namespace dateline::ingestion::decode {

// A gzip file of one member.
inline std::string Gzip(std::string text) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return "";
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  packed.resize(deflate(&stream, Z_FINISH) == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return packed;
}

}  // namespace dateline::ingestion::decode

#endif  // DATELINE_SERVICES_INGESTION_DECODE_TEST_GZIP_H_
