#ifndef DATELINE_SERVICES_INGESTION_POLL_ROBOTS_H_
#define DATELINE_SERVICES_INGESTION_POLL_ROBOTS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "common/http/client.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::poll {

// The name by which robots.txt speaks of us (RFC 9309, section 2.2.1).
inline constexpr char kProductToken[] = "Dateline";
// More is not believed: a source must not be able to keep a whole host from being read.
inline constexpr absl::Duration kMaxCrawlDelay = absl::Minutes(10);

// The Crawl-delay of the groups for `product_token` (any case), together as if they were one, else
// of those for `*`; zero if there is none. Bounded by kMaxCrawlDelay. Takes any bytes; pure.
absl::Duration ParseCrawlDelay(absl::string_view robots_txt, absl::string_view product_token);

// Asks the host of `url`, an absolute address, for its robots.txt. What was learnt is believed for
// a day (RFC 9309, section 2.4); without an answer, `known` for another hour. Never fails but with
// the context's own error.
absl::StatusOr<store::CrawlDelay> FetchCrawlDelay(const RequestContext& context,
                                                  http::HttpClient& http, const std::string& url,
                                                  const store::CrawlDelay& known, absl::Time now);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_ROBOTS_H_
