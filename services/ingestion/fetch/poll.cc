#include "services/ingestion/fetch/poll.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/fetch/secret.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/pipeline/time.h"

namespace dateline::ingestion::fetch {
namespace {

// Longer than a fetch with its delivery may take; a process that dies gives its sources free after
// this.
constexpr absl::Duration kLease = absl::Minutes(2);
constexpr absl::Duration kDefaultInterval = absl::Minutes(30);
constexpr absl::Duration kMaxInterval = absl::Hours(24);

// What came of the exchange and the document.
struct Outcome {
  v1::FetchOutcome outcome = v1::FETCH_OUTCOME_FAILED;
  absl::Status error;
  http::HttpResponse response;
  deliver::Delivered delivered;
  bool well_formed = true;
  int key_form = 0;
};

absl::StatusOr<http::HttpRequest> MakeRequest(const store::Lease& lease, bool unconditional) {
  const content::v1::Source& source = lease.source.source;
  http::HttpRequest request;
  request.url = source.url();
  request.redirects = http::RedirectPolicy::kAnyOrigin;
  request.max_bytes = limits::kMaxDocumentBytes;
  request.headers.push_back(
      {"Accept",
       "application/atom+xml, application/rss+xml, application/feed+json, "
       "application/rdf+xml;q=0.9,"
       " application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"});
  if (!unconditional) {
    request.if_none_match = lease.source.http_etag;
    request.if_modified_since = lease.source.http_last_modified;
  }
  if (!lease.credentials.has_file() && !lease.credentials.has_environment() &&
      !lease.credentials.has_value()) {
    return request;
  }
  DATELINE_ASSIGN_OR_RETURN(std::string secret, ReadSecret(lease.credentials));
  if (lease.credentials.basic_username().empty()) {
    request.bearer_token = std::move(secret);
  } else {
    request.basic = http::BasicCredentials{lease.credentials.basic_username(), std::move(secret)};
  }
  return request;
}

absl::Status TakeDocument(const RequestContext& context, const Dependencies& dependencies,
                          const store::Lease& lease, Outcome* outcome) {
  pipeline::DocumentInput input;
  input.bytes = outcome->response.body;
  input.content_type = outcome->response.Header("content-type");
  input.base_url = outcome->response.final_url;
  input.source = lease.source.source;
  input.observed_at = dependencies.clock->Now();
  input.key_form = static_cast<EntryKeyForm>(lease.source.key_form);
  absl::StatusOr<pipeline::Document> document = pipeline::ReadDocument(input);
  if (!document.ok()) {
    outcome->error = document.status();
    store::NewReject reject{document.status(), -1, "", outcome->response.body};
    return dependencies.store.AddRejects(context, lease.source.key, {reject});
  }
  outcome->well_formed = document->feed.well_formed();
  outcome->key_form = static_cast<int>(document->key_form);
  DATELINE_ASSIGN_OR_RETURN(
      outcome->delivered,
      deliver::Deliver(context, dependencies.catalog, dependencies.topics, lease.source.source,
                       lease.epoch, /*validate_only=*/false, *std::move(document)));
  outcome->outcome = v1::FETCH_OUTCOME_TAKEN;
  std::vector<store::NewReject> rejects;
  for (const v1::EntryResult& entry : outcome->delivered.entries) {
    if (entry.outcome() != catalog::v1::UPSERT_OUTCOME_REJECTED) continue;
    rejects.push_back({error::FromProto(entry.error()), entry.entry_position(), entry.title(), ""});
  }
  return dependencies.store.AddRejects(context, lease.source.key, rejects);
}

// An error of the call itself (the catalog or the database is away), or OK with the fetch's
// outcome.
absl::Status Exchange(const RequestContext& context, const Dependencies& dependencies,
                      const store::Lease& lease, bool unconditional, Outcome* outcome) {
  absl::StatusOr<http::HttpRequest> request = MakeRequest(lease, unconditional);
  if (!request.ok()) {
    outcome->error = request.status();
    return absl::OkStatus();
  }
  absl::StatusOr<http::HttpResponse> response =
      dependencies.http.FetchBlocking(context, *std::move(request));
  if (!response.ok()) {
    outcome->error = response.status();
    return absl::OkStatus();
  }
  outcome->response = *std::move(response);
  if (outcome->response.status == 304) {
    outcome->outcome = v1::FETCH_OUTCOME_NOT_MODIFIED;
    return absl::OkStatus();
  }
  if (outcome->response.status != 200) {
    outcome->error = error::FetchFailed(
        lease.source.source.url(), absl::StrCat("the server answered ", outcome->response.status));
    return absl::OkStatus();
  }
  return TakeDocument(context, dependencies, lease, outcome);
}

// Errors double the interval, up to a day.
absl::Duration IntervalAfter(const content::v1::Source& source, bool succeeded) {
  absl::Duration interval = kDefaultInterval;
  if (source.polling().has_min_interval()) {
    interval = std::max(interval, absl::Seconds(source.polling().min_interval().seconds()));
  }
  if (succeeded) return interval;
  const int doublings = std::min(source.health().consecutive_failures(), 6);
  return std::min(interval * (1 << doublings), kMaxInterval);
}

store::FetchRecord MakeRecord(const Dependencies& dependencies, const store::Lease& lease,
                              absl::Time start, const Outcome& outcome) {
  store::FetchRecord record;
  v1::Fetch& fetch = record.fetch;
  pipeline::ToProto(start, fetch.mutable_start_time());
  const absl::Time end = dependencies.clock->Now();
  pipeline::ToProto(std::max(absl::ZeroDuration(), end - start), fetch.mutable_duration());
  fetch.set_outcome(outcome.outcome);
  fetch.set_http_status(outcome.response.status);
  fetch.set_bytes(static_cast<int64_t>(outcome.response.body.size()));
  fetch.set_final_url(outcome.response.final_url);
  *fetch.mutable_counts() = outcome.delivered.counts;
  fetch.set_well_formed(outcome.well_formed);
  if (!outcome.error.ok()) *fetch.mutable_error() = error::ToProto(outcome.error);
  record.http_etag = outcome.response.Header("etag");
  record.http_last_modified = outcome.response.Header("last-modified");
  record.key_form = outcome.key_form;
  record.next_fetch_time =
      end + IntervalAfter(lease.source.source, outcome.outcome != v1::FETCH_OUTCOME_FAILED);
  return record;
}

}  // namespace

absl::StatusOr<v1::PollSourceResponse> Poll(const RequestContext& context,
                                            const Dependencies& dependencies,
                                            const v1::PollSourceRequest& request) {
  DATELINE_ASSIGN_OR_RETURN(const store::Lease lease,
                            dependencies.store.TakeLease(context, request.name(), kLease));
  const absl::Time start = dependencies.clock->Now();
  Outcome outcome;
  absl::Status status;
  if (lease.source.source.url().empty()) {
    status = error::StateConflict(request.name(), "a source of uploads without an address");
  } else {
    status = Exchange(context, dependencies, lease, request.unconditional(), &outcome);
  }
  if (!status.ok()) {
    outcome.outcome = v1::FETCH_OUTCOME_FAILED;
    outcome.error = status;
  }
  // The lease ends whatever happened; with the caller gone too, so that the next one need not wait
  // for it.
  const RequestContext closing = RequestContext::Background("poll").WithTimeout(absl::Seconds(5));
  const auto recorded =
      dependencies.store.EndFetch(closing, lease, MakeRecord(dependencies, lease, start, outcome));
  DATELINE_RETURN_IF_ERROR(status);
  if (!recorded.ok()) return recorded.status();
  v1::PollSourceResponse response;
  *response.mutable_fetch() = *recorded;
  for (v1::EntryResult& entry : outcome.delivered.entries) {
    *response.add_entries() = std::move(entry);
  }
  response.set_position(outcome.delivered.position);
  return response;
}

}  // namespace dateline::ingestion::fetch
