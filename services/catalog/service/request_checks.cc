#include "services/catalog/service/request_checks.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/catalog/store/encoding.h"

namespace dateline::catalog::service {
namespace {

// AIP-155 advises a UUID (36 characters); other forms get some room.
constexpr size_t kMaxRequestIdBytes = 100;

}  // namespace

absl::StatusOr<int> PageSize(int requested) {
  if (requested < 0) return error::InvalidField("page_size", "must not be negative");
  return requested == 0 ? limits::kDefaultPageSize : std::min(requested, limits::kMaxPageSize);
}

std::string Canonical(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

absl::StatusOr<store::WriteOptions> MakeOptions(absl::string_view method,
                                                const std::string& request_id,
                                                const google::protobuf::Message& rest,
                                                bool validate_only) {
  if (request_id.size() > kMaxRequestIdBytes || request_id.find('\0') != std::string::npos) {
    return error::InvalidField("request_id", absl::StrCat("must be at most ", kMaxRequestIdBytes,
                                                          " bytes without a zero byte"));
  }
  store::WriteOptions options;
  options.method = std::string(method);
  options.request_id = request_id;
  options.fingerprint = absl::StrCat(absl::Hex(store::Digest64({Canonical(rest)})));
  options.validate_only = validate_only;
  return options;
}

}  // namespace dateline::catalog::service
