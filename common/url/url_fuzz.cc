#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/url/url.h"

// Resolves and canonicalises arbitrary bytes: the result is http(s), ASCII, and its own result.
namespace dateline::url {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool IsPrintableAscii(absl::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7F) return false;
  }
  return true;
}

void Check(absl::string_view input) {
  // The first line is the base, the rest the reference.
  const size_t line = input.find('\n');
  const bool has_base = line != absl::string_view::npos;
  const absl::string_view base = has_base ? input.substr(0, line) : absl::string_view();
  const absl::string_view reference = has_base ? input.substr(line + 1) : input;
  const std::optional<std::string> url = ResolveUrl(base, reference);
  if (!url) return;
  Require(absl::StartsWith(*url, "http://") || absl::StartsWith(*url, "https://"));
  Require(IsPrintableAscii(*url));
  Require(ResolveUrl("", *url) == url);
  const std::optional<std::string> canonical = CanonicalUrl(*url);
  Require(canonical.has_value());
  Require(CanonicalUrl(*canonical) == canonical);
}

}  // namespace
}  // namespace dateline::url

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dateline::url::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
