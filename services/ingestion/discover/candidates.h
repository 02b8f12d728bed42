#ifndef DATELINE_SERVICES_INGESTION_DISCOVER_CANDIDATES_H_
#define DATELINE_SERVICES_INGESTION_DISCOVER_CANDIDATES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/http/request.h"
#include "dateline/ingestion/v1/fetches.pb.h"

namespace dateline::ingestion::discover {

// An address that may be a feed.
struct Candidate {
  std::string url;
  v1::FeedDiscovery found_by = v1::FEED_DISCOVERY_UNSPECIFIED;
};

// What a page says are its feeds: `alternate` links of a feed's media type and `feed` links, from
// its Link headers, then from its HTML (UTF-8), each address once. Links to oEmbed answers and to
// WordPress's API are none. Pure.
std::vector<Candidate> NamedFeeds(const http::HttpResponse& page, absl::string_view html);

// Where feeds often are that nobody names, on the page's host. Pure.
std::vector<Candidate> WellKnownPaths(const std::string& page_url);

}  // namespace dateline::ingestion::discover

#endif  // DATELINE_SERVICES_INGESTION_DISCOVER_CANDIDATES_H_
