#include "services/ingestion/discover/discover.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/http/url.h"
#include "services/ingestion/decode/encoding.h"
#include "services/ingestion/discover/candidates.h"
#include "services/ingestion/pipeline/inspect.h"

namespace dateline::ingestion::discover {
namespace {

constexpr int kOk = 200;
constexpr absl::Duration kTimeout = absl::Seconds(15);

absl::StatusOr<http::HttpResponse> Fetch(const RequestContext& context, http::HttpClient& http,
                                         const std::string& url, size_t max_bytes) {
  http::HttpRequest request;
  request.url = url;
  request.redirects = http::RedirectPolicy::kAnyOrigin;
  request.max_bytes = max_bytes;
  request.total_timeout = kTimeout;
  request.headers = {{"Accept",
                      "application/atom+xml, application/rss+xml, application/feed+json,"
                      " application/xml;q=0.9, text/html;q=0.9, */*;q=0.1"}};
  return http.FetchBlocking(context, std::move(request));
}

// The feed that an answer is; nullopt if it is none.
std::optional<v1::DiscoveredFeed> FeedOf(const http::HttpResponse& response, Clock* clock,
                                         v1::FeedDiscovery found_by) {
  if (response.status != kOk) return std::nullopt;
  const auto feed = pipeline::InspectBytes(response.body, response.Header("content-type"),
                                           response.final_url, clock->Now());
  if (!feed.ok()) return std::nullopt;
  v1::DiscoveredFeed found;
  found.set_url(response.final_url);
  found.set_title(feed->title());
  found.set_entries(feed->entries_size());
  found.set_format(feed->format());
  found.set_found_by(found_by);
  return found;
}

void Add(v1::DiscoveredFeed feed, v1::DiscoverFeedsResponse* response) {
  const bool known =
      std::any_of(response->feeds().begin(), response->feeds().end(),
                  [&](const v1::DiscoveredFeed& other) { return other.url() == feed.url(); });
  if (!known) *response->add_feeds() = std::move(feed);
}

// Fetches candidates until `*left` is used up, and keeps the feeds.
absl::Status Verify(const RequestContext& context, http::HttpClient& http, Clock* clock,
                    const std::vector<Candidate>& candidates, int* left,
                    v1::DiscoverFeedsResponse* response) {
  for (const Candidate& candidate : candidates) {
    if (--*left < 0) return absl::OkStatus();
    const auto answer = Fetch(context, http, candidate.url, limits::kMaxDocumentBytes);
    DATELINE_RETURN_IF_ERROR(context.Check());
    if (!answer.ok()) continue;
    if (auto feed = FeedOf(*answer, clock, candidate.found_by)) Add(*std::move(feed), response);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::DiscoverFeedsResponse> DiscoverFeeds(const RequestContext& context,
                                                        http::HttpClient& http, Clock* clock,
                                                        const std::string& url) {
  v1::DiscoverFeedsResponse response;
  DATELINE_ASSIGN_OR_RETURN(const http::HttpResponse page,
                            Fetch(context, http, url, limits::kMaxDocumentBytes));
  if (auto feed = FeedOf(page, clock, v1::FEED_DISCOVERY_ADDRESS)) {
    Add(*std::move(feed), &response);
    return response;
  }
  if (page.status != kOk) {
    const std::optional<url::UrlRecord> parsed = http::ParseAddress(page.final_url);
    return error::FetchFailed(parsed.has_value() ? http::ForMessages(*parsed) : "the page",
                              absl::StrCat("the server answered ", page.status));
  }
  if (page.body.size() > kMaxPageBytes) {
    return error::DocumentTooLarge(page.body.size(), kMaxPageBytes);
  }
  const decode::Decoded decoded = decode::Decode(page.body, page.Header("content-type"));
  int left = kMaxFetches - 1;
  DATELINE_RETURN_IF_ERROR(
      Verify(context, http, clock, NamedFeeds(page, decoded.text), &left, &response));
  if (response.feeds().empty()) {
    DATELINE_RETURN_IF_ERROR(
        Verify(context, http, clock, WellKnownPaths(page.final_url), &left, &response));
  }
  return response;
}

}  // namespace dateline::ingestion::discover
