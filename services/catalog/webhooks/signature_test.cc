#include "services/catalog/webhooks/signature.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace dateline::catalog::webhooks {
namespace {

// The example of the scheme's own libraries.
TEST(SignatureTest, SignsAsThePublishedExample) {
  const auto key = KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(Sign(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignatureTest, AKeyHas24To64Bytes) {
  for (const size_t size : {0u, 23u, 24u, 64u, 65u}) {
    const std::string secret = absl::StrCat("whsec_", absl::Base64Escape(std::string(size, 'k')));
    EXPECT_EQ(KeyOf(secret).has_value(), size >= 24 && size <= 64) << size;
  }
}

TEST(SignatureTest, ASecretIsWhsecAndBase64) {
  EXPECT_FALSE(KeyOf("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").has_value());
  EXPECT_FALSE(KeyOf("whsec_not*base64*but*long*enough*to*be*a*key*").has_value());
}

}  // namespace
}  // namespace dateline::catalog::webhooks
