#ifndef DATELINE_SERVICES_INGESTION_DISCOVER_DISCOVER_H_
#define DATELINE_SERVICES_INGESTION_DISCOVER_DISCOVER_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/request_context.h"
#include "common/http/client.h"
#include "dateline/ingestion/v1/fetches.pb.h"

namespace dateline::ingestion::discover {

// How many addresses are fetched for one page, itself included, and how large a page may be.
inline constexpr int kMaxFetches = 32;
inline constexpr size_t kMaxPageBytes = size_t{4} << 20;

// Finds the feeds of a page: the address itself, what the page names, and where it names none some
// well-known paths; each is fetched, one after the other, and kept if it is a feed. Addresses that
// lead to the same document are given once. FETCH_FAILED or ADDRESS_NOT_PUBLIC for the page itself;
// DOCUMENT_TOO_LARGE if it is more than kMaxPageBytes; the context's own errors. Thread-safe.
absl::StatusOr<v1::DiscoverFeedsResponse> DiscoverFeeds(const RequestContext& context,
                                                        http::HttpClient& http, Clock* clock,
                                                        const std::string& url);

}  // namespace dateline::ingestion::discover

#endif  // DATELINE_SERVICES_INGESTION_DISCOVER_DISCOVER_H_
