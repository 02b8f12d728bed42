#include "common/http/url.h"

#include <curl/curl.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"

namespace dateline::http {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

// Browsers send spaces and other bytes of sloppy addresses encoded; so do we.
constexpr unsigned int kSetFlags = CURLU_URLENCODE | CURLU_DISALLOW_USER;

std::string Part(CURLU* handle, CURLUPart part, unsigned int flags) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) return "";
  const std::string copy(text);
  curl_free(text);
  return copy;
}

bool Set(CURLU* handle, const std::string& text) {
  // A NUL would hide the rest from libcurl.
  return text.size() <= limits::kMaxUrlBytes && text.find('\0') == std::string::npos &&
         curl_url_set(handle, CURLUPART_URL, text.c_str(), kSetFlags) == CURLUE_OK;
}

std::optional<Url> Take(CURLU* handle) {
  curl_url_set(handle, CURLUPART_FRAGMENT, nullptr, 0);
  Url url;
  url.scheme = absl::AsciiStrToLower(Part(handle, CURLUPART_SCHEME, 0));
  url.host = absl::AsciiStrToLower(Part(handle, CURLUPART_HOST, 0));
  url.port = Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.path = Part(handle, CURLUPART_PATH, 0);
  url.text = Part(handle, CURLUPART_URL, 0);
  if ((url.scheme != "http" && url.scheme != "https") || url.host.empty() || url.port.empty() ||
      url.text.empty() || url.text.size() > limits::kMaxUrlBytes) {
    return std::nullopt;
  }
  return url;
}

}  // namespace

std::optional<Url> Url::Parse(const std::string& text) {
  const Handle handle(curl_url(), &curl_url_cleanup);
  if (!Set(handle.get(), text)) return std::nullopt;
  return Take(handle.get());
}

std::optional<Url> Url::Resolve(const std::string& reference) const {
  // libcurl 7.88 would drop the last segment (RFC 3986, 5.2.2).
  if (!reference.empty() && reference[0] == '#') return *this;
  const Handle handle(curl_url(), &curl_url_cleanup);
  if (!Set(handle.get(), text) || !Set(handle.get(), reference)) return std::nullopt;
  return Take(handle.get());
}

std::string Url::ForMessages() const {
  const bool is_default = port == (scheme == "https" ? "443" : "80");
  return absl::StrCat(scheme, "://", host, is_default ? "" : ":", is_default ? "" : port, path);
}

}  // namespace dateline::http
