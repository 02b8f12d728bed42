#include "common/url/url_record.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/text/utf8.h"
#include "common/url/url_host.h"

namespace dateline::url {
namespace {

// The percent-encode sets of section 1.3, beside C0 controls and everything above U+007E.
constexpr absl::string_view kPathSet = " \"#<>?^`{}";
constexpr absl::string_view kQuerySet = " \"#<>'";
constexpr absl::string_view kFragmentSet = " \"<>`";
constexpr absl::string_view kUserinfoSet = " \"#<>?^`{}/:;=@[\\]|";

std::string PercentEncode(absl::string_view text, absl::string_view set) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 || u > 0x7E || absl::StrContains(set, absl::string_view(&c, 1))) {
      out.push_back('%');
      out.push_back(kHex[u >> 4]);
      out.push_back(kHex[u & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// What the standard removes before parsing: outer C0 controls and spaces, tabs and newlines
// anywhere.
std::string Trim(absl::string_view input) {
  const auto outer = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!input.empty() && outer(input.front())) input.remove_prefix(1);
  while (!input.empty() && outer(input.back())) input.remove_suffix(1);
  std::string out = text::RepairUtf8(input);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](char c) { return c == '\t' || c == '\n' || c == '\r'; }),
            out.end());
  return out;
}

// Takes "scheme:" off `*input`; an empty result means there is none.
std::string TakeScheme(absl::string_view* input) {
  if (input->empty() || !absl::ascii_isalpha(static_cast<unsigned char>(input->front()))) return "";
  for (size_t i = 1; i < input->size(); ++i) {
    const char c = (*input)[i];
    if (c == ':') {
      std::string scheme = absl::AsciiStrToLower(input->substr(0, i));
      input->remove_prefix(i + 1);
      return scheme;
    }
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '-' && c != '.')
      break;
  }
  return "";
}

bool IsSlash(char c) { return c == '/' || c == '\\'; }

// Reads the port behind the host's colon; false on failure.
bool ParsePort(absl::string_view text, UrlRecord* url) {
  int port = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    port = port * 10 + (c - '0');
    if (port > 65535) return false;
  }
  const int own = url->scheme == "https" ? 443 : 80;
  if (!text.empty() && port != own) url->port = port;
  return true;
}

// Takes "user:password@host:port" off `*input`.
bool ParseAuthority(absl::string_view* input, UrlRecord* url) {
  absl::string_view authority = input->substr(0, input->find_first_of("/\\?#"));
  input->remove_prefix(authority.size());
  if (const size_t at = authority.rfind('@'); at != absl::string_view::npos) {
    const absl::string_view userinfo = authority.substr(0, at);
    const size_t colon = userinfo.find(':');
    url->username = PercentEncode(userinfo.substr(0, colon), kUserinfoSet);
    if (colon != absl::string_view::npos) {
      url->password = PercentEncode(absl::ClippedSubstr(userinfo, colon + 1), kUserinfoSet);
    }
    authority.remove_prefix(at + 1);
  }
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == absl::string_view::npos ? 0 : bracket);
  if (colon != absl::string_view::npos &&
      !ParsePort(absl::ClippedSubstr(authority, colon + 1), url))
    return false;
  std::optional<std::string> host = ParseUrlHost(authority.substr(0, colon));
  if (!host) return false;
  url->host = *std::move(host);
  return true;
}

// "." and ".." in every spelling, "%2e" standing for a dot.
std::string PlainDots(absl::string_view segment) {
  if (segment.size() > 6) return "";
  std::string lower = absl::AsciiStrToLower(segment);
  std::string out;
  for (absl::string_view rest = lower; !rest.empty();) {
    if (!absl::ConsumePrefix(&rest, ".") && !absl::ConsumePrefix(&rest, "%2e")) return "";
    out.push_back('.');
  }
  return out;
}

