#include "services/ingestion/store/host.h"

#include <optional>

#include "common/http/url.h"

namespace dateline::ingestion::store {

std::string HostOf(const std::string& url) {
  const std::optional<url::UrlRecord> parsed = http::ParseAddress(url);
  return parsed.has_value() ? url::HostAndPort(*parsed) : "";
}

bool SameOrigin(const std::string& one, const std::string& other) {
  const std::optional<url::UrlRecord> left = http::ParseAddress(one);
  const std::optional<url::UrlRecord> right = http::ParseAddress(other);
  return left.has_value() && right.has_value() && url::SameOrigin(*left, *right);
}

}  // namespace dateline::ingestion::store
