#include "common/position/position.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "common/errors/errors.h"

namespace dateline {

using content::v1::LogPosition;

namespace {

// Several times what EncodePosition makes, so that nothing long is decoded only to be refused.
constexpr size_t kMaxTokenBytes = 512;

}  // namespace

std::string EncodePosition(const LogPosition& position) {
  if (position.log_id().empty()) return "";
  return absl::WebSafeBase64Escape(position.SerializeAsString());
}

absl::StatusOr<LogPosition> DecodePosition(absl::string_view token, absl::string_view field) {
  std::string bytes;
  LogPosition position;
  if (token.empty() || token.size() > kMaxTokenBytes ||
      !absl::WebSafeBase64Unescape(token, &bytes) || !position.ParseFromString(bytes) ||
      position.log_id().empty() || position.timeline() == 0 || EncodePosition(position) != token) {
    return error::InvalidPosition(field);
  }
  return position;
}

bool SameLog(const LogPosition& a, const LogPosition& b) {
  return a.log_id() == b.log_id() && a.timeline() == b.timeline();
}

std::strong_ordering ComparePositions(const LogPosition& a, const LogPosition& b) {
  if (const auto order = a.xid() <=> b.xid(); order != 0) return order;
  return a.seq() <=> b.seq();
}

}  // namespace dateline
