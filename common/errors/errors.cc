#include "common/errors/errors.h"

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/excerpt.h"

namespace dateline::error {
namespace {

using absl::StatusCode;
using namespace errors::v1;  // NOLINT(google-build-using-namespace): the reasons, in their own
                             // catalogue.

// A value as a text repeats it.
std::string Quoted(absl::string_view value) { return Excerpt(value, kMaxQuotedBytes); }

absl::Status MakeForField(ErrorReason reason, absl::string_view field, absl::string_view why) {
  google::rpc::BadRequest bad_request;
  auto& violation = *bad_request.add_field_violations();
  violation.set_field(Excerpt(field, kMaxFieldPathBytes));
  violation.set_description(Excerpt(why, kMaxWhyBytes));
  absl::Status status = Make(StatusCode::kInvalidArgument, reason,
                             absl::StrCat(violation.field(), ": ", violation.description()),
                             {{"field", violation.field()}});
  AddBadRequest(&status, bad_request);
  return status;
}

absl::Status MakeForResource(StatusCode code, ErrorReason reason, absl::string_view resource,
                             absl::string_view text) {
  absl::Status status = Make(code, reason, absl::StrCat(Quoted(resource), " ", text),
                             {{"resource", std::string(resource)}});
  AddResourceInfo(&status, resource);
  return status;
}

}  // namespace

void FieldViolations::Add(absl::string_view field, absl::string_view why) {
  ++count_;
  google::rpc::BadRequest::FieldViolation violation;
  violation.set_field(Excerpt(field, kMaxFieldPathBytes));
  violation.set_description(Excerpt(why, kMaxWhyBytes));
  bytes_ += violation.ByteSizeLong() + 3;  // Its tag and length.
  if (bytes_ <= kMaxViolationsBytes) *bad_request_.add_field_violations() = std::move(violation);
}

absl::Status FieldViolations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  // Room for how many there are besides.
  constexpr size_t kRoom = limits::kMaxErrorMessageBytes - 40;
  std::string text;
  size_t named = 0;
  for (const auto& violation : bad_request_.field_violations()) {
    const std::string next =
        absl::StrCat(text.empty() ? "" : "; ", violation.field(), ": ", violation.description());
    if (text.size() + next.size() > kRoom) break;
    text += next;
    ++named;
  }
  Metadata metadata = {{"field", bad_request_.field_violations(0).field()}};
  if (named < count_) {
    const std::string more = absl::StrCat(count_ - named);
    absl::StrAppend(&text, "; and ", more, " more");
    metadata.emplace_back("more", more);
  }
  absl::Status status =
      Make(StatusCode::kInvalidArgument, ERROR_REASON_INVALID_FIELD, text, metadata);
  AddBadRequest(&status, bad_request_);
  return status;
}

absl::Status InvalidField(absl::string_view field, absl::string_view why) {
  return MakeForField(ERROR_REASON_INVALID_FIELD, field, why);
}

absl::Status InvalidPageToken(absl::string_view field) {
  return MakeForField(ERROR_REASON_INVALID_PAGE_TOKEN, field,
                      "is not a token that this service gave; start without one");
}

absl::Status PageTokenMismatch(absl::string_view field) {
  return MakeForField(
      ERROR_REASON_PAGE_TOKEN_MISMATCH, field,
      "belongs to a request with other arguments; keep them or start without a token");
}

absl::Status InvalidPosition(absl::string_view field) {
  return MakeForField(ERROR_REASON_INVALID_POSITION, field,
                      "is not a position that Dateline gave; hand it back as it was received");
}

absl::Status DocumentTooLarge(size_t bytes, size_t limit) {
  return Make(StatusCode::kInvalidArgument, ERROR_REASON_DOCUMENT_TOO_LARGE,
              absl::StrCat("the document has ", bytes, " bytes, more than ", limit),
              {{"bytes", absl::StrCat(bytes)}, {"limit", absl::StrCat(limit)}});
}

