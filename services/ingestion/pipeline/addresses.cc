#include "services/ingestion/pipeline/addresses.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/url/url.h"
#include "common/url/url_record.h"

namespace dateline::ingestion::pipeline {
namespace {

std::string HostOf(const std::string& url) {
  const std::optional<url::UrlRecord> parsed = url::ParseUrl(url, nullptr);
  return parsed.has_value() ? std::string(absl::StripPrefix(parsed->host, "www.")) : "";
}

}  // namespace

std::vector<std::string> AddressesOf(const v1::Feed& feed) {
  std::vector<std::string> addresses;
  for (const v1::FeedEntry& entry : feed.entries()) {
    addresses.push_back(url::CanonicalUrl(entry.link()).value_or(""));
  }
  return addresses;
}

std::string OwnLink(const std::string& link, const std::string& canonical) {
  const size_t fragment = link.find('#');
  const bool has_fragment = fragment != std::string::npos && fragment + 1 < link.size();
  if (canonical.empty() || !has_fragment || absl::StrContains(canonical, '#')) return canonical;
  return absl::StrCat(canonical, absl::ClippedSubstr(link, fragment));
}

std::set<std::string> SharedAddresses(const std::vector<std::string>& addresses,
                                      const std::vector<std::string>& keys) {
  std::map<std::string, const std::string*> first;
  std::set<std::string> shared;
  for (size_t i = 0; i < addresses.size(); ++i) {
    const auto [known, is_new] = first.emplace(addresses[i], &keys[i]);
    if (!is_new && *known->second != keys[i]) shared.insert(addresses[i]);
  }
  return shared;
}

bool MayClaim(const std::string& canonical, const v1::Source& source) {
  const std::string host = HostOf(canonical);
  if (host.empty()) return false;
  const std::string own_host = HostOf(source.url());
  if (!own_host.empty() && (host == own_host || absl::EndsWith(host, "." + own_host))) return true;
  return std::any_of(source.canonical_hosts().begin(), source.canonical_hosts().end(),
                     [&](const std::string& allowed) { return host == allowed; });
}

}  // namespace dateline::ingestion::pipeline
