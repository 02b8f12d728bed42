#ifndef DATELINE_SERVICES_INGESTION_POLL_POLL_H_
#define DATELINE_SERVICES_INGESTION_POLL_POLL_H_

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/request_context.h"
#include "common/http/client.h"
#include "dateline/ingestion/v1/fetches.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/poll/fetch_metrics.h"
#include "services/ingestion/poll/lease_keeper.h"
#include "services/ingestion/poll/secret.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::poll {

// A random number from 0 to 1. Thread-safe.
double SystemJitter();

// What polling needs.
struct Dependencies {
  store::SourceStore& store;
  deliver::CatalogPort& catalog;
  deliver::TopicDirectory& topics;
  http::HttpClient& http;
  Clock* clock;
  std::function<double()> jitter = SystemJitter;
  // Renews the leases under way; null: they are taken for longer than any fetch takes.
  LeaseKeeper* leases = nullptr;
  FetchMetrics* metrics = nullptr;  // may be null
  // Whether the hubs that feeds name are kept, for subscriptions.
  bool follows_hubs = false;
  SecretPlaces secrets = {};
};

// Fetches a source once, under its lease: a conditional GET, then the whole pipeline, then the
// record. What goes wrong with the fetch or the document is an outcome of the fetch (FAILED with
// its error), not of the call. The validators are kept only once everything was delivered, so that
// nothing is lost to a 304; the same bytes as last time are NOT_MODIFIED too, unless the request is
// unconditional. Waits while the source, or another one of its host, is being fetched, by whomever:
// what it answers was fetched after it was called. OVERLOADED if that takes long; FETCH_FAILED
// while the host asks to be left alone. RESOURCE_NOT_FOUND; LEASE_LOST if the lease ran out on the
// way; FAILED_PRECONDITION for a source without an address; PEER_UNAVAILABLE if the catalog cannot
// be reached, and then nothing counts as taken.
absl::StatusOr<v1::PollSourceResponse> Poll(const RequestContext& context,
                                            const Dependencies& dependencies,
                                            const v1::PollSourceRequest& request);

// Fetches the source that has been due longest; nullopt if none is due. Errors as of Poll.
absl::StatusOr<std::optional<v1::PollSourceResponse>> PollNextDue(const RequestContext& context,
                                                                  const Dependencies& dependencies);

}  // namespace dateline::ingestion::poll

#endif  // DATELINE_SERVICES_INGESTION_POLL_POLL_H_
