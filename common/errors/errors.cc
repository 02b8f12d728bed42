#include "common/errors/errors.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/rpc/error_details.pb.h"

namespace dateline::error {
namespace {

using ::absl::StatusCode;
using ::absl::StrCat;
using Metadata = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

constexpr char kReasonPrefix[] = "ERROR_REASON_";

std::string TypeUrl(const google::protobuf::Message& detail) {
  return StrCat("type.googleapis.com/", detail.GetDescriptor()->full_name());
}

void Attach(absl::Status& status, const google::protobuf::Message& detail) {
  status.SetPayload(TypeUrl(detail), absl::Cord(detail.SerializeAsString()));
}

template <typename T>
std::optional<T> DetailOf(const absl::Status& status) {
  T detail;
  const auto payload = status.GetPayload(TypeUrl(detail));
  if (!payload || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

void AttachReason(absl::Status& status, ErrorReason reason, Metadata metadata) {
  google::rpc::ErrorInfo info;
  info.set_domain(kDomain);
  const std::string& name = ::dateline::errors::v1::ErrorReason_Name(reason);
  info.set_reason(std::string(absl::StripPrefix(name, kReasonPrefix)));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[std::string(key)] = std::string(value);
  }
  Attach(status, info);
}

absl::Status Make(StatusCode code, ErrorReason reason, absl::string_view text,
                  Metadata metadata = {}) {
  absl::Status status(code, text);
  AttachReason(status, reason, metadata);
  return status;
}

absl::Status WithRetry(absl::Status status, absl::Duration retry) {
  google::rpc::RetryInfo info;
  const absl::Duration delay = std::max(retry, absl::ZeroDuration());
  const int64_t seconds = absl::ToInt64Seconds(delay);
  info.mutable_retry_delay()->set_seconds(seconds);
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(delay - absl::Seconds(seconds))));
  Attach(status, info);
  return status;
}

absl::Status OfResource(StatusCode code, ErrorReason reason, absl::string_view name,
                        absl::string_view why) {
  absl::Status status = Make(code, reason, StrCat(name, " ", why), {{"resource", name}});
  google::rpc::ResourceInfo info;
  info.set_resource_name(std::string(name));
  info.set_description(std::string(why));
  Attach(status, info);
  return status;
}

absl::Status OfFields(ErrorReason reason, const std::vector<FieldViolation>& violations,
                      Metadata metadata) {
  std::string text;
  google::rpc::BadRequest bad;
  for (const FieldViolation& violation : violations) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", violation.field, ": ", violation.why);
    auto* entry = bad.add_field_violations();
    entry->set_field(violation.field);
    entry->set_description(violation.why);
  }
  absl::Status status = Make(StatusCode::kInvalidArgument, reason, text, metadata);
  Attach(status, bad);
  return status;
}

absl::Status OfField(ErrorReason reason, absl::string_view field, absl::string_view why,
                     Metadata metadata) {
  return OfFields(reason, {{std::string(field), std::string(why)}}, metadata);
}

ErrorReason DefaultReason(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      return errors::v1::ERROR_REASON_INVALID_FIELD;
    case StatusCode::kNotFound:
      return errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND;
    case StatusCode::kAlreadyExists:
      return errors::v1::ERROR_REASON_RESOURCE_EXISTS;
    case StatusCode::kFailedPrecondition:
      return errors::v1::ERROR_REASON_STATE_CONFLICT;
    case StatusCode::kUnavailable:
      return errors::v1::ERROR_REASON_OVERLOADED;
    case StatusCode::kResourceExhausted:
      return errors::v1::ERROR_REASON_QUOTA_EXCEEDED;
    case StatusCode::kAborted:
      return errors::v1::ERROR_REASON_CONFLICT;
    case StatusCode::kUnknown:
      return errors::v1::ERROR_REASON_OUTCOME_UNKNOWN;
    case StatusCode::kDeadlineExceeded:
      return errors::v1::ERROR_REASON_DEADLINE_EXCEEDED;
    case StatusCode::kCancelled:
      return errors::v1::ERROR_REASON_CANCELLED;
    case StatusCode::kUnimplemented:
      return errors::v1::ERROR_REASON_NOT_IMPLEMENTED;
    case StatusCode::kUnauthenticated:
      return errors::v1::ERROR_REASON_UNAUTHENTICATED;
    case StatusCode::kPermissionDenied:
      return errors::v1::ERROR_REASON_PERMISSION_DENIED;
    default:
      return errors::v1::ERROR_REASON_INTERNAL;
  }
}

}  // namespace

void FieldViolations::Add(absl::string_view field, absl::string_view why) {
  violations_.push_back({std::string(field), std::string(why)});
}

absl::Status FieldViolations::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  return OfFields(errors::v1::ERROR_REASON_INVALID_FIELD, violations_,
                  {{"field", violations_.front().field}});
}

