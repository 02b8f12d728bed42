#include "common/http/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dateline::http {
namespace {

constexpr int kMappedPrefix = 96;  // bits before the IPv4 part of ::ffff:0:0/96

IpAddress FromV4(const void* four_bytes) {
  IpAddress::Bytes bytes{};
  bytes[10] = bytes[11] = 0xff;
  std::memcpy(&bytes[12], four_bytes, 4);
  return IpAddress(bytes);
}

IpAddress FromV6(const void* sixteen_bytes) {
  IpAddress::Bytes bytes;
  std::memcpy(bytes.data(), sixteen_bytes, bytes.size());
  return IpAddress(bytes);
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(absl::string_view text) {
  const std::string copy(text);
  in_addr v4;
  if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) return FromV4(&v4);
  in6_addr v6;
  if (inet_pton(AF_INET6, copy.c_str(), &v6) == 1) return FromV6(&v6);
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::FromSockaddr(const sockaddr* address) {
  const void* const raw = address;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, raw, sizeof(v4));
    return FromV4(&v4.sin_addr);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, raw, sizeof(v6));
    return FromV6(&v6.sin6_addr);
  }
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::all_of(bytes_.begin(), bytes_.begin() + 10, [](uint8_t b) { return b == 0; }) &&
         bytes_[10] == 0xff && bytes_[11] == 0xff;
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  if (is_v4()) {
    inet_ntop(AF_INET, &bytes_[12], text, sizeof(text));
  } else {
    inet_ntop(AF_INET6, bytes_.data(), text, sizeof(text));
  }
  return text;
}

absl::StatusOr<IpNetwork> IpNetwork::Parse(absl::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<IpAddress> base = IpAddress::Parse(text.substr(0, slash));
  if (!base.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" does not begin with an address"));
  }
  // `::ffff:10.0.0.0/104` counts its prefix as IPv6 does, `10.0.0.0/8` as IPv4 does.
  const bool written_as_v4 = text.substr(0, slash).find(':') == absl::string_view::npos;
  const int offset = written_as_v4 ? kMappedPrefix : 0;
  int prefix = 128 - offset;
  if (slash != absl::string_view::npos) {
    const int longest = prefix;
    if (!absl::SimpleAtoi(absl::ClippedSubstr(text, slash + 1), &prefix) || prefix < 0 ||
        prefix > longest) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" has no prefix length from 0 to ", longest));
    }
  }
  return IpNetwork(*base, prefix + offset);
}

bool IpNetwork::Contains(const IpAddress& address) const {
  const size_t whole = static_cast<size_t>(prefix_) / 8;
  const auto& ours = base_.bytes();
  const auto& theirs = address.bytes();
  if (!std::equal(ours.begin(), ours.begin() + whole, theirs.begin())) return false;
  const int rest = prefix_ % 8;
  if (rest == 0) return true;
  return ((ours[whole] ^ theirs[whole]) >> (8 - rest)) == 0;
}

}  // namespace dateline::http
