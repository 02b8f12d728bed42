#ifndef DATELINE_COMMON_HTTP_ADDRESS_POLICY_H_
#define DATELINE_COMMON_HTTP_ADDRESS_POLICY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/http/ip_address.h"

namespace dateline::http {

// Whether an address belongs to a host of the public Internet, by IANA's special-purpose registries
// (RFC 6890). Loopback, private, shared, link-local, unique local, multicast, documentation and
// benchmarking addresses, tunnels (6to4, Teredo) and the addresses at which clouds serve
// metadata do not. IPv4-mapped addresses and those of the NAT64 prefix 64:ff9b::/96 (RFC 6052)
// are judged by the IPv4 address within. Pure.
bool IsPublic(const IpAddress& address);

// Which addresses the client may connect to: the public ones and what the operator adds. Immutable.
class AddressPolicy {
 public:
  // Public addresses only.
  AddressPolicy() = default;

  // `allowed_networks` are CIDR blocks. INVALID_ARGUMENT names the one that is none.
  static absl::StatusOr<AddressPolicy> Create(const std::vector<std::string>& allowed_networks);

  bool Allows(const IpAddress& address) const;

 private:
  std::vector<IpNetwork> allowed_;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_ADDRESS_POLICY_H_