absl::Status UnknownFormat(absl::string_view looks_like) {
  return Make(StatusCode::kInvalidArgument, ERROR_REASON_UNKNOWN_FORMAT,
              absl::StrCat("the document is no feed that Dateline reads; it looks like ",
                           Quoted(looks_like)),
              {{"format", std::string(looks_like)}});
}

absl::Status EntityExpansion() {
  return Make(StatusCode::kInvalidArgument, ERROR_REASON_ENTITY_EXPANSION,
              "the document's entities expand beyond what is allowed");
}

absl::Status TooManyEntries(size_t entries, size_t limit) {
  return Make(StatusCode::kInvalidArgument, ERROR_REASON_TOO_MANY_ENTRIES,
              absl::StrCat("the document has ", entries, " entries, more than ", limit),
              {{"entries", absl::StrCat(entries)}, {"limit", absl::StrCat(limit)}});
}

absl::Status EmptyEntry() {
  return Make(StatusCode::kInvalidArgument, ERROR_REASON_EMPTY_ENTRY,
              "the entry has neither title nor text nor link");
}

absl::Status RequestIdReused(absl::string_view request_id) {
  return Make(
      StatusCode::kInvalidArgument, ERROR_REASON_REQUEST_ID_REUSED,
      absl::StrCat("request_id ", Quoted(request_id), " was used before with other content"),
      {{"request_id", std::string(request_id)}});
}

absl::Status UnstorableValue() {
  return Make(StatusCode::kInvalidArgument, ERROR_REASON_INVALID_FIELD,
              "the request holds a value that cannot be stored: a number out of its range, a text "
              "with a zero byte or that is not UTF-8, or more than an index takes");
}

absl::Status ResourceNotFound(absl::string_view resource) {
  return MakeForResource(StatusCode::kNotFound, ERROR_REASON_RESOURCE_NOT_FOUND, resource,
                         "does not exist");
}

absl::Status ResourceExists(absl::string_view resource) {
  return MakeForResource(StatusCode::kAlreadyExists, ERROR_REASON_RESOURCE_EXISTS, resource,
                         "exists already");
}

absl::Status EtagMismatch(absl::string_view resource) {
  return MakeForResource(StatusCode::kAborted, ERROR_REASON_ETAG_MISMATCH, resource,
                         "has changed since it was read; read it again");
}

absl::Status PathTaken(absl::string_view path) {
  return Make(StatusCode::kAlreadyExists, ERROR_REASON_PATH_TAKEN,
              absl::StrCat("path ", Quoted(path), " is taken"), {{"path", std::string(path)}});
}

absl::Status StateConflict(absl::string_view resource, absl::string_view state) {
  absl::Status status =
      Make(StatusCode::kFailedPrecondition, ERROR_REASON_STATE_CONFLICT,
           absl::StrCat(Quoted(resource), " is ", Quoted(state), ", which does not allow this"),
           {{"resource", std::string(resource)}, {"state", std::string(state)}});
  AddResourceInfo(&status, resource);
  return status;
}

absl::Status ResourceInUse(absl::string_view resource, absl::string_view users) {
  absl::Status status = Make(StatusCode::kFailedPrecondition, ERROR_REASON_RESOURCE_IN_USE,
                             absl::StrCat(Quoted(resource), " is in use by ", Quoted(users)),
                             {{"resource", std::string(resource)}, {"users", std::string(users)}});
  AddResourceInfo(&status, resource);
  return status;
}

absl::Status TakenDown(absl::string_view resource) {
  return MakeForResource(StatusCode::kFailedPrecondition, ERROR_REASON_TAKEN_DOWN, resource,
                         "was taken down; its origins are blocked");
}

absl::Status LeaseLost(absl::string_view source) {
  return Make(StatusCode::kAborted, ERROR_REASON_LEASE_LOST,
              absl::StrCat("another process has taken over ", Quoted(source), " since"),
              {{"source", std::string(source)}});
}

absl::Status PositionExpired(absl::string_view why) {
  return Make(StatusCode::kFailedPrecondition, ERROR_REASON_POSITION_EXPIRED,
              absl::StrCat("the position has expired: ", why));
}

