#include "common/http/request.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/http/url.h"

namespace dateline::http {
namespace {

// What the client decides itself, or what would carry identity from one hop to another.
constexpr absl::string_view kReservedHeaders[] = {
    "host",          "content-length",    "transfer-encoding",
    "connection",    "accept-encoding",   "te",
    "trailer",       "upgrade",           "expect",
    "keep-alive",    "referer",           "cookie",
    "authorization", "user-agent",        "proxy-authorization",
    "if-none-match", "if-modified-since",
};

// RFC 9110, 5.6.2.
bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("!#$%&'*+-.^_`|~").find(c) != absl::string_view::npos;
  });
}

// No line breaks: they would start another header (RFC 9110, 5.5).
bool IsFieldValue(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || !absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
}

void CheckHeaders(absl::string_view field, const std::vector<HttpHeader>& headers,
                  error::FieldViolations* violations) {
  for (size_t i = 0; i < headers.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    const bool reserved = std::any_of(
        std::begin(kReservedHeaders), std::end(kReservedHeaders),
        [&](absl::string_view name) { return absl::EqualsIgnoreCase(name, headers[i].name); });
    if (!IsToken(headers[i].name)) violations->Add(path + ".name", "is no header name");
    if (reserved) violations->Add(path + ".name", "is set by the client itself");
    if (!IsFieldValue(headers[i].value)) violations->Add(path + ".value", "has control characters");
  }
}

void CheckCredentials(const HttpRequest& request, error::FieldViolations* violations) {
  if (request.basic.has_value()) {
    if (!request.bearer_token.empty()) violations->Add("bearer_token", "excludes basic");
    if (request.basic->user.find(':') != std::string::npos || !IsFieldValue(request.basic->user)) {
      violations->Add("basic.user", "has a colon or control characters");
    }
    if (!IsFieldValue(request.basic->password)) {
      violations->Add("basic.password", "has control characters");
    }
  }
  if (!IsFieldValue(request.bearer_token)) {
    violations->Add("bearer_token", "has control characters");
  }
}

void CheckBounds(const HttpRequest& request, error::FieldViolations* violations) {
  if (request.max_redirects < 0) violations->Add("max_redirects", "is negative");
  if (request.max_bytes == 0) violations->Add("max_bytes", "is zero");
  if (request.max_header_bytes == 0) violations->Add("max_header_bytes", "is zero");
  if (request.connect_timeout <= absl::ZeroDuration()) {
    violations->Add("connect_timeout", "is not positive");
  }
  if (request.total_timeout <= absl::ZeroDuration() || request.total_timeout > absl::Hours(24)) {
    violations->Add("total_timeout", "is not positive, or is more than a day");
  }
  if (request.min_bytes_per_second < 0) violations->Add("min_bytes_per_second", "is negative");
  if (request.low_speed_window < absl::Seconds(1)) {
    violations->Add("low_speed_window", "is less than a second");
  }
}

}  // namespace

std::string HttpResponse::Header(absl::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (absl::EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return "";
}

absl::Status Validate(const HttpRequest& request) {
  error::FieldViolations violations;
  if (!ParseAddress(request.url).has_value()) {
    violations.Add("url", "is no http or https address, is too long, or has a user name");
  }
  CheckHeaders("headers", request.headers, &violations);
  CheckHeaders("secret_headers", request.secret_headers, &violations);
  if (request.method == Method::kGet && !request.body.empty()) {
    violations.Add("body", "belongs to a POST only");
  }
  if (!IsFieldValue(request.if_none_match)) {
    violations.Add("if_none_match", "has control characters");
  }
  if (!IsFieldValue(request.if_modified_since)) {
    violations.Add("if_modified_since", "has control characters");
  }
  CheckCredentials(request, &violations);
  CheckBounds(request, &violations);
  return violations.ToStatus();
}

}  // namespace dateline::http
