#ifndef DATELINE_COMMON_ERRORS_ERRORS_H_
#define DATELINE_COMMON_ERRORS_ERRORS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/errors/details.h"

// One function for each way in which a call can fail: code, text and details are decided here, call
// sites only say what happened. Codes follow AIP-193 and AIP-194. Texts never hold SQL or host
// names.
namespace dateline::error {

// Collects what is wrong with a request, so that the caller learns all of it at once, as far as an
// error can hold it: the first violations are kept, the others counted.
class FieldViolations {
 public:
  // `field` is the path within the request, e.g. `items[3].article.title`. Both are cut to what an
  // error may repeat.
  void Add(absl::string_view field, absl::string_view why);
  bool empty() const { return count_ == 0; }
  // How many were added.
  size_t size() const { return count_; }
  // OK if nothing was added; else INVALID_ARGUMENT, reason INVALID_FIELD, with the violations that
  // are kept. The text says how many there are beyond those that it names.
  absl::Status ToStatus() const;

 private:
  google::rpc::BadRequest bad_request_;
  size_t bytes_ = 0;
  size_t count_ = 0;
};

// INVALID_ARGUMENT.
absl::Status InvalidField(absl::string_view field, absl::string_view why);
absl::Status InvalidPageToken(absl::string_view field = "page_token");
absl::Status PageTokenMismatch(absl::string_view field = "page_token");
absl::Status InvalidPosition(absl::string_view field);
absl::Status DocumentTooLarge(size_t bytes, size_t limit);
absl::Status UnknownFormat(absl::string_view looks_like);
absl::Status EntityExpansion();
absl::Status TooManyEntries(size_t entries, size_t limit);
absl::Status EmptyEntry();
absl::Status RequestIdReused(absl::string_view request_id);
// INVALID_FIELD, without the field: the database found the value, not a check of ours.
absl::Status UnstorableValue();

// NOT_FOUND, ALREADY_EXISTS, ABORTED, FAILED_PRECONDITION on a named resource.
absl::Status ResourceNotFound(absl::string_view resource);
absl::Status ResourceExists(absl::string_view resource);
absl::Status EtagMismatch(absl::string_view resource);
absl::Status PathTaken(absl::string_view path);
absl::Status StateConflict(absl::string_view resource, absl::string_view state);
// `users` says who refers to it, e.g. `3 articles`; a program reads it in the metadata.
absl::Status ResourceInUse(absl::string_view resource, absl::string_view users);
absl::Status TakenDown(absl::string_view resource);
absl::Status LeaseLost(absl::string_view source);

// FAILED_PRECONDITION: `why` says what of the position does not fit (log, timeline, retention).
absl::Status PositionExpired(absl::string_view why);

// UNAVAILABLE with RetryInfo.
absl::Status PositionNotReached(absl::Duration retry = absl::Milliseconds(100));
absl::Status Overloaded(absl::Duration retry = absl::Milliseconds(200));
absl::Status DatabaseUnavailable(absl::Duration retry = absl::Seconds(1));
absl::Status PeerUnavailable(absl::string_view service, absl::Duration retry = absl::Seconds(1));
absl::Status NotReady(absl::Duration retry = absl::Seconds(1));
absl::Status FetchFailed(absl::string_view url, absl::string_view cause,
                         absl::Duration retry = absl::Seconds(60));

// RESOURCE_EXHAUSTED with RetryInfo.
absl::Status QuotaExceeded(absl::Duration retry);

// FAILED_PRECONDITION: `url` leads to a host that is not public.
absl::Status AddressNotPublic(absl::string_view url);

// ABORTED with RetryInfo: transactions kept colliding.
absl::Status Conflict(absl::Duration retry = absl::Milliseconds(100));
// UNKNOWN: the connection broke while committing.
absl::Status OutcomeUnknown();
absl::Status DeadlineExceeded();
absl::Status Cancelled();
absl::Status NotImplemented(absl::string_view method);
// INTERNAL. `what` goes to the caller: name the step, never SQL, hosts or content.
absl::Status Internal(absl::string_view what);
absl::Status Unauthenticated();
absl::Status PermissionDenied(absl::string_view role);

}  // namespace dateline::error

#endif  // DATELINE_COMMON_ERRORS_ERRORS_H_