absl::Status InvalidField(absl::string_view field, absl::string_view why) {
  return OfField(errors::v1::ERROR_REASON_INVALID_FIELD, field, why, {{"field", field}});
}

absl::Status InvalidPageToken(absl::string_view field) {
  return OfField(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN, field,
                 "is not a page token of this system; start at the first page", {});
}

absl::Status PageTokenMismatch() {
  return OfField(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH, "page_token",
                 "belongs to a request with other arguments", {});
}

absl::Status InvalidPosition(absl::string_view field) {
  return OfField(errors::v1::ERROR_REASON_INVALID_POSITION, field,
                 "is not a position of this system", {{"field", field}});
}

absl::Status DocumentTooLarge(size_t bytes, size_t limit) {
  return Make(StatusCode::kInvalidArgument, errors::v1::ERROR_REASON_DOCUMENT_TOO_LARGE,
              StrCat("the document has ", bytes, " bytes, the limit is ", limit),
              {{"bytes", StrCat(bytes)}, {"limit", StrCat(limit)}});
}

absl::Status TooManyEntries(size_t entries, size_t limit) {
  return Make(StatusCode::kInvalidArgument, errors::v1::ERROR_REASON_TOO_MANY_ENTRIES,
              StrCat("the document has ", entries, " entries, the limit is ", limit),
              {{"entries", StrCat(entries)}, {"limit", StrCat(limit)}});
}

absl::Status UnknownFormat(absl::string_view format) {
  return Make(StatusCode::kInvalidArgument, errors::v1::ERROR_REASON_UNKNOWN_FORMAT,
              StrCat("the document's format is not one that can be read: ", format),
              {{"format", format}});
}

absl::Status EntityExpansion() {
  return Make(StatusCode::kInvalidArgument, errors::v1::ERROR_REASON_ENTITY_EXPANSION,
              "the document's entities expand beyond the budget");
}

absl::Status EmptyEntry() {
  return Make(StatusCode::kInvalidArgument, errors::v1::ERROR_REASON_EMPTY_ENTRY,
              "the entry has neither title nor text nor link");
}

absl::Status AddressNotPublic(absl::string_view url) {
  return Make(StatusCode::kInvalidArgument, errors::v1::ERROR_REASON_ADDRESS_NOT_PUBLIC,
              StrCat("the address leads to a host that is not public: ", url), {{"url", url}});
}

absl::Status RequestIdReused(absl::string_view request_id) {
  return OfField(errors::v1::ERROR_REASON_REQUEST_ID_REUSED, "request_id",
                 StrCat(request_id, " was used before with other content"),
                 {{"request_id", request_id}});
}

absl::Status ResourceNotFound(absl::string_view name) {
  return OfResource(StatusCode::kNotFound, errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND, name,
                    "does not exist");
}

absl::Status ResourceExists(absl::string_view name) {
  return OfResource(StatusCode::kAlreadyExists, errors::v1::ERROR_REASON_RESOURCE_EXISTS, name,
                    "exists already");
}

absl::Status PathTaken(absl::string_view path) {
  return Make(StatusCode::kAlreadyExists, errors::v1::ERROR_REASON_PATH_TAKEN,
              StrCat("the path is held by another article or reservation: ", path),
              {{"path", path}});
}

absl::Status EtagMismatch(absl::string_view name) {
  return OfResource(StatusCode::kAborted, errors::v1::ERROR_REASON_ETAG_MISMATCH, name,
                    "has changed since it was read");
}

absl::Status StateConflict(absl::string_view name, absl::string_view state) {
  absl::Status status =
      OfResource(StatusCode::kFailedPrecondition, errors::v1::ERROR_REASON_STATE_CONFLICT, name,
                 StrCat("is in state ", state, ", which does not allow the operation"));
  AttachReason(status, errors::v1::ERROR_REASON_STATE_CONFLICT,
               {{"resource", name}, {"state", state}});
  return status;
}

absl::Status ResourceInUse(absl::string_view name) {
  return OfResource(StatusCode::kFailedPrecondition, errors::v1::ERROR_REASON_RESOURCE_IN_USE, name,
                    "is referred to by other resources");
}

absl::Status TakenDown(absl::string_view name) {
  return OfResource(StatusCode::kFailedPrecondition, errors::v1::ERROR_REASON_TAKEN_DOWN, name,
                    "was taken down");
}

absl::Status LeaseLost(absl::string_view source) {
  return Make(StatusCode::kFailedPrecondition, errors::v1::ERROR_REASON_LEASE_LOST,
              StrCat("another process holds the lease of ", source), {{"source", source}});
}

