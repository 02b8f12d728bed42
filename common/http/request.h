#ifndef DATELINE_COMMON_HTTP_REQUEST_H_
#define DATELINE_COMMON_HTTP_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/limits.h"

namespace dateline::http {

enum class Method { kGet, kPost };

// Where a redirect may lead. An origin is scheme, host and port (RFC 6454).
enum class RedirectPolicy { kNever, kSameOrigin, kAnyOrigin };

struct HttpHeader {
  std::string name;
  std::string value;
};

// For HTTP Basic authentication (RFC 7617).
struct BasicCredentials {
  std::string user;
  std::string password;
};

// One request with its bounds. What is secret (credentials, `secret_headers`) goes to the origin of
// `url` only, and never into an error. No cookies and no Referer are ever sent.
struct HttpRequest {
  std::string url;  // absolute, http or https, without user name
  Method method = Method::kGet;
  // Sent at every hop. Not those that the client sets itself (Host, Content-Length, Accept-Encoding
  // and the like), nor Authorization and Cookie.
  std::vector<HttpHeader> headers;
  std::vector<HttpHeader> secret_headers;
  std::string body;               // of a POST
  std::string if_none_match;      // an entity tag with its quotes; empty: not sent
  std::string if_modified_since;  // a date as the server sent it; empty: not sent
  std::optional<BasicCredentials> basic;
  std::string bearer_token;  // RFC 6750; not together with `basic`

  RedirectPolicy redirects = RedirectPolicy::kNever;
  int max_redirects = 5;

  // Of the body, after decompression too.
  size_t max_bytes = limits::kMaxDocumentBytes;
  // Of all header lines of one answer.
  size_t max_header_bytes = size_t{64} << 10;
  absl::Duration connect_timeout = absl::Seconds(10);
  // From the call to the last byte, redirects included.
  absl::Duration total_timeout = absl::Seconds(60);
  // A server that sends less than this for `low_speed_window` (whole seconds) is given up.
  int64_t min_bytes_per_second = 100;
  absl::Duration low_speed_window = absl::Seconds(20);
};

// A redirect that was followed.
struct Redirect {
  int status = 0;  // 301, 302, 303, 307 or 308
  std::string from;
  std::string to;
};

// How long the last hop took, each from its start; zero for what a reused connection did not need.
struct HttpTiming {
  absl::Duration name_lookup;
  absl::Duration connected;
  absl::Duration secured;
  absl::Duration first_byte;
  absl::Duration total;
};

// An answer, whatever its status.
struct HttpResponse {
  int status = 0;
  int http_major_version = 1;
  std::vector<HttpHeader> headers;  // in the order received, trailers left out
  std::string body;                 // decompressed
  std::string final_url;            // without fragment
  std::vector<Redirect> redirects;  // in the order followed
  std::string remote_address;       // of the last hop, without port
  HttpTiming timing;

  // The first header of this name (in any case), or "".
  std::string Header(absl::string_view name) const;
};

// INVALID_FIELD that names what is wrong: an address that is not http or https, a header that
// cannot be sent, a bound that is not positive. Never repeats a secret.
absl::Status Validate(const HttpRequest& request);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_REQUEST_H_
