#include "services/catalog/webhooks/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::catalog::webhooks {

// As the specification bounds them.
constexpr size_t kMinKeyBytes = 24;
constexpr size_t kMaxKeyBytes = 64;

std::optional<std::string> KeyOf(absl::string_view secret) {
  std::optional<std::string> key(std::in_place);
  const bool is_key = absl::ConsumePrefix(&secret, "whsec_") &&
                      absl::Base64Unescape(secret, &*key) && key->size() >= kMinKeyBytes &&
                      key->size() <= kMaxKeyBytes;
  if (!is_key) key.reset();
  return key;
}

std::string Sign(absl::string_view key, absl::string_view id, int64_t unix_seconds,
                 absl::string_view body) {
  const std::string content = absl::StrCat(id, ".", unix_seconds, ".", body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(content.data()), content.size(), mac.data(), &size);
  return absl::StrCat("v1,", absl::Base64Escape(absl::string_view(
                                 reinterpret_cast<const char*>(mac.data()), size)));
}

}  // namespace dateline::catalog::webhooks
