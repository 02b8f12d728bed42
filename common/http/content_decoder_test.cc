#include "common/http/content_decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "common/http/test_client.h"

namespace dateline::http {
namespace {

constexpr size_t kMax = 100'000;

// "brotli says hello, brotli says hello".
const std::string kBrotli(
    "\x1b\x23\x00\xf8\x1d\x89\x71\x2c\x89\xbb\xef\x11\x4a\xb1\x30\xb9\x4e\x63\x7b\x9b\x93\x20\x74"
    "\x79\xa5\xcc\x40\x25\x82\x4a\x73\x89\xfb\xd0\x20",
    35);

// What `bytes` decode to when they come in pieces of `piece`, or what is wrong with them.
std::string Decode(const std::string& encoding, const std::string& bytes, size_t piece) {
  const auto decoder = ContentDecoder::Create(encoding, kMax);
  if (decoder == nullptr) return "(unknown)";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += piece) {
    switch (decoder->Add(absl::string_view(bytes).substr(i, piece), &out)) {
      case ContentDecoder::Result::kTooLarge:
        return "(too large)";
      case ContentDecoder::Result::kBroken:
        return "(broken)";
      case ContentDecoder::Result::kOk:
        break;
    }
  }
  return decoder->AtEnd() ? out : "(cut)";
}

std::string Many(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ContentDecoder, DecodesInPiecesOfAnySizeAndMissesNoEnd) {
  const std::string text = "some text, some text, some text";
  const std::string raw = Deflate(text).substr(2, Deflate(text).size() - 6);
  const std::string gzip = Gzip(text);
  const struct {
    const char* encoding;
    std::string bytes;
    std::string decoded;
  } kCases[] = {
      {"", text, text},
      {"identity", text, text},
      {"gzip", gzip, text},
      {"X-GZIP", gzip, text},
      {"deflate", Deflate(text), text},
      {"deflate", raw, text},
      {"br", kBrotli, "brotli says hello, brotli says hello"},
      {"deflate, gzip", Gzip(Deflate(text)), text},
      {"gzip , identity, br, ", kBrotli, "(broken)"},
      {"gzip,gzip,gzip", Gzip(Gzip(gzip)), text},
      {"gzip,gzip,gzip,gzip", gzip, "(unknown)"},
      {"gzip", gzip + gzip, text + text},
      {"gzip", gzip + "rest", text},
      {"gzip", gzip + "rest\x1f\x8b", text},
      {"gzip", Many(Gzip(""), 5'000), ""},
      {"gzip", Many(Gzip("x"), 5'000), Many("x", 5'000)},
      {"gzip", gzip.substr(0, gzip.size() - 1), "(cut)"},
      {"gzip", gzip.substr(0, 12), "(cut)"},
      {"gzip", gzip.substr(0, 1), "(cut)"},
      {"gzip", gzip + gzip.substr(0, 15), "(cut)"},
      {"deflate", Deflate(text).substr(0, 1), "(cut)"},
      {"deflate", raw.substr(0, raw.size() - 1), "(cut)"},
      {"br", kBrotli.substr(0, 34), "(cut)"},
      {"br", "abc", "(cut)"},
      {"br", std::string(40, '\xff'), "(broken)"},
      {"gzip", "no gzip at all", "(broken)"},
      {"deflate", "no deflate at all", "(broken)"},
      {"gzip", text.substr(0, 5) + gzip, "(broken)"},
      {"pigeon", text, "(unknown)"},
      {"gzip", Gzip(std::string(kMax, 'x')), std::string(kMax, 'x')},
      {"gzip", Gzip(std::string(kMax + 1, 'x')), "(too large)"},
      {"gzip, gzip", Gzip(Gzip(std::string(kMax + 1, 'x'))), "(too large)"},
      // Much in the middle, nothing at the end: empty blocks without end.
      {"deflate, gzip", Gzip([] {
         std::string blocks;
         while (blocks.size() <= kMax) blocks.append("\0\0\0\xff\xff", 5);
         return blocks;
       }()),
       "(too large)"},
  };
  for (const auto& c : kCases) {
    for (const size_t piece : {size_t{1}, size_t{3}, size_t{1} << 20}) {
      EXPECT_EQ(Decode(c.encoding, c.bytes, piece), c.decoded)
          << c.encoding << " " << c.bytes.size() << " bytes by " << piece;
    }
  }
}

}  // namespace
}  // namespace dateline::http