absl::Status PositionExpired(absl::string_view why) {
  return Make(StatusCode::kFailedPrecondition, errors::v1::ERROR_REASON_POSITION_EXPIRED,
              StrCat("the position can no longer be used: ", why));
}

absl::Status PositionNotReached(absl::Duration retry) {
  return WithRetry(Make(StatusCode::kUnavailable, errors::v1::ERROR_REASON_POSITION_NOT_REACHED,
                        "the replica has not reached the position yet"),
                   retry);
}

absl::Status Overloaded(absl::Duration retry) {
  return WithRetry(Make(StatusCode::kUnavailable, errors::v1::ERROR_REASON_OVERLOADED,
                        "too much work is waiting"),
                   retry);
}

absl::Status DatabaseUnavailable(absl::Duration retry) {
  return WithRetry(Make(StatusCode::kUnavailable, errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE,
                        "the database cannot be reached"),
                   retry);
}

absl::Status PeerUnavailable(absl::string_view service, absl::Duration retry) {
  return WithRetry(Make(StatusCode::kUnavailable, errors::v1::ERROR_REASON_PEER_UNAVAILABLE,
                        StrCat("the service cannot be reached: ", service), {{"service", service}}),
                   retry);
}

absl::Status NotReady(absl::Duration retry) {
  return WithRetry(Make(StatusCode::kUnavailable, errors::v1::ERROR_REASON_NOT_READY,
                        "the replica has no complete copy yet"),
                   retry);
}

absl::Status FetchFailed(absl::string_view url, absl::string_view cause) {
  return WithRetry(
      Make(StatusCode::kUnavailable, errors::v1::ERROR_REASON_FETCH_FAILED,
           StrCat("fetching ", url, " failed: ", cause), {{"url", url}, {"cause", cause}}),
      kDefaultRetry);
}

absl::Status QuotaExceeded(absl::Duration retry) {
  return WithRetry(Make(StatusCode::kResourceExhausted, errors::v1::ERROR_REASON_QUOTA_EXCEEDED,
                        "the caller's quota is used up"),
                   retry);
}

absl::Status Conflict() {
  return Make(StatusCode::kAborted, errors::v1::ERROR_REASON_CONFLICT,
              "concurrent transactions kept colliding");
}

absl::Status OutcomeUnknown() {
  return Make(StatusCode::kUnknown, errors::v1::ERROR_REASON_OUTCOME_UNKNOWN,
              "the connection broke while committing; repeat with the same request_id, or read");
}

absl::Status DeadlineExceeded() {
  return Make(StatusCode::kDeadlineExceeded, errors::v1::ERROR_REASON_DEADLINE_EXCEEDED,
              "the call's deadline has passed");
}

absl::Status Cancelled() {
  return Make(StatusCode::kCancelled, errors::v1::ERROR_REASON_CANCELLED,
              "the caller cancelled the call");
}

absl::Status NotImplemented(absl::string_view method) {
  return Make(StatusCode::kUnimplemented, errors::v1::ERROR_REASON_NOT_IMPLEMENTED,
              StrCat("the method is not built yet: ", method), {{"method", method}});
}

absl::Status Internal(absl::string_view what) {
  return Make(StatusCode::kInternal, errors::v1::ERROR_REASON_INTERNAL, what);
}

absl::Status Unauthenticated() {
  return Make(StatusCode::kUnauthenticated, errors::v1::ERROR_REASON_UNAUTHENTICATED,
              "the caller's identity is missing or not valid");
}

absl::Status PermissionDenied(absl::string_view role) {
  return Make(StatusCode::kPermissionDenied, errors::v1::ERROR_REASON_PERMISSION_DENIED,
              StrCat("the method needs the role ", role), {{"role", role}});
}

ErrorReason ReasonOf(const absl::Status& status) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  ErrorReason reason = errors::v1::ERROR_REASON_UNSPECIFIED;
  if (!info || info->domain() != kDomain) return reason;
  errors::v1::ErrorReason_Parse(StrCat(kReasonPrefix, info->reason()), &reason);
  return reason;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto bad = DetailOf<google::rpc::BadRequest>(status);
  if (!bad) return violations;
  for (const auto& entry : bad->field_violations()) {
    violations.push_back({entry.field(), entry.description()});
  }
  return violations;
}

absl::Duration RetryDelayOf(const absl::Status& status) {
  const auto info = DetailOf<google::rpc::RetryInfo>(status);
  if (!info) return absl::ZeroDuration();
  return absl::Seconds(info->retry_delay().seconds()) +
         absl::Nanoseconds(info->retry_delay().nanos());
}

absl::Status WithReason(const absl::Status& status) {
  if (status.ok() || DetailOf<google::rpc::ErrorInfo>(status)) return status;
  absl::Status copy = status;
  AttachReason(copy, DefaultReason(status.code()), {});
  return copy;
}

}  // namespace dateline::error
