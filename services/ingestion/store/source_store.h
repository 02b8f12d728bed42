#ifndef DATELINE_SERVICES_INGESTION_STORE_SOURCE_STORE_H_
#define DATELINE_SERVICES_INGESTION_STORE_SOURCE_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/fetches.pb.h"
#include "dateline/ingestion/v1/operations.pb.h"
#include "dateline/ingestion/v1/source.pb.h"

namespace dateline::ingestion::store {

// A source with what ingestion itself needs to know of it.
struct StoredSource {
  int64_t key = 0;
  v1::Source source;  // with state and health, without credentials
  int key_form = 0;
  std::string guid_memory;  // see identify/keys.h
  std::string http_etag;
  std::string http_last_modified;
  absl::Duration interval;  // that its last document gave; zero if there was none yet
  // Where permanent redirects have led to, and since when; empty if nowhere.
  std::string moved_to;
  absl::Time moved_since = absl::InfinitePast();
  // SHA-256 of the document that was delivered last; empty if it may be worth reading again.
  std::string document_digest;
  v1::Feed skip_times;  // nothing but when that document asked not to be polled
  bool has_credentials = false;
};

// What is known of the crawl delay of a source's host.
struct CrawlDelay {
  absl::Duration delay;
  absl::Time believed_until = absl::InfinitePast();
};

// The right to fetch a source, until it expires or is ended.
struct Lease {
  StoredSource source;
  v1::SourceCredentials credentials;
  int64_t epoch = 0;
  std::string host;  // HostOf its address when the lease was taken; its key in the hosts' table
  CrawlDelay crawl_delay;
  absl::Time taken;     // by the database's clock
  bool pushed = false;  // due because its hub announced a change
};

// A lease as far as renewing it needs.
struct LeaseKey {
  int64_t source_key = 0;
  int64_t epoch = 0;
  std::string host;
};

// The hub that a feed names, and what it calls itself there (WebSub). Empty if it names none.
struct HubOffer {
  std::string hub;
  std::string topic;
};

// What a fetch changes of its source.
struct FetchRecord {
  v1::Fetch fetch;  // its name is given by the store
  std::string http_etag;
  std::string http_last_modified;
  int key_form = 0;
  absl::Time next_fetch_time = absl::InfiniteFuture();
  absl::Duration interval;  // zero: as before
  // Whether a failure is the source's own, not that of the catalog or of a process that ends.
  bool blames_source = true;
  // Until when nobody is to fetch from the source's host.
  absl::Time host_not_before = absl::InfinitePast();
  // The host that asked to be left alone and until when; it need not be the source's own.
  std::string patient_host;
  absl::Time patient_until = absl::InfinitePast();
  std::string pause_reason;  // not empty: the address is gone for good
  std::string moved_to;
  absl::Time moved_since = absl::InfinitePast();
  std::string adopted_url;  // the source's new address, if it has one
  std::string document_digest;
  v1::Feed skip_times;  // of a document that was taken, as in StoredSource
  // What a document that was taken says of its hub; nullopt: nothing is to change.
  std::optional<HubOffer> hub_offer;
};

// How a write is made.
struct WriteOptions {
  std::string method;       // of the contract
  std::string request_id;   // AIP-155; may be empty
  std::string fingerprint;  // of the request
  bool validate_only = false;
};

// A source as it is to be.
struct SourceChange {
  v1::Source source;
  bool sets_credentials = false;  // then to those of `source`, or to none
};

// What could not be taken, for the record.
struct NewReject {
  absl::Status error;
  int entry_position = -1;  // -1 for a whole document
  std::string title;
  std::string content;  // the document's bytes, or the entry's pipeline::KeptForm
  // What makes it the same reject when it comes again, with the error's text; empty: the content.
  std::string fingerprint = {};
};

// An item of a stream that has a request id.
struct ItemRequest {
  std::string request_id;
  std::string fingerprint;  // of its content
};

// What is known of such an item.
struct KnownItem {
  bool reused = false;                // the id was another item's
  std::optional<std::string> answer;  // that was given to it first
};

// Ingestion's own tables. Every call may fail with DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED or
// CANCELLED. Thread-safe.
class SourceStore {
 public:
  virtual ~SourceStore() = default;

