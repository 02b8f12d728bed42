#include "services/query/replica/apply/usable.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace dateline::query::replica {
namespace {

// LMDB's keys end at 511 bytes; 12 more stand in a key beside a parent's name.
constexpr int kMaxNameBytes = 499;
// protobuf's Timestamp: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
constexpr int64_t kMinSeconds = -62'135'596'800;
constexpr int64_t kMaxSeconds = 253'402'300'799;

bool IsInstant(const google::protobuf::Timestamp& time) {
  return time.seconds() >= kMinSeconds && time.seconds() <= kMaxSeconds && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

std::string WhyNotName(absl::string_view field, absl::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return absl::StrCat(field, " holds a control character");
    }
  }
  if (name.size() <= kMaxNameBytes) return "";
  return absl::StrCat(field, " has ", name.size(), " bytes, more than ", kMaxNameBytes);
}

}  // namespace

std::string WhyUnusable(const catalog::v1::ResourceState& state) {
  if (state.key() <= 0) return "the key is not positive";
  std::string why = WhyNotName("name", state.name());
  for (const std::string& parent : state.topic().parents()) {
    if (why.empty()) why = WhyNotName("parent", parent);
  }
  if (why.empty()) why = WhyNotName("merged_into", state.topic().merged_into());
  if (why.empty()) why = WhyNotName("merged_into", state.author().merged_into());
  if (why.empty()) why = WhyNotName("publication", state.path().publication());
  if (why.empty() && state.article().has_schedule_time() &&
      !IsInstant(state.article().schedule_time())) {
    why = "schedule_time is no instant";
  }
  return why;
}

std::string WhyUnusable(const content::v1::Article& revision) {
  if (!IsInstant(revision.publish_time())) return "publish_time is no instant";
  if (!IsInstant(revision.modify_time())) return "modify_time is no instant";
  if (!IsInstant(revision.embargo_time())) return "embargo_time is no instant";
  if (!IsInstant(revision.expire_time())) return "expire_time is no instant";
  return "";
}

}  // namespace dateline::query::replica
