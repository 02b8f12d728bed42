#include "common/html/address.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/url/url.h"

namespace dateline::html {
namespace {

// Characters that no part of an address changes or percent-encodes.
constexpr std::array<bool, 256> kStays = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : {'-', '_', '~', '!', '$', '&', '(', ')', '*', '+', ',', ';', '=', ':', '@'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

// Whether `host` is a plain domain in lower case whose last label cannot be a number.
bool IsPlainHost(absl::string_view host) {
  char before = '.';
  size_t last_label = 0;
  for (size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    const bool letter = absl::ascii_islower(static_cast<unsigned char>(c));
    const bool inner = c == '-' || absl::ascii_isdigit(static_cast<unsigned char>(c));
    if (c == '.' ? before == '.' : !letter && !inner) return false;
    if (c == '.') last_label = i + 1;
    before = c;
  }
  return before != '.' && absl::ascii_islower(static_cast<unsigned char>(host[last_label])) &&
         !absl::StrContains(host, "xn--");
}

// Whether parsing `address` and writing it again would surely give the same, as it does for nearly
// every address of a feed.
bool IsWrittenPlainly(absl::string_view address) {
  if (!IsAbsolute(address)) return false;
  const size_t host_begin = address.find("//") + 2;
  const size_t path = address.find('/', host_begin);
  if (path == absl::string_view::npos ||
      !IsPlainHost(absl::ClippedSubstr(address, host_begin, path - host_begin))) {
    return false;
  }
  bool fragment = false;
  for (size_t i = path; i < address.size(); ++i) {
    const char c = address[i];
    if (kStays[static_cast<unsigned char>(c)] || c == '/' || c == '?') continue;
    const char before = address[i - 1];
    if (c == '.' && before != '/') continue;  // no dot segment
    if (c == '#' && !fragment) {
      fragment = true;
      continue;
    }
    // An encoded dot could make a dot segment.
    if (c == '%' && i + 2 < address.size() &&
        !(address[i + 1] == '2' && (address[i + 2] | 0x20) == 'e')) {
      continue;
    }
    return false;
  }
  return true;
}

// `value`, which resolves to a path of its own site, as it is written canonically.
std::optional<std::string> CleanRelative(absl::string_view value) {
  std::string out;
  bool in_path = true;
  for (const char c : value) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    if (in_path && c == ':' && !absl::StrContains(out, "/")) return std::nullopt;  // a scheme
    if (c == '?' || c == '#') in_path = false;
    if (c == ' ') {
      out.append("%20");
    } else {
      out.push_back(in_path && c == '\\' ? '/' : c);
    }
  }
  return out;
}

}  // namespace

bool IsAbsolute(absl::string_view address) {
  return absl::StartsWith(address, "https://") || absl::StartsWith(address, "http://");
}

std::optional<std::string> CleanAddress(absl::string_view value, absl::string_view base_url) {
  value = absl::StripAsciiWhitespace(value);
  if (value.empty()) return std::nullopt;
  if (IsWrittenPlainly(value)) return std::string(value);
  // An address with scheme and authority needs no base.
  if (!base_url.empty() || IsAbsolute(value)) {
    return url::ResolveUrl(IsAbsolute(value) ? absl::string_view() : base_url, value);
  }
  constexpr absl::string_view kNowhere = "https://nowhere.invalid/";
  std::optional<std::string> resolved = url::ResolveUrl(kNowhere, value);
  if (!resolved || !absl::StartsWith(*resolved, kNowhere)) return resolved;
  return CleanRelative(value);
}

}  // namespace dateline::html