  // RESOURCE_EXISTS if the id is in use; REQUEST_ID_REUSED. A request repeated within a day gives
  // the source that it made. `source.name` is set already.
  virtual absl::StatusOr<v1::Source> Create(const RequestContext& context, const v1::Source& source,
                                            const WriteOptions& options) = 0;
  // RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<StoredSource> Get(const RequestContext& context,
                                           const std::string& name) = 0;
  // Sources by id behind `after`, `limit` at most; of one publication unless it is empty.
  virtual absl::StatusOr<std::vector<v1::Source>> List(const RequestContext& context,
                                                       const std::string& after,
                                                       const std::string& publication,
                                                       int limit) = 0;
  // Replaces a source by what `change` makes of it, under its lock; an error of `change` is
  // returned. What a new address or new credentials make doubtful (validators, failures) is
  // forgotten, and the source is due. RESOURCE_NOT_FOUND; ETAG_MISMATCH unless `etag` is empty or
  // the present one; REQUEST_ID_REUSED; INVALID_FIELD if its credentials would go to another origin
  // without having been given for it.
  virtual absl::StatusOr<v1::Source> Update(
      const RequestContext& context, const std::string& name, const std::string& etag,
      const WriteOptions& options,
      const std::function<absl::StatusOr<SourceChange>(const v1::Source&)>& change) = 0;
  // Deletes a source with its log, rejects and credentials. Errors as of Update.
  virtual absl::Status Delete(const RequestContext& context, const std::string& name,
                              const std::string& etag, const WriteOptions& options) = 0;
  // Pauses or resumes, remembering the caller and the reason of a pause; a source that is resumed
  // is due. Nothing changes if it is so already. Errors as of Delete.
  virtual absl::StatusOr<v1::Source> SetState(const RequestContext& context,
                                              const std::string& name, const std::string& etag,
                                              const WriteOptions& options, v1::SourceState state,
                                              const std::string& reason) = 0;

  // Takes the lease of a source for `duration`, and its host. RESOURCE_NOT_FOUND; LEASE_LOST if
  // somebody else has the source; OVERLOADED while another source of its host is being fetched;
  // FETCH_FAILED while the host asks to be left alone.
  virtual absl::StatusOr<Lease> TakeLease(const RequestContext& context, const std::string& name,
                                          absl::Duration duration) = 0;
  // Takes the lease of the source that has been due longest, of those whose host is not being
  // fetched from and may be; nullopt if there is none.
  virtual absl::StatusOr<std::optional<Lease>> TakeDueLease(const RequestContext& context,
                                                            absl::Duration duration) = 0;
  // Makes the leases that are still the newest of their sources last for `duration` from now.
  virtual absl::Status RenewLeases(const RequestContext& context,
                                   const std::vector<LeaseKey>& leases,
                                   absl::Duration duration) = 0;
  // Keeps the crawl delay of a host.
  virtual absl::Status SetCrawlDelay(const RequestContext& context, const std::string& host,
                                     const CrawlDelay& crawl_delay) = 0;
  // Writes what came of a fetch and ends the lease, if its epoch is still the newest; else
  // LEASE_LOST. If the source was changed meanwhile, that change wins.
  virtual absl::StatusOr<v1::Fetch> EndFetch(const RequestContext& context, const Lease& lease,
                                             const FetchRecord& record) = 0;
  // Forgets what is past use: the log of fetches after 30 days or 10,000 a source, hosts that
  // nobody fetches from. For now and then; EndFetch keeps the log of a source that is fetched in
  // bounds.
  virtual absl::Status Sweep(const RequestContext& context) = 0;
  // Fetches of a source, newest first, below `before` (0: from the newest). RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<std::vector<v1::Fetch>> ListFetches(const RequestContext& context,
                                                             const std::string& name,
                                                             int64_t before, int limit) = 0;

  // Keeps what a document taught about the source's keys. The form never gets better.
  virtual absl::Status SetEntryKeys(const RequestContext& context, int64_t source_key, int key_form,
                                    const std::string& guid_memory) = 0;

  // Keeps rejects, each once, as it came last; the oldest go when a source has more than 256 MiB or
  // they are older than 30 days. What went is counted.
  virtual absl::Status AddRejects(const RequestContext& context, int64_t source_key,
                                  const std::vector<NewReject>& rejects) = 0;
  // Rejects of a source (`sources/-`: of all), newest first, below `before` (0: from the newest).
  virtual absl::StatusOr<std::vector<v1::Reject>> ListRejects(const RequestContext& context,
                                                              const std::string& parent,
                                                              int64_t before, int limit) = 0;
  // The reject `sources/{id}/rejects/{number}`. RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<v1::Reject> GetReject(const RequestContext& context,
                                               const std::string& name) = 0;
  // Forgets a reject; OK if it is not there.
  virtual absl::Status DeleteReject(const RequestContext& context, const std::string& name) = 0;

  // How many rejects of a source (`sources/-`: of all) were given up.
  virtual absl::StatusOr<int64_t> CountDroppedRejects(const RequestContext& context,
                                                      const std::string& parent) = 0;

  // Notes that the caller brings these items, for 24 hours, before they are delivered; says in the
  // same order what is known of them from before.
  virtual absl::StatusOr<std::vector<KnownItem>> ClaimItems(
      const RequestContext& context, const std::vector<ItemRequest>& items) = 0;
  // Keeps the answers of claimed items, by request id, and replaces those by the first ones where
  // somebody was faster. Answers must hold no content.
  virtual absl::Status KeepAnswers(const RequestContext& context,
                                   const std::vector<ItemRequest>& items,
                                   std::vector<std::string>* answers) = 0;

  // Numbers for GetStatus.
  struct Counts {
    int64_t polled = 0;
    int64_t due = 0;
    absl::Duration oldest_due;
    int64_t rejects = 0;
    int64_t dropped_rejects = 0;
  };
  virtual absl::StatusOr<Counts> Count(const RequestContext& context) = 0;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_SOURCE_STORE_H_
