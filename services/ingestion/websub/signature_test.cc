#include "services/ingestion/websub/signature.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace dateline::ingestion::websub {
namespace {

constexpr char kSecret[] = "key";
constexpr char kBody[] = "The quick brown fox jumps over the lazy dog";

TEST(SignatureFits, TakesTheFourMethodsAndNothingElse) {
  const struct {
    std::string header;
    bool fits;
  } kCases[] = {
      {"sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9", true},
      {"sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", true},
      {"sha384=d7f4727e2c0b39ae0f1e40cc96f60242d5b7801841cea6fc592c5d3e1ae50700"
       "582a96cf35e1e554995fe4e03381c237",
       true},
      {"sha512=b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb"
       "82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a",
       true},
      {"SHA1=DE7C9B85B8B78AA6BC8A7A36F70A90701C9DB4D9", true},
      {" sha1 = de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9 ", true},
      {"", false},
      {"sha1", false},
      {"sha1=", false},
      {"de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9", false},
      // Another method's, a shorter one, a longer one, no hexadecimal digits.
      {"sha1=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", false},
      {"sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4", false},
      {"sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d900", false},
      {"sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4dg", false},
      {"sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d0", false},
      {"md5=80070713463e7749b90c2dc24911e275", false},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(SignatureFits(c.header, kSecret, kBody), c.fits) << c.header;
}

TEST(SignatureFits, DependsOnSecretAndBody) {
  const std::string header = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
  EXPECT_FALSE(SignatureFits(header, "kez", kBody));
  EXPECT_FALSE(SignatureFits(header, "", kBody));
  EXPECT_FALSE(SignatureFits(header, kSecret, absl::StrCat(kBody, ".")));
}

}  // namespace
}  // namespace dateline::ingestion::websub
