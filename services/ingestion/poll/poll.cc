#include "services/ingestion/poll/poll.h"

#include <openssl/sha.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/api/proto_time.h"
#include "common/base/guard.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/http/url.h"
#include "common/obs/log.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/poll/hub.h"
#include "services/ingestion/poll/record.h"
#include "services/ingestion/poll/robots.h"
#include "services/ingestion/poll/secret.h"

namespace dateline::ingestion::poll {
namespace {

// A process that dies gives its sources free after this, if nobody renews them.
constexpr absl::Duration kLease = absl::Minutes(2);
// The work ends before such a lease does, and leaves time to write down what came of it.
constexpr absl::Duration kWork = absl::Seconds(105);
// How long a call waits for a source or a host that another fetch has, and how often it looks.
constexpr absl::Duration kWaitForHost = absl::Seconds(30);
constexpr absl::Duration kLook = absl::Milliseconds(50);
constexpr absl::Duration kRetryTaken = absl::Seconds(5);

constexpr int kOk = 200;
constexpr int kNotModified = 304;

// What an attempt is made for.
struct Attempt {
  v1::FetchTrigger trigger = v1::FETCH_TRIGGER_SCHEDULE;
  std::string caller;
  bool unconditional = false;
};

std::string DigestOf(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// Addresses may hold keys in their queries, which do not belong in errors.
std::string ForMessages(const std::string& url) {
  const std::optional<url::UrlRecord> parsed = http::ParseAddress(url);
  return parsed.has_value() ? http::ForMessages(*parsed) : std::string("its address");
}

absl::StatusOr<http::HttpRequest> MakeRequest(const SecretPlaces& secrets,
                                              const store::Lease& lease, bool unconditional) {
  const v1::Source& source = lease.source.source;
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
  if (lease.credentials.secret_case() == v1::SourceCredentials::SECRET_NOT_SET) {
    return request;
  }
  DATELINE_ASSIGN_OR_RETURN(std::string secret, ReadSecret(secrets, lease.credentials));
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
  if (dependencies.follows_hubs) outcome->hub_offer = FindHub(outcome->response, document->feed);
  outcome->key_form = static_cast<int>(document->key_form);
  const std::string guid_memory = document->guid_memory;
  for (const pipeline::DocumentEntry& entry : document->entries) {
    outcome->publish_times.push_back(TimeFromProto(entry.item.article().publish_time()));
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
  outcome->document_digest = DigestOf(outcome->response.body);
  return absl::OkStatus();
}

// What an answer of a status other than 200 means.
void JudgeStatus(const store::Lease& lease, bool unconditional, Outcome* outcome) {
  const int status = outcome->response.status;
  const bool asked = !unconditional &&
                     (!lease.source.http_etag.empty() || !lease.source.http_last_modified.empty());
  if (status == kNotModified && asked) {
    outcome->outcome = v1::FETCH_OUTCOME_NOT_MODIFIED;
    return;
  }
  outcome->error = error::FetchFailed(
      ForMessages(lease.source.source.url()),
      status == kNotModified
          ? std::string("the server answered 304 to a request without conditions")
          : absl::StrCat("the server answered ", status));
}

// Fills in the crawl delay of the source's host if the source wants it kept.
absl::Status LearnCrawlDelay(const RequestContext& context, const Dependencies& dependencies,
                             const store::Lease& lease, Outcome* outcome) {
  const v1::Source& source = lease.source.source;
  if (!source.polling().honour_crawl_delay()) return absl::OkStatus();
  store::CrawlDelay known = lease.crawl_delay;
  const absl::Time now = dependencies.clock->Now();
  if (known.believed_until <= now) {
    DATELINE_ASSIGN_OR_RETURN(
        known, FetchCrawlDelay(context, dependencies.http, source.url(), known, now));
    DATELINE_RETURN_IF_ERROR(dependencies.store.SetCrawlDelay(context, lease.host, known));
  }
  outcome->crawl_delay = known.delay;
  return absl::OkStatus();
}

// An error of the call itself (the catalog or the database is away), or OK with the fetch's
// outcome.
absl::Status Exchange(const RequestContext& context, const Dependencies& dependencies,
                      const store::Lease& lease, bool unconditional, Outcome* outcome) {
  DATELINE_RETURN_IF_ERROR(LearnCrawlDelay(context, dependencies, lease, outcome));
  absl::StatusOr<http::HttpRequest> request =
      MakeRequest(dependencies.secrets, lease, unconditional);
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
  if (outcome->response.status != kOk) {
    JudgeStatus(lease, unconditional, outcome);
    return absl::OkStatus();
  }
  if (!unconditional && !lease.source.document_digest.empty() &&
      DigestOf(outcome->response.body) == lease.source.document_digest) {
    outcome->outcome = v1::FETCH_OUTCOME_NOT_MODIFIED;
    outcome->document_digest = lease.source.document_digest;
    return absl::OkStatus();
  }
  return TakeDocument(context, dependencies, lease, outcome);
}

// The same, whatever throws on the way: then this fetch has failed, is recorded so, and its source
// waits as after any failure.
absl::Status GuardedExchange(const RequestContext& context, const Dependencies& dependencies,
                             const store::Lease& lease, bool unconditional, Outcome* outcome) {
  return RunGuarded([&] { return Exchange(context, dependencies, lease, unconditional, outcome); },
                    [&](absl::string_view what) {
                      obs::Log(
                          obs::Level::kError, "a fetch threw",
                          {{"source", lease.source.source.name()}, {"error", std::string(what)}});
                      outcome->outcome = v1::FETCH_OUTCOME_FAILED;
                      outcome->error = error::Internal("the document could not be worked on");
                      return absl::OkStatus();
                    });
}

absl::StatusOr<v1::PollSourceResponse> PollLeased(const RequestContext& caller,
                                                  const Dependencies& dependencies,
                                                  const store::Lease& lease,
                                                  const Attempt& attempt) {
  const LeaseKeeper::Hold hold(dependencies.leases, lease);
  const absl::Time start = dependencies.clock->Now();
  const v1::Source& source = lease.source.source;
  Outcome outcome;
  outcome.trigger = attempt.trigger;
  outcome.caller = attempt.caller;
  const absl::Status status =
      source.url().empty()
          ? error::StateConflict(source.name(), "a source of uploads without an address")
          : GuardedExchange(caller.WithTimeout(kWork), dependencies, lease, attempt.unconditional,
                            &outcome);
  if (!status.ok()) {
    outcome.error = status;
    outcome.blames_source = false;
  }
  // The lease ends whatever happened; with the caller gone too, so that the next one need not wait
  // for it.
  const RequestContext closing = RequestContext::Background("poll").WithTimeout(absl::Seconds(5));
  const store::FetchRecord record =
      MakeRecord(lease.source, outcome, start, dependencies.clock->Now(), dependencies.jitter());
  const auto recorded = dependencies.store.EndFetch(closing, lease, record);
  if (dependencies.metrics != nullptr) {
    const absl::Time due = TimeFromProto(source.health().next_fetch_time());
    dependencies.metrics->Record(record.fetch, start - due);
  }
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

// Whether somebody else fetches the source or from its host.
bool IsTaken(const absl::Status& status) {
  const auto reason = error::ReasonOf(status);
  return reason == errors::v1::ERROR_REASON_OVERLOADED ||
         reason == errors::v1::ERROR_REASON_LEASE_LOST;
}

absl::Duration LeaseTime(const Dependencies& dependencies) {
  return dependencies.leases == nullptr ? kLease : dependencies.leases->lease();
}

}  // namespace

double SystemJitter() { return SystemRandomBits()[0] / 4294967296.0; }

absl::StatusOr<v1::PollSourceResponse> Poll(const RequestContext& context,
                                            const Dependencies& dependencies,
                                            const v1::PollSourceRequest& request) {
  const absl::Duration lease_time = LeaseTime(dependencies);
  const RequestContext waiting = context.WithTimeout(kWaitForHost);
  absl::StatusOr<store::Lease> lease =
      dependencies.store.TakeLease(context, request.name(), lease_time);
  while (!lease.ok() && IsTaken(lease.status()) && waiting.Check().ok()) {
    absl::SleepFor(kLook);
    lease = dependencies.store.TakeLease(context, request.name(), lease_time);
  }
  // Nobody has lost anything: whoever fetches it takes long.
  if (!lease.ok() && IsTaken(lease.status())) return error::Overloaded(kRetryTaken);
  if (!lease.ok()) return lease.status();
  return PollLeased(context, dependencies, *lease,
                    {v1::FETCH_TRIGGER_REQUEST, context.caller(), request.unconditional()});
}

absl::StatusOr<std::optional<v1::PollSourceResponse>> PollNextDue(
    const RequestContext& context, const Dependencies& dependencies) {
  DATELINE_ASSIGN_OR_RETURN(const std::optional<store::Lease> lease,
                            dependencies.store.TakeDueLease(context, LeaseTime(dependencies)));
  if (!lease.has_value()) return std::optional<v1::PollSourceResponse>();
  Attempt attempt;
  if (lease->pushed) attempt.trigger = v1::FETCH_TRIGGER_PUSH;
  DATELINE_ASSIGN_OR_RETURN(v1::PollSourceResponse response,
                            PollLeased(context, dependencies, *lease, attempt));
  return std::optional<v1::PollSourceResponse>(std::move(response));
}

}  // namespace dateline::ingestion::poll
