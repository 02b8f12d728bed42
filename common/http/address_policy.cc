#include "common/http/address_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"

namespace dateline::http {
namespace {

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr absl::string_view kSpecialV4[] = {
    "0.0.0.0/8",         // this network
    "10.0.0.0/8",        // private
    "100.64.0.0/10",     // shared (carrier-grade NAT); one cloud's metadata
    "127.0.0.0/8",       // loopback
    "168.63.129.16/32",  // a cloud's host agent, although in public space
    "169.254.0.0/16",    // link-local; most clouds' metadata
    "172.16.0.0/12",     // private
    "192.0.0.0/24",      // protocol assignments; one cloud's metadata
    "192.0.2.0/24",      // documentation
    "192.88.99.0/24",    // 6to4 relays
    "192.168.0.0/16",    // private
    "198.18.0.0/15",     // benchmarking
    "198.51.100.0/24",   // documentation
    "203.0.113.0/24",    // documentation
    "224.0.0.0/4",       // multicast
    "240.0.0.0/4",       // reserved, and limited broadcast
};

// https://www.iana.org/assignments/iana-ipv6-special-registry: what is special within 2000::/3,
// the only block in which public addresses are given out.
constexpr absl::string_view kSpecialV6[] = {
    "2001::/23",      // protocol assignments: Teredo, benchmarking, ORCHID
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4
    "3fff::/20",      // documentation
};
constexpr absl::string_view kGlobalUnicast = "2000::/3";
constexpr absl::string_view kNat64 = "64:ff9b::/96";

// The tables above are right by test.
IpNetwork Network(absl::string_view text) { return *IpNetwork::Parse(text); }

template <size_t size>
std::vector<IpNetwork> Networks(const absl::string_view (&texts)[size]) {
  std::vector<IpNetwork> networks;
  for (const absl::string_view text : texts) networks.push_back(Network(text));
  return networks;
}

bool AnyContains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.Contains(address); });
}

// What a translator will really connect to.
IpAddress WithoutNat64(const IpAddress& address) {
  static const IpNetwork nat64 = Network(kNat64);
  if (!nat64.Contains(address)) return address;
  IpAddress::Bytes bytes = address.bytes();
  std::fill(bytes.begin(), bytes.begin() + 10, uint8_t{0});
  bytes[10] = bytes[11] = 0xff;
  return IpAddress(bytes);
}

}  // namespace

bool IsPublic(const IpAddress& given) {
  static const std::vector<IpNetwork> special_v4 = Networks(kSpecialV4);
  static const std::vector<IpNetwork> special_v6 = Networks(kSpecialV6);
  static const IpNetwork global_unicast = Network(kGlobalUnicast);
  const IpAddress address = WithoutNat64(given);
  if (address.is_v4()) return !AnyContains(special_v4, address);
  return global_unicast.Contains(address) && !AnyContains(special_v6, address);
}

absl::StatusOr<AddressPolicy> AddressPolicy::Create(
    const std::vector<std::string>& allowed_networks) {
  AddressPolicy policy;
  for (const std::string& text : allowed_networks) {
    DATELINE_ASSIGN_OR_RETURN(IpNetwork network, IpNetwork::Parse(text));
    policy.allowed_.push_back(std::move(network));
  }
  return policy;
}

bool AddressPolicy::Allows(const IpAddress& address) const {
  return IsPublic(address) || AnyContains(allowed_, WithoutNat64(address));
}

}  // namespace dateline::http