// Takes the path off `*input` and joins it to `url->path`.
void ParsePath(absl::string_view* input, UrlRecord* url) {
  absl::string_view path = input->substr(0, input->find_first_of("?#"));
  input->remove_prefix(path.size());
  if (!path.empty() && IsSlash(path.front())) path.remove_prefix(1);
  while (true) {
    const size_t end = path.find_first_of("/\\");
    const bool last = end == absl::string_view::npos;
    const absl::string_view segment = path.substr(0, end);
    const std::string dots = PlainDots(segment);
    if (dots == "..") {
      if (!url->path.empty()) url->path.pop_back();
      if (last) url->path.emplace_back();
    } else if (dots == ".") {
      if (last) url->path.emplace_back();
    } else {
      url->path.push_back(PercentEncode(segment, kPathSet));
    }
    if (last) return;
    path.remove_prefix(end + 1);
  }
}

// The "relative state": what `input` leaves out comes from `base`. False on failure.
bool ParseRelative(absl::string_view* input, const UrlRecord& base, UrlRecord* url) {
  url->scheme = base.scheme;
  if (input->size() >= 2 && IsSlash((*input)[0]) && IsSlash((*input)[1])) {
    while (!input->empty() && IsSlash(input->front())) input->remove_prefix(1);
    if (!ParseAuthority(input, url)) return false;
    ParsePath(input, url);
    return true;
  }
  url->username = base.username;
  url->password = base.password;
  url->host = base.host;
  url->port = base.port;
  if (input->empty() || input->front() == '#') {
    url->path = base.path;
    url->query = base.query;
  } else if (input->front() == '?') {
    url->path = base.path;
  } else {
    if (!IsSlash(input->front())) {
      url->path = base.path;
      if (!url->path.empty()) url->path.pop_back();
    }
    ParsePath(input, url);
  }
  return true;
}

}  // namespace

std::optional<UrlRecord> ParseUrl(absl::string_view input, const UrlRecord* base) {
  const std::string trimmed = Trim(input);
  absl::string_view rest = trimmed;
  UrlRecord url;
  url.scheme = TakeScheme(&rest);
  const bool absolute = !url.scheme.empty();
  if (absolute && url.scheme != "http" && url.scheme != "https") return std::nullopt;
  const bool slashes = rest.size() >= 2 && IsSlash(rest[0]) && IsSlash(rest[1]);
  if (absolute && (base == nullptr || base->scheme != url.scheme || slashes)) {
    while (!rest.empty() && IsSlash(rest.front())) rest.remove_prefix(1);
    if (!ParseAuthority(&rest, &url)) return std::nullopt;
    ParsePath(&rest, &url);
  } else if (base == nullptr || !ParseRelative(&rest, *base, &url)) {
    return std::nullopt;
  }
  if (absl::ConsumePrefix(&rest, "?")) {
    const absl::string_view query = rest.substr(0, rest.find('#'));
    url.query = PercentEncode(query, kQuerySet);
    rest.remove_prefix(query.size());
  }
  if (absl::ConsumePrefix(&rest, "#")) url.fragment = PercentEncode(rest, kFragmentSet);
  return url;
}

std::string HostAndPort(const UrlRecord& url) {
  return url.port ? absl::StrCat(url.host, ":", *url.port) : url.host;
}

std::string OriginOf(const UrlRecord& url) {
  return absl::StrCat(url.scheme, "://", HostAndPort(url));
}

bool SameOrigin(const UrlRecord& one, const UrlRecord& other) {
  return one.scheme == other.scheme && one.host == other.host && one.port == other.port;
}

std::string SerialiseUrl(const UrlRecord& url) {
  std::string out = absl::StrCat(url.scheme, "://");
  if (!url.username.empty() || !url.password.empty()) {
    absl::StrAppend(&out, url.username, url.password.empty() ? "" : ":", url.password, "@");
  }
  absl::StrAppend(&out, HostAndPort(url));
  for (const std::string& segment : url.path) absl::StrAppend(&out, "/", segment);
  if (url.query) absl::StrAppend(&out, "?", *url.query);
  if (url.fragment) absl::StrAppend(&out, "#", *url.fragment);
  return out;
}

}  // namespace dateline::url
