#include "services/ingestion/poll/robots.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/http/url.h"

namespace dateline::ingestion::poll {
namespace {

// RFC 9309, section 2.5 wants at least 500 KiB to be read.
constexpr size_t kMaxBytes = size_t{512} << 10;
constexpr absl::Duration kTimeout = absl::Seconds(10);
constexpr absl::Duration kBelieve = absl::Hours(24);
constexpr absl::Duration kBelieveOld = absl::Hours(1);

// A line of `name: value` without its comment; nullopt for others.
std::optional<std::pair<absl::string_view, absl::string_view>> ParseLine(absl::string_view line) {
  line = line.substr(0, line.find('#'));
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return std::nullopt;
  return std::make_pair(absl::StripAsciiWhitespace(line.substr(0, colon)),
                        absl::StripAsciiWhitespace(absl::ClippedSubstr(line, colon + 1)));
}

// "Dateline/1.0" names Dateline.
absl::string_view TokenOf(absl::string_view value) {
  const auto end = std::find_if(value.begin(), value.end(), [](char c) {
    return !absl::ascii_isalpha(static_cast<unsigned char>(c)) && c != '_' && c != '-';
  });
  return value.substr(0, static_cast<size_t>(end - value.begin()));
}

std::optional<absl::Duration> ParseDelay(absl::string_view value) {
  double seconds = 0;
  // Not NaN either.
  if (!absl::SimpleAtod(value, &seconds) || !(seconds >= 0)) return std::nullopt;
  if (seconds > absl::ToDoubleSeconds(kMaxCrawlDelay)) return kMaxCrawlDelay;
  return absl::Seconds(seconds);
}

}  // namespace

absl::Duration ParseCrawlDelay(absl::string_view robots_txt, absl::string_view product_token) {
  absl::ConsumePrefix(&robots_txt, "\xEF\xBB\xBF");
  std::optional<absl::Duration> own;
  std::optional<absl::Duration> everybodys;
  bool own_exists = false;
  bool in_own = false;
  bool in_everybodys = false;
  bool group_has_begun = false;  // a rule was seen: the next user-agent begins another group
  for (const absl::string_view line : absl::StrSplit(robots_txt, absl::ByAnyChar("\r\n"))) {
    const auto parsed = ParseLine(line);
    if (!parsed.has_value()) continue;
    const auto& [name, value] = *parsed;
    if (absl::EqualsIgnoreCase(name, "user-agent")) {
      if (group_has_begun) in_own = in_everybodys = group_has_begun = false;
      in_everybodys |= value == "*";
      in_own |= absl::EqualsIgnoreCase(TokenOf(value), product_token);
      own_exists |= in_own;
      continue;
    }
    // Lines of no group, such as sitemaps, do not end one (RFC 9309, section 2.2.4).
    const bool is_rule = absl::EqualsIgnoreCase(name, "allow") ||
                         absl::EqualsIgnoreCase(name, "disallow") ||
                         absl::EqualsIgnoreCase(name, "crawl-delay");
    group_has_begun |= is_rule;
    if (!absl::EqualsIgnoreCase(name, "crawl-delay")) continue;
    const std::optional<absl::Duration> delay = ParseDelay(value);
    if (!delay.has_value()) continue;
    if (in_own) own = std::max(own.value_or(absl::ZeroDuration()), *delay);
    if (in_everybodys) everybodys = std::max(everybodys.value_or(absl::ZeroDuration()), *delay);
  }
  return (own_exists ? own : everybodys).value_or(absl::ZeroDuration());
}

absl::StatusOr<store::CrawlDelay> FetchCrawlDelay(const RequestContext& context,
                                                  http::HttpClient& http, const std::string& url,
                                                  const store::CrawlDelay& known, absl::Time now) {
  const store::CrawlDelay as_before{known.delay, now + kBelieveOld};
  const std::optional<url::UrlRecord> parsed = http::ParseAddress(url);
  if (!parsed.has_value()) return as_before;
  http::HttpRequest request;
  request.url = absl::StrCat(url::OriginOf(*parsed), "/robots.txt");
  request.redirects = http::RedirectPolicy::kAnyOrigin;
  request.max_bytes = kMaxBytes;
  request.total_timeout = kTimeout;
  const absl::StatusOr<http::HttpResponse> response =
      http.FetchBlocking(context, std::move(request));
  DATELINE_RETURN_IF_ERROR(context.Check());
  if (!response.ok() || response->status >= 500 || response->status == 429) return as_before;
  // There is none (RFC 9309, section 2.3.1.3).
  if (response->status != 200) return store::CrawlDelay{absl::ZeroDuration(), now + kBelieve};
  return store::CrawlDelay{ParseCrawlDelay(response->body, kProductToken), now + kBelieve};
}

}  // namespace dateline::ingestion::poll
