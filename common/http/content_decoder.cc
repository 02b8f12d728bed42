#include "common/http/content_decoder.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace dateline::http {
namespace {

constexpr size_t kMaxLayers = 3;
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;

using Sink = absl::FunctionRef<ContentDecoder::Result(absl::string_view)>;
using Buffer = std::array<char, 16'384>;

// RFC 1950, section 2.2: deflate with a window that is allowed, and a checksum.
bool BeginsLikeZlib(absl::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return (first & 0x0f) == 8 && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

}  // namespace

// One encoding.
class ContentDecoder::Layer {
 public:
  virtual ~Layer() = default;
  // Hands what `bytes` decode to, in pieces, to `sink`; its first result that is not kOk is
  // returned.
  virtual Result Decode(absl::string_view bytes, Sink sink) = 0;
  virtual bool AtEnd() const = 0;
};

// gzip (RFC 1952) and deflate (RFC 1950 or RFC 1951).
class ContentDecoder::InflateLayer final : public Layer {
 public:
  explicit InflateLayer(bool is_gzip) : is_gzip_(is_gzip) {
    if (is_gzip_) started_ = inflateInit2(&stream_, kGzipWindow) == Z_OK;
  }
  ~InflateLayer() override {
    if (started_) inflateEnd(&stream_);
  }

  Result Decode(absl::string_view bytes, Sink sink) override {
    if (started_) return Inflate(std::string(bytes), sink);
    // Whether it is deflate with or without a header shows in two bytes.
    head_.append(bytes.data(), bytes.size());
    if (head_.size() < 2) return Result::kOk;
    const int window = BeginsLikeZlib(head_) ? kZlibWindow : kRawWindow;
    if (is_gzip_ || inflateInit2(&stream_, window) != Z_OK) return Result::kBroken;
    started_ = true;
    return Inflate(std::exchange(head_, std::string()), sink);
  }

  bool AtEnd() const override { return at_end_; }

 private:
  // A loop, as a hostile stream may have a member every few bytes.
  Result Inflate(std::string input, Sink sink) {
    Buffer buffer;
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    int code = Z_OK;
    do {
      if (at_end_ && !StartNextMember()) return Result::kOk;
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Result::kBroken;
      const Result taken = sink({buffer.data(), buffer.size() - stream_.avail_out});
      if (taken != Result::kOk) return taken;
      at_end_ = code == Z_STREAM_END;
    } while (code != Z_BUF_ERROR && (stream_.avail_in > 0 || (!at_end_ && stream_.avail_out == 0)));
    return Result::kOk;
  }

  // Files of several members are one (RFC 1952, section 2.2); anything else behind the end is
  // ignored.
  bool StartNextMember() {
    ignores_rest_ |= !is_gzip_ || (stream_.avail_in > 0 && *stream_.next_in != 0x1f);
    if (ignores_rest_ || stream_.avail_in == 0 || inflateReset(&stream_) != Z_OK) return false;
    at_end_ = false;
    return true;
  }

  const bool is_gzip_;
  z_stream stream_{};
  bool started_ = false;
  bool at_end_ = false;
  bool ignores_rest_ = false;
  std::string head_;
};

// br (RFC 7932).
class ContentDecoder::BrotliLayer final : public Layer {
 public:
  BrotliLayer() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  ~BrotliLayer() override { BrotliDecoderDestroyInstance(state_); }

  Result Decode(absl::string_view bytes, Sink sink) override {
    if (state_ == nullptr) return Result::kBroken;
    if (AtEnd()) return Result::kOk;
    Buffer buffer;
    auto* next_in = reinterpret_cast<const uint8_t*>(bytes.data());
    size_t left = bytes.size();
    BrotliDecoderResult result;
    do {
      auto* next_out = reinterpret_cast<uint8_t*>(buffer.data());
      size_t room = buffer.size();
      result = BrotliDecoderDecompressStream(state_, &left, &next_in, &room, &next_out, nullptr);
      if (result == BROTLI_DECODER_RESULT_ERROR) return Result::kBroken;
      const Result taken = sink({buffer.data(), buffer.size() - room});
      if (taken != Result::kOk) return taken;
    } while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);
    return Result::kOk;
  }

  bool AtEnd() const override {
    return state_ != nullptr && BrotliDecoderIsFinished(state_) == BROTLI_TRUE;
  }

 private:
  BrotliDecoderState* const state_;
};

std::unique_ptr<ContentDecoder> ContentDecoder::Create(absl::string_view content_encoding,
                                                       size_t max_bytes) {
  std::unique_ptr<ContentDecoder> decoder(new ContentDecoder(max_bytes));
  for (const absl::string_view word : absl::StrSplit(content_encoding, ',')) {
    const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(word));
    if (name.empty() || name == "identity") continue;
    if (name == "gzip" || name == "x-gzip") {
      decoder->layers_.push_back(std::make_unique<InflateLayer>(/*is_gzip=*/true));
    } else if (name == "deflate") {
      decoder->layers_.push_back(std::make_unique<InflateLayer>(/*is_gzip=*/false));
    } else if (name == "br") {
      decoder->layers_.push_back(std::make_unique<BrotliLayer>());
    } else {
      return nullptr;
    }
    if (decoder->layers_.size() > kMaxLayers) return nullptr;
  }
  // They were put on in the order in which they are named.
  std::reverse(decoder->layers_.begin(), decoder->layers_.end());
  decoder->given_.resize(decoder->layers_.size());
  return decoder;
}

ContentDecoder::ContentDecoder(size_t max_bytes) : max_bytes_(max_bytes) {}
ContentDecoder::~ContentDecoder() = default;

ContentDecoder::Result ContentDecoder::Feed(size_t layer, absl::string_view bytes,
                                            std::string* out) {
  if (layer == layers_.size()) {
    if (bytes.size() > max_bytes_ - out->size()) return Result::kTooLarge;
    out->append(bytes.data(), bytes.size());
    return Result::kOk;
  }
  return layers_[layer]->Decode(bytes, [&](absl::string_view decoded) {
    // What lies between two layers costs time, whatever comes out at the end.
    given_[layer] += decoded.size();
    if (given_[layer] > max_bytes_) return Result::kTooLarge;
    return decoded.empty() ? Result::kOk : Feed(layer + 1, decoded, out);
  });
}

ContentDecoder::Result ContentDecoder::Add(absl::string_view bytes, std::string* out) {
  return Feed(0, bytes, out);
}

bool ContentDecoder::AtEnd() const {
  return std::all_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer->AtEnd(); });
}

}  // namespace dateline::http
