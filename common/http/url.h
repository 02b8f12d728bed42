#ifndef DATELINE_COMMON_HTTP_URL_H_
#define DATELINE_COMMON_HTTP_URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::http {

// An http or https address in parts. A value type.
struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case; IPv6 in brackets
  std::string port;    // never empty
  std::string path;    // begins with "/"
  std::string text;    // the whole address without fragment

  // Reads an absolute address; nullopt if it is none, is not http or https, or has a user name.
  static std::optional<Url> Parse(const std::string& text);

  // What `reference`, a Location header, means here (RFC 3986, section 5; RFC 9110, 10.2.2).
  std::optional<Url> Resolve(const std::string& reference) const;

  bool SameOrigin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }

  // The address as it may stand in errors: queries hold keys and tokens, so they are left out.
  std::string ForMessages() const;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_URL_H_
