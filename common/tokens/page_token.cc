#include "common/tokens/page_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"

namespace dateline::tokens {
namespace {

// Bytes of each signature: 128 bits are beyond guessing and keep tokens short.
constexpr size_t kSignatureBytes = 16;
// Several times the longest token that is given: nothing long is decoded and hashed in vain.
constexpr size_t kMaxTokenBytes = 4'096;

bool SameBytes(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// HMAC-SHA256 with a key; null if OpenSSL has no memory for it.
EVP_MAC_CTX* NewMac(const std::string& key) {
  EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* mac = EVP_MAC_CTX_new(algorithm);
  EVP_MAC_free(algorithm);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                   OSSL_PARAM_construct_end()};
  if (EVP_MAC_init(mac, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                   parameters) == 1) {
    return mac;
  }
  EVP_MAC_CTX_free(mac);
  return nullptr;
}

}  // namespace

void PageTokenCodec::FreeMac::operator()(evp_mac_ctx_st* mac) const { EVP_MAC_CTX_free(mac); }

PageTokenCodec::PageTokenCodec(std::string key) : key_(std::move(key)), mac_(NewMac(key_)) {}

std::string PageTokenCodec::Sign(absl::string_view text) const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  if (const Mac mac(mac_ == nullptr ? nullptr : EVP_MAC_CTX_dup(mac_.get())); mac != nullptr) {
    size_t written = 0;
    if (EVP_MAC_update(mac.get(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) == 1 &&
        EVP_MAC_final(mac.get(), digest, &written, sizeof(digest)) == 1 &&
        written >= kSignatureBytes) {
      return std::string(reinterpret_cast<const char*>(digest), kSignatureBytes);
    }
  }
  // The same at once, whatever failed.
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return std::string(reinterpret_cast<const char*>(digest), kSignatureBytes);
}

// Layout: signature of (fingerprint's digest + payload), digest, payload. The digest stands apart
// so that a changed argument can be told from a forged token.
std::string PageTokenCodec::Encode(absl::string_view payload, absl::string_view fingerprint) const {
  const std::string body = absl::StrCat(Sign(absl::StrCat("f", fingerprint)), payload);
  return absl::WebSafeBase64Escape(absl::StrCat(Sign(absl::StrCat("t", body)), body));
}

absl::StatusOr<std::string> PageTokenCodec::Decode(absl::string_view token,
                                                   absl::string_view fingerprint,
                                                   absl::string_view field) const {
  std::string bytes;
  if (token.size() > kMaxTokenBytes || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() < 2 * kSignatureBytes) {
    return error::InvalidPageToken(field);
  }
  const absl::string_view signature = absl::string_view(bytes).substr(0, kSignatureBytes);
  const absl::string_view body = absl::string_view(bytes).substr(kSignatureBytes);
  if (!SameBytes(signature, Sign(absl::StrCat("t", body)))) return error::InvalidPageToken(field);
  if (!SameBytes(body.substr(0, kSignatureBytes), Sign(absl::StrCat("f", fingerprint)))) {
    return error::PageTokenMismatch(field);
  }
  return std::string(body.substr(kSignatureBytes));
}

}  // namespace dateline::tokens
