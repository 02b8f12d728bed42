#include "services/ingestion/decode/gzip.h"

#include <zlib.h>

#include <array>

#include "absl/strings/match.h"

namespace dateline::ingestion::decode {
namespace {

constexpr absl::string_view kMagic = "\x1f\x8b\x08";
// The largest window, and 16 for gzip's header.
constexpr int kWindow = 15 + 16;

}  // namespace

bool IsGzip(absl::string_view bytes) { return absl::StartsWith(bytes, kMagic); }

Unpacked Gunzip(absl::string_view file, size_t max_bytes) {
  Unpacked unpacked;
  z_stream stream{};
  if (inflateInit2(&stream, kWindow) != Z_OK) return unpacked;
  // zlib does not write to it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.data()));
  stream.avail_in = static_cast<uInt>(file.size());
  std::array<char, size_t{1} << 16> chunk;
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    unpacked.bytes.append(chunk.data(), chunk.size() - stream.avail_out);
    unpacked.is_too_large = unpacked.bytes.size() > max_bytes;
    const absl::string_view rest = absl::ClippedSubstr(file, file.size() - stream.avail_in);
    const bool is_next = code == Z_STREAM_END && IsGzip(rest) && inflateReset(&stream) == Z_OK;
    unpacked.is_damaged = code != Z_OK && code != Z_STREAM_END;
    if (unpacked.is_too_large || (code != Z_OK && !is_next)) break;
  }
  inflateEnd(&stream);
  return unpacked;
}

}  // namespace dateline::ingestion::decode
