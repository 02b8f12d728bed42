#ifndef DATELINE_COMMON_ERRORS_ERRORS_H_
#define DATELINE_COMMON_ERRORS_ERRORS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/errors/v1/error_reason.pb.h"

// One function per failure: code, text and details are decided here, callers say only what
// happened. Every status carries one google.rpc.ErrorInfo (AIP-193); details are payloads keyed by
// their type URL. Texts go to clients: never pass SQL or host names. All functions are thread-safe.
namespace dateline::error {

using ErrorReason = ::dateline::errors::v1::ErrorReason;

inline constexpr char kDomain[] = "dateline";

// Time after which a client may try again where the caller knows nothing better.
inline constexpr absl::Duration kDefaultRetry = absl::Seconds(1);

struct FieldViolation {
  std::string field;
  std::string why;
  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

// Collects what is wrong with a request, so that the client learns it all at once. Not thread-safe.
class FieldViolations {
 public:
  // `field` is the path in the request ("article.title"), `why` a clause such as "must not be
  // empty".
  void Add(absl::string_view field, absl::string_view why);
  bool empty() const { return violations_.empty(); }
  // OK when nothing was added, else INVALID_ARGUMENT, INVALID_FIELD; the metadata names the first
  // field.
  absl::Status ToStatus() const;

 private:
  std::vector<FieldViolation> violations_;
};

// INVALID_ARGUMENT: the request is wrong whatever the system's state.
absl::Status InvalidField(absl::string_view field, absl::string_view why);
absl::Status InvalidPageToken(absl::string_view field);
absl::Status PageTokenMismatch();
absl::Status InvalidPosition(absl::string_view field);
absl::Status DocumentTooLarge(size_t bytes, size_t limit);
absl::Status TooManyEntries(size_t entries, size_t limit);
absl::Status UnknownFormat(absl::string_view format);
absl::Status EntityExpansion();
absl::Status EmptyEntry();
absl::Status AddressNotPublic(absl::string_view url);
absl::Status RequestIdReused(absl::string_view request_id);

// Resources, by full name. NOT_FOUND, ALREADY_EXISTS (also a taken path), ABORTED (etag).
absl::Status ResourceNotFound(absl::string_view name);
absl::Status ResourceExists(absl::string_view name);
absl::Status PathTaken(absl::string_view path);
absl::Status EtagMismatch(absl::string_view name);

// FAILED_PRECONDITION: do not retry before the state has changed.
absl::Status StateConflict(absl::string_view name, absl::string_view state);
absl::Status ResourceInUse(absl::string_view name);
absl::Status TakenDown(absl::string_view name);
absl::Status LeaseLost(absl::string_view source);
absl::Status PositionExpired(absl::string_view why);

// UNAVAILABLE with RetryInfo: send the same call again after `retry`.
absl::Status PositionNotReached(absl::Duration retry = kDefaultRetry);
absl::Status Overloaded(absl::Duration retry = kDefaultRetry);
absl::Status DatabaseUnavailable(absl::Duration retry = kDefaultRetry);
absl::Status PeerUnavailable(absl::string_view service, absl::Duration retry = kDefaultRetry);
absl::Status NotReady(absl::Duration retry = kDefaultRetry);
// `cause` is a public term such as "timeout" or "http_503", never a resolver's or socket's text.
absl::Status FetchFailed(absl::string_view url, absl::string_view cause);

// RESOURCE_EXHAUSTED with RetryInfo.
absl::Status QuotaExceeded(absl::Duration retry);
// ABORTED: repeat the whole operation.
absl::Status Conflict();
// UNKNOWN: never repeat blindly.
absl::Status OutcomeUnknown();

absl::Status DeadlineExceeded();
absl::Status Cancelled();
// UNIMPLEMENTED; `method` is the full name, "dateline.query.v1.QueryService/WatchArticles".
absl::Status NotImplemented(absl::string_view method);
// INTERNAL; `what` is for developers, without data.
absl::Status Internal(absl::string_view what);
absl::Status Unauthenticated();
absl::Status PermissionDenied(absl::string_view role);

// The reason of `status`; UNSPECIFIED when it is OK, has no ErrorInfo of this domain or an unknown
// reason.
ErrorReason ReasonOf(const absl::Status& status);
// The BadRequest violations of `status`, in order; empty when there are none.
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);
// The time in RetryInfo; ZeroDuration() when there is none.
absl::Duration RetryDelayOf(const absl::Status& status);
// `status` itself when it has an ErrorInfo or is OK; else with the one that suits its code.
absl::Status WithReason(const absl::Status& status);

}  // namespace dateline::error

#endif  // DATELINE_COMMON_ERRORS_ERRORS_H_
