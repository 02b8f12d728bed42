#include "common/tokens/page_token.h"

#include <gtest/gtest.h>

#include "common/errors/errors.h"

namespace dateline::tokens {
namespace {

using error::ReasonOf;

TEST(PageTokenTest, GivesBackThePayload) {
  const PageTokenCodec codec("key");
  const std::string payload("last\0key", 8);
  EXPECT_EQ(codec.Decode(codec.Encode(payload, "topic=a"), "topic=a").value(), payload);
  EXPECT_EQ(codec.Decode(codec.Encode("", ""), "").value(), "");
}

TEST(PageTokenTest, RefusesEveryChangedByte) {
  const PageTokenCodec codec("key");
  const std::string token = codec.Encode("payload", "topic=a");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'Q' : 'A';
    EXPECT_FALSE(codec.Decode(forged, "topic=a").ok()) << i;
  }
  for (const char* bad : {"", "x", "@@@@", "AAAA"}) {
    EXPECT_EQ(ReasonOf(codec.Decode(bad, "topic=a").status()),
              errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN);
  }
}

TEST(PageTokenTest, TellsOtherArgumentsFromForgery) {
  const PageTokenCodec codec("key");
  const std::string token = codec.Encode("payload", "topic=a");
  EXPECT_EQ(ReasonOf(codec.Decode(token, "topic=b").status()),
            errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH);
  EXPECT_EQ(ReasonOf(PageTokenCodec("other").Decode(token, "topic=a").status()),
            errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN);
}

}  // namespace
}  // namespace dateline::tokens