absl::Status PositionNotReached(absl::Duration retry) {
  return MakeRetryable(StatusCode::kUnavailable, ERROR_REASON_POSITION_NOT_REACHED,
                       "this replica has not applied min_position yet", retry);
}

absl::Status Overloaded(absl::Duration retry) {
  return MakeRetryable(StatusCode::kUnavailable, ERROR_REASON_OVERLOADED,
                       "too much work is waiting", retry);
}

absl::Status DatabaseUnavailable(absl::Duration retry) {
  return MakeRetryable(StatusCode::kUnavailable, ERROR_REASON_DATABASE_UNAVAILABLE,
                       "the database cannot be reached", retry);
}

absl::Status PeerUnavailable(absl::string_view service, absl::Duration retry) {
  return MakeRetryable(StatusCode::kUnavailable, ERROR_REASON_PEER_UNAVAILABLE,
                       absl::StrCat("the ", Quoted(service), " service cannot be reached"), retry,
                       {{"service", std::string(service)}});
}

absl::Status NotReady(absl::Duration retry) {
  return MakeRetryable(StatusCode::kUnavailable, ERROR_REASON_NOT_READY,
                       "this replica has no complete copy yet", retry);
}

absl::Status FetchFailed(absl::string_view url, absl::string_view cause, absl::Duration retry) {
  return MakeRetryable(StatusCode::kUnavailable, ERROR_REASON_FETCH_FAILED,
                       absl::StrCat("cannot fetch ", Quoted(url), ": ", Quoted(cause)), retry,
                       {{"url", std::string(url)}, {"cause", std::string(cause)}});
}

absl::Status QuotaExceeded(absl::Duration retry) {
  return MakeRetryable(StatusCode::kResourceExhausted, ERROR_REASON_QUOTA_EXCEEDED,
                       "the quota is used up", retry);
}

absl::Status AddressNotPublic(absl::string_view url) {
  return Make(StatusCode::kFailedPrecondition, ERROR_REASON_ADDRESS_NOT_PUBLIC,
              absl::StrCat(Quoted(url), " leads to an address that is not public"),
              {{"url", std::string(url)}});
}

absl::Status Conflict(absl::Duration retry) {
  return MakeRetryable(StatusCode::kAborted, ERROR_REASON_CONFLICT,
                       "concurrent writes kept colliding; try again", retry);
}

absl::Status OutcomeUnknown() {
  return Make(StatusCode::kUnknown, ERROR_REASON_OUTCOME_UNKNOWN,
              "the connection to the database broke while committing; repeat with the same "
              "request_id, or read");
}

absl::Status DeadlineExceeded() {
  return Make(StatusCode::kDeadlineExceeded, ERROR_REASON_DEADLINE_EXCEEDED,
              "the call's deadline passed before the work was done");
}

absl::Status Cancelled() {
  return Make(StatusCode::kCancelled, ERROR_REASON_CANCELLED, "the caller cancelled the call");
}

absl::Status NotImplemented(absl::string_view method) {
  return Make(StatusCode::kUnimplemented, ERROR_REASON_NOT_IMPLEMENTED,
              absl::StrCat(Quoted(method), " is part of the contract but not built yet"),
              {{"method", std::string(method)}});
}

absl::Status Internal(absl::string_view what) {
  return Make(StatusCode::kInternal, ERROR_REASON_INTERNAL, absl::StrCat("internal error: ", what));
}

absl::Status Unauthenticated() {
  return Make(StatusCode::kUnauthenticated, ERROR_REASON_UNAUTHENTICATED,
              "the caller's identity is missing or not valid");
}

absl::Status PermissionDenied(absl::string_view role) {
  return Make(StatusCode::kPermissionDenied, ERROR_REASON_PERMISSION_DENIED,
              absl::StrCat("the method needs the role ", Quoted(role)),
              {{"role", std::string(role)}});
}

}  // namespace dateline::error
