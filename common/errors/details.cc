#include "common/errors/details.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/excerpt.h"

namespace dateline::error {
namespace {

using errors::v1::ErrorReason;

template <typename Message>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/", Message::descriptor()->full_name());
}

template <typename Message>
void SetDetail(absl::Status* status, const Message& message) {
  status->SetPayload(TypeUrl<Message>(), absl::Cord(message.SerializeAsString()));
}

template <typename Message>
bool GetDetail(const absl::Status& status, Message* message) {
  const auto payload = status.GetPayload(TypeUrl<Message>());
  return payload.has_value() && message->ParseFromString(std::string(*payload));
}

}  // namespace

std::string ReasonName(ErrorReason reason) {
  return errors::v1::ErrorReason_Name(reason).substr(sizeof("ERROR_REASON_") - 1);
}

absl::Status Make(absl::StatusCode code, ErrorReason reason, absl::string_view message,
                  const Metadata& metadata) {
  absl::Status status(code, Excerpt(message, limits::kMaxErrorMessageBytes));
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonName(reason));
  info.set_domain(kDomain);
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = Excerpt(value, kMaxMetadataBytes);
  }
  SetDetail(&status, info);
  return status;
}

absl::Status MakeRetryable(absl::StatusCode code, ErrorReason reason, absl::string_view message,
                           absl::Duration retry_delay, const Metadata& metadata) {
  absl::Status status = Make(code, reason, message, metadata);
  google::rpc::RetryInfo retry;
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(retry_delay);
  retry.mutable_retry_delay()->set_seconds(nanoseconds / 1'000'000'000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanoseconds % 1'000'000'000));
  SetDetail(&status, retry);
  return status;
}

void AddResourceInfo(absl::Status* status, absl::string_view resource) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(Excerpt(resource.substr(0, resource.find('/')), kMaxQuotedBytes));
  info.set_resource_name(Excerpt(resource, kMaxMetadataBytes));
  SetDetail(status, info);
}

void AddBadRequest(absl::Status* status, const google::rpc::BadRequest& bad_request) {
  SetDetail(status, bad_request);
}

ErrorReason ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  ErrorReason reason = errors::v1::ERROR_REASON_UNSPECIFIED;
  if (!GetDetail(status, &info) || info.domain() != kDomain) return reason;
  errors::v1::ErrorReason_Parse(absl::StrCat("ERROR_REASON_", info.reason()), &reason);
  return reason;
}

google::rpc::BadRequest FieldViolationsOf(const absl::Status& status) {
  google::rpc::BadRequest bad_request;
  if (!GetDetail(status, &bad_request)) bad_request.Clear();
  return bad_request;
}

absl::Duration RetryDelayOf(const absl::Status& status) {
  google::rpc::RetryInfo retry;
  if (!GetDetail(status, &retry)) return absl::InfiniteDuration();
  return absl::Seconds(retry.retry_delay().seconds()) +
         absl::Nanoseconds(retry.retry_delay().nanos());
}

}  // namespace dateline::error
