#ifndef DATELINE_COMMON_HTTP_IP_ADDRESS_H_
#define DATELINE_COMMON_HTTP_IP_ADDRESS_H_

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::http {

// An IPv4 or IPv6 address. IPv4 addresses are kept as IPv4-mapped IPv6 ones (RFC 4291, 2.5.5.2), so
// the two spellings of one address are equal. A value type.
class IpAddress {
 public:
  using Bytes = std::array<uint8_t, 16>;  // network byte order

  explicit IpAddress(const Bytes& bytes) : bytes_(bytes) {}

  // Reads `192.0.2.1` or `2001:db8::1`, without brackets, zone or port; nullopt for anything else.
  static std::optional<IpAddress> Parse(absl::string_view text);

  // The address of a socket address; nullopt for families other than AF_INET and AF_INET6.
  // `address` must be as large as its family says.
  static std::optional<IpAddress> FromSockaddr(const sockaddr* address);

  bool is_v4() const;
  const Bytes& bytes() const { return bytes_; }
  std::string ToString() const;

 private:
  Bytes bytes_;
};

// A block of addresses in CIDR notation (RFC 4632, RFC 4291).
class IpNetwork {
 public:
  // Reads `10.0.0.0/8` or `fd00::/8`; a bare address is a network of one. INVALID_ARGUMENT says
  // what is wrong with `text`.
  static absl::StatusOr<IpNetwork> Parse(absl::string_view text);

  bool Contains(const IpAddress& address) const;

 private:
  IpNetwork(const IpAddress& base, int prefix) : base_(base), prefix_(prefix) {}

  IpAddress base_;
  int prefix_;  // of 128 bits
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_IP_ADDRESS_H_
