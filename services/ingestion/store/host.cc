#include "services/ingestion/store/host.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/http/url.h"

namespace dateline::ingestion::store {

std::string HostOf(const std::string& url) {
  const std::optional<http::Url> parsed = http::Url::Parse(url);
  if (!parsed.has_value()) return "";
  const bool is_default = parsed->port == "80" || parsed->port == "443";
  return is_default ? parsed->host : absl::StrCat(parsed->host, ":", parsed->port);
}

bool SameOrigin(const std::string& one, const std::string& other) {
  const std::optional<http::Url> left = http::Url::Parse(one);
  const std::optional<http::Url> right = http::Url::Parse(other);
  return left.has_value() && right.has_value() && left->SameOrigin(*right);
}

}  // namespace dateline::ingestion::store
