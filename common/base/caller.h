#ifndef DATELINE_COMMON_BASE_CALLER_H_
#define DATELINE_COMMON_BASE_CALLER_H_

#include <cstdint>
#include <string>

namespace dateline {

// Who calls, and what it may do. Roles are a set of bits, by the numbers of
// dateline.options.v1.Role, each with all the roles that it includes (api::WithIncluded).
struct Caller {
  std::string subject;  // From a certificate; "local" on loopback without TLS; empty if unknown.
  uint32_t roles = 0;
};

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_CALLER_H_
