#include "services/ingestion/fetch/poll.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/fetch/record.h"
#include "services/ingestion/fetch/secret.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/pipeline/time.h"

namespace dateline::ingestion::fetch {
namespace {

// A process that dies gives its sources free after this.
constexpr absl::Duration kLease = absl::Minutes(2);
// The work ends before its lease does, and leaves time to write down what came of it.
constexpr absl::Duration kWork = absl::Seconds(105);

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
  if (lease.credentials.secret_case() == content::v1::SourceCredentials::SECRET_NOT_SET) {
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
  input.guid_memory = lease.source.guid_memory;
  absl::StatusOr<pipeline::Document> document = pipeline::ReadDocument(input);
  if (!document.ok()) {
    outcome->error = document.status();
    store::NewReject reject{document.status(), -1, "", outcome->response.body};
    return dependencies.store.AddRejects(context, lease.source.key, {reject});
  }
  outcome->feed = document->feed;
  outcome->key_form = static_cast<int>(document->key_form);
  const std::string guid_memory = document->guid_memory;
  for (const pipeline::DocumentEntry& entry : document->entries) {
    outcome->publish_times.push_back(pipeline::FromProto(entry.item.article().publish_time()));
  }
  DATELINE_ASSIGN_OR_RETURN(
      outcome->delivered,
      deliver::Deliver(context, dependencies.catalog, dependencies.topics, lease.source.source,
                       lease.epoch, /*validate_only=*/false, *std::move(document)));
  DATELINE_RETURN_IF_ERROR(
      dependencies.store.AddRejects(context, lease.source.key, outcome->delivered.rejects));
  if (guid_memory != lease.source.guid_memory) {
    DATELINE_RETURN_IF_ERROR(
        dependencies.store.SetEntryKeys(context, lease.source.key, outcome->key_form, guid_memory));
  }
  outcome->outcome = v1::FETCH_OUTCOME_TAKEN;
  return absl::OkStatus();
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
    // Whether the server was slow or the caller in a hurry, it did not answer in time.
    DATELINE_RETURN_IF_ERROR(context.Check());
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

absl::StatusOr<v1::PollSourceResponse> PollLeased(const RequestContext& caller,
                                                  const Dependencies& dependencies,
                                                  const store::Lease& lease, bool unconditional) {
  const absl::Time start = dependencies.clock->Now();
  const content::v1::Source& source = lease.source.source;
  Outcome outcome;
  const absl::Status status =
      source.url().empty()
          ? error::StateConflict(source.name(), "a source of uploads without an address")
          : Exchange(caller.WithTimeout(kWork), dependencies, lease, unconditional, &outcome);
  if (!status.ok()) {
    outcome.error = status;
    outcome.blames_source = false;
  }
  // The lease ends whatever happened; with the caller gone too, so that the next one need not wait
  // for it.
  const RequestContext closing = RequestContext::Background("poll").WithTimeout(absl::Seconds(5));
  const auto recorded = dependencies.store.EndFetch(
      closing, lease,
      MakeRecord(lease.source, outcome, start, dependencies.clock->Now(), dependencies.jitter()));
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

}  // namespace

double SystemJitter() { return SystemRandomBits()[0] / 4294967296.0; }

absl::StatusOr<v1::PollSourceResponse> Poll(const RequestContext& context,
                                            const Dependencies& dependencies,
                                            const v1::PollSourceRequest& request) {
  DATELINE_ASSIGN_OR_RETURN(const store::Lease lease,
                            dependencies.store.TakeLease(context, request.name(), kLease));
  return PollLeased(context, dependencies, lease, request.unconditional());
}

absl::StatusOr<std::optional<v1::PollSourceResponse>> PollNextDue(
    const RequestContext& context, const Dependencies& dependencies) {
  DATELINE_ASSIGN_OR_RETURN(const std::optional<store::Lease> lease,
                            dependencies.store.TakeDueLease(context, kLease));
  if (!lease.has_value()) return std::optional<v1::PollSourceResponse>();
  DATELINE_ASSIGN_OR_RETURN(v1::PollSourceResponse response,
                            PollLeased(context, dependencies, *lease, /*unconditional=*/false));
  return std::optional<v1::PollSourceResponse>(std::move(response));
}

}  // namespace dateline::ingestion::fetch
