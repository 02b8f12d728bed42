#include "services/ingestion/identify/content_hash.h"

#include <openssl/sha.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/text/slug.h"
#include "common/text/white_space.h"
#include "common/text/words.h"

namespace dateline::ingestion {
namespace {

// With the lengths in front, no two pairs are written alike.
std::string HashPair(absl::string_view title, absl::string_view text) {
  return Sha256Hex(absl::StrCat(title.size(), ":", title, text.size(), ":", text));
}

}  // namespace

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string ContentHash(absl::string_view title, absl::string_view text) {
  return HashPair(text::CollapseWhiteSpace(title), text::CollapseWhiteSpace(text));
}

std::optional<std::string> TitleBodyKey(absl::string_view title, absl::string_view text) {
  int words = 0;
  for (text::WordReader reader(text); words < kMinTitleBodyWords && reader.Next();) ++words;
  if (words < kMinTitleBodyWords) return std::nullopt;
  return HashPair(text::Fold(title), text::Fold(text));
}

}  // namespace dateline::ingestion
