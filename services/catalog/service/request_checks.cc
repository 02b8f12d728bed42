#include "services/catalog/service/request_checks.h"

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/catalog/store/encoding.h"

namespace dateline::catalog::service {

using google::protobuf::util::FieldMaskUtil;

namespace {

bool IsWhole(const google::protobuf::FieldMask& mask) {
  return mask.paths().empty() || (mask.paths_size() == 1 && mask.paths(0) == "*");
}

}  // namespace

absl::Status CheckMask(const google::protobuf::Descriptor& message,
                       const google::protobuf::FieldMask& mask) {
  if (IsWhole(mask)) return absl::OkStatus();
  for (const std::string& path : mask.paths()) {
    if (!FieldMaskUtil::GetFieldDescriptors(&message, path, nullptr)) {
      return error::InvalidField("read_mask", absl::StrCat("there is no field ", path));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> IdsOf(absl::string_view collection,
                               const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::string> ids;
  for (const std::string& name : names) ids.emplace_back(api::IdInName(collection, name));
  return ids;
}

void ApplyReadMask(const google::protobuf::FieldMask& mask, google::protobuf::Message* message) {
  if (!IsWhole(mask)) FieldMaskUtil::TrimMessage(mask, message);
}

store::WriteOptions MakeOptions(absl::string_view method, const std::string& request_id,
                                const google::protobuf::Message& rest, bool validate_only) {
  store::WriteOptions options;
  options.method = std::string(method);
  options.request_id = request_id;
  options.fingerprint = absl::StrCat(absl::Hex(store::Digest64({api::StableBytes(rest)})));
  options.validate_only = validate_only;
  return options;
}

}  // namespace dateline::catalog::service
