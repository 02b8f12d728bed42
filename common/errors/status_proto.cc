#include "common/errors/status_proto.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/errors/excerpt.h"
#include "google/rpc/error_details.pb.h"

namespace dateline::error {
namespace {

constexpr char kPrefix[] = "type.googleapis.com/google.rpc.";

// A status that nobody gave a reason, such as one of Abseil's own: the nearest reason of its code.
absl::Status WithReason(const absl::Status& status) {
  using namespace errors::v1;  // NOLINT(google-build-using-namespace)
  ErrorReason reason = ERROR_REASON_INTERNAL;
  switch (status.code()) {
    case absl::StatusCode::kCancelled:
      reason = ERROR_REASON_CANCELLED;
      break;
    case absl::StatusCode::kDeadlineExceeded:
      reason = ERROR_REASON_DEADLINE_EXCEEDED;
      break;
    case absl::StatusCode::kInvalidArgument:
      reason = ERROR_REASON_INVALID_FIELD;
      break;
    case absl::StatusCode::kNotFound:
      reason = ERROR_REASON_RESOURCE_NOT_FOUND;
      break;
    case absl::StatusCode::kUnavailable:
      reason = ERROR_REASON_OVERLOADED;
      break;
    case absl::StatusCode::kUnimplemented:
      reason = ERROR_REASON_NOT_IMPLEMENTED;
      break;
    default:
      break;
  }
  return Make(status.code(), reason, status.message());
}

// The first violations, each cut, as many as our own errors have.
void ShortenViolations(google::protobuf::Any* detail) {
  google::rpc::BadRequest all;
  if (!detail->UnpackTo(&all)) return;
  google::rpc::BadRequest kept;
  for (const auto& violation : all.field_violations()) {
    auto& copy = *kept.add_field_violations();
    copy.set_field(Excerpt(violation.field(), kMaxFieldPathBytes));
    copy.set_description(Excerpt(violation.description(), kMaxWhyBytes));
    if (kept.ByteSizeLong() > kMaxViolationsBytes) {
      kept.mutable_field_violations()->RemoveLast();
      break;
    }
  }
  detail->PackFrom(kept);
}

// What another server sent may be of any size.
void Fit(google::rpc::Status* proto) {
  if (proto->ByteSizeLong() <= limits::kMaxErrorBytes) return;
  for (google::protobuf::Any& detail : *proto->mutable_details()) {
    if (detail.Is<google::rpc::BadRequest>()) ShortenViolations(&detail);
  }
  for (int i = proto->details_size() - 1; i >= 0; --i) {
    if (proto->ByteSizeLong() <= limits::kMaxErrorBytes) return;
    google::rpc::ErrorInfo info;
    google::protobuf::Any* const detail = proto->mutable_details(i);
    if (!detail->UnpackTo(&info)) {
      proto->mutable_details()->DeleteSubrange(i, 1);
    } else if (info.ByteSizeLong() > limits::kMaxErrorBytes / 2) {
      info.clear_metadata();
      detail->PackFrom(info);
    }
  }
}

}  // namespace

google::rpc::Status ToProto(const absl::Status& original) {
  google::rpc::Status proto;
  if (original.ok()) return proto;
  const absl::Status status =
      ReasonOf(original) == errors::v1::ERROR_REASON_UNSPECIFIED ? WithReason(original) : original;
  proto.set_code(static_cast<int>(status.code()));
  proto.set_message(Excerpt(status.message(), limits::kMaxErrorMessageBytes));
  status.ForEachPayload([&proto](absl::string_view type_url, const absl::Cord& payload) {
    if (!absl::StartsWith(type_url, kPrefix)) return;
    google::protobuf::Any& detail = *proto.add_details();
    detail.set_type_url(std::string(type_url));
    detail.set_value(std::string(payload));
  });
  Fit(&proto);
  return proto;
}

absl::Status FromProto(const google::rpc::Status& proto) {
  const bool known = proto.code() >= 0 && proto.code() <= 16;
  absl::Status status(
      known ? static_cast<absl::StatusCode>(proto.code()) : absl::StatusCode::kUnknown,
      proto.message());
  if (status.ok()) return status;
  for (const google::protobuf::Any& detail : proto.details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

}  // namespace dateline::error
