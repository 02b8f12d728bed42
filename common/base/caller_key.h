#ifndef DATELINE_COMMON_BASE_CALLER_KEY_H_
#define DATELINE_COMMON_BASE_CALLER_KEY_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"

namespace dateline {

// The caller by which requests are remembered: who it is beyond one connection, so an address is
// without its port, which is new at every connection. Pure.
inline std::string CallerKey(const RequestContext& context) {
  const absl::string_view caller = context.caller();
  const bool is_address = absl::StartsWith(caller, "ipv4:") || absl::StartsWith(caller, "ipv6:");
  return std::string(is_address ? caller.substr(0, caller.rfind(':')) : caller);
}

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_CALLER_KEY_H_
