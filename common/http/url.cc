#include "common/http/url.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/limits.h"

namespace dateline::http {
namespace {

std::optional<url::UrlRecord> Read(absl::string_view text, const url::UrlRecord* base) {
  if (text.size() > limits::kMaxUrlBytes || text.find('\0') != absl::string_view::npos) {
    return std::nullopt;
  }
  // Bytes that are no UTF-8 are meant as they are.
  std::string ascii;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x80) {
      ascii.push_back(c);
    } else {
      absl::StrAppendFormat(&ascii, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  std::optional<url::UrlRecord> url = url::ParseUrl(ascii, base);
  if (!url.has_value() || !url->username.empty() || !url->password.empty()) return std::nullopt;
  url->fragment.reset();
  if (url::SerialiseUrl(*url).size() > limits::kMaxUrlBytes) return std::nullopt;
  return url;
}

}  // namespace

std::optional<url::UrlRecord> ParseAddress(absl::string_view text) { return Read(text, nullptr); }

std::optional<url::UrlRecord> ResolveAddress(const url::UrlRecord& base,
                                             absl::string_view reference) {
  return Read(reference, &base);
}

std::string ForMessages(const url::UrlRecord& address) {
  return absl::StrCat(url::OriginOf(address), "/", absl::StrJoin(address.path, "/"));
}

}  // namespace dateline::http
