#include "services/ingestion/websub/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace dateline::ingestion::websub {
namespace {

const EVP_MD* MethodOf(absl::string_view name) {
  if (absl::EqualsIgnoreCase(name, "sha1")) return EVP_sha1();
  if (absl::EqualsIgnoreCase(name, "sha256")) return EVP_sha256();
  if (absl::EqualsIgnoreCase(name, "sha384")) return EVP_sha384();
  if (absl::EqualsIgnoreCase(name, "sha512")) return EVP_sha512();
  return nullptr;
}

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

bool SignatureFits(absl::string_view header, absl::string_view secret, absl::string_view body) {
  const size_t equals = header.find('=');
  if (equals == absl::string_view::npos || secret.empty()) return false;
  const EVP_MD* const method = MethodOf(absl::StripAsciiWhitespace(header.substr(0, equals)));
  if (method == nullptr) return false;
  const absl::string_view hex = absl::StripAsciiWhitespace(absl::ClippedSubstr(header, equals + 1));
  if (hex.size() != 2 * static_cast<size_t>(EVP_MD_size(method)) || !IsHex(hex)) return false;
  const std::string given = absl::HexStringToBytes(hex);
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected;
  unsigned int size = 0;
  if (HMAC(method, secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(body.data()), body.size(), expected.data(),
           &size) == nullptr) {
    return false;
  }
  return given.size() == size && CRYPTO_memcmp(given.data(), expected.data(), size) == 0;
}

}  // namespace dateline::ingestion::websub
