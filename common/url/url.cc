#include "common/url/url.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/url/url_host.h"
#include "common/url/url_record.h"

namespace dateline::url {
namespace {

bool IsTrackingParameter(absl::string_view parameter) {
  const std::string name = PercentDecode(parameter.substr(0, parameter.find('=')));
  return std::any_of(
      kTrackingParameters.begin(), kTrackingParameters.end(), [&](absl::string_view known) {
        return absl::ConsumeSuffix(&known, "*") ? absl::StartsWithIgnoreCase(name, known)
                                                : absl::EqualsIgnoreCase(name, known);
      });
}

// `query` without its tracking parameters; nothing if no parameter is left.
std::optional<std::string> CleanQuery(absl::string_view query) {
  std::vector<absl::string_view> kept;
  for (const absl::string_view parameter : absl::StrSplit(query, '&')) {
    if (!parameter.empty() && !IsTrackingParameter(parameter)) kept.push_back(parameter);
  }
  if (kept.empty()) return std::nullopt;
  return absl::StrJoin(kept, "&");
}

}  // namespace

std::optional<std::string> ResolveUrl(absl::string_view base, absl::string_view reference) {
  std::optional<UrlRecord> parsed_base;
  if (!base.empty()) parsed_base = ParseUrl(base, nullptr);
  const std::optional<UrlRecord> url = ParseUrl(reference, parsed_base ? &*parsed_base : nullptr);
  if (!url) return std::nullopt;
  return SerialiseUrl(*url);
}

std::optional<std::string> CanonicalUrl(absl::string_view url) {
  std::optional<UrlRecord> parsed = ParseUrl(url, nullptr);
  if (!parsed) return std::nullopt;
  parsed->username.clear();
  parsed->password.clear();
  if (parsed->query) parsed->query = CleanQuery(*parsed->query);
  if (parsed->fragment && !absl::StartsWith(*parsed->fragment, "!")) parsed->fragment.reset();
  return SerialiseUrl(*parsed);
}

}  // namespace dateline::url
