#ifndef DATELINE_COMMON_URL_URL_RECORD_H_
#define DATELINE_COMMON_URL_URL_RECORD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::url {

// An http or https URL taken apart, as the "URL record" of the WHATWG URL standard (section 4.1).
// Every part is already percent-encoded by its own set.
struct UrlRecord {
  std::string scheme;
  std::string username;
  std::string password;
  std::string host;
  std::optional<int> port;  // Nothing for the scheme's own port.
  std::vector<std::string> path;
  std::optional<std::string> query;
  std::optional<std::string> fragment;
};

// Parses `input` against `base`, which may be null, then `input` must be absolute. Nothing on
// failure or for any scheme but http and https. Thread-safe.
std::optional<UrlRecord> ParseUrl(absl::string_view input, const UrlRecord* base);

// The serialised form; parsing it again gives the same record.
std::string SerialiseUrl(const UrlRecord& url);

// The host, and the port unless it is the scheme's own.
std::string HostAndPort(const UrlRecord& url);

// Scheme, host and the port unless it is the scheme's own, as an address without a path begins.
std::string OriginOf(const UrlRecord& url);

// Whether both are of one origin (RFC 6454).
bool SameOrigin(const UrlRecord& one, const UrlRecord& other);

}  // namespace dateline::url

#endif  // DATELINE_COMMON_URL_URL_RECORD_H_
