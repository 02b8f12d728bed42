#include "common/http/address_policy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace dateline::http {
namespace {

IpAddress Address(const char* text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  EXPECT_TRUE(address.has_value()) << text;
  return *address;
}

TEST(AddressPolicyTest, KnowsPublicFromSpecialAddresses) {
  const struct {
    const char* address;
    bool is_public;
  } cases[] = {
      {"1.1.1.1", true},
      {"8.8.8.8", true},
      {"93.184.216.34", true},
      {"0.0.0.0", false},
      {"0.1.2.3", false},
      {"9.255.255.255", true},
      {"10.0.0.0", false},
      {"10.255.255.255", false},
      {"11.0.0.0", true},
      {"100.63.255.255", true},
      {"100.64.0.0", false},
      {"100.100.100.200", false},
      {"100.127.255.255", false},
      {"100.128.0.0", true},
      {"127.0.0.1", false},
      {"127.255.255.254", false},
      {"168.63.129.16", false},
      {"168.63.129.17", true},
      {"169.254.169.254", false},
      {"172.15.255.255", true},
      {"172.16.0.1", false},
      {"172.31.255.255", false},
      {"172.32.0.0", true},
      {"192.0.0.192", false},
      {"192.0.2.1", false},
      {"192.88.99.1", false},
      {"192.168.1.1", false},
      {"192.169.0.1", true},
      {"198.17.255.255", true},
      {"198.18.0.1", false},
      {"198.19.255.255", false},
      {"198.20.0.0", true},
      {"198.51.100.7", false},
      {"203.0.113.7", false},
      {"223.255.255.255", true},
      {"224.0.0.1", false},
      {"239.255.255.255", false},
      {"240.0.0.1", false},
      {"255.255.255.255", false},
      {"::", false},
      {"::1", false},
      {"::7f00:1", false},
      {"::808:808", false},
      {"::ffff:127.0.0.1", false},
      {"::ffff:10.1.2.3", false},
      {"::ffff:8.8.8.8", true},
      {"64:ff9b::7f00:1", false},
      {"64:ff9b::a9fe:a9fe", false},
      {"64:ff9b::808:808", true},
      {"64:ff9b:1::808:808", false},
      {"100::1", false},
      {"2001::1", false},
      {"2001:2::1", false},
      {"2001:20::1", false},
      {"2001:200::1", true},
      {"2001:db8::1", false},
      {"2001:4860:4860::8888", true},
      {"2002:7f00:1::1", false},
      {"2002:808:808::1", false},
      {"2606:4700::1111", true},
      {"3fff::1", false},
      {"3fff:1000::1", true},
      {"4000::1", false},
      {"5f00::1", false},
      {"fc00::1", false},
      {"fd00:ec2::254", false},
      {"fe80::1", false},
      {"fec0::1", false},
      {"ff02::1", false},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(IsPublic(Address(test.address)), test.is_public) << test.address;
  }
}

TEST(AddressPolicyTest, AllowsWhatTheOperatorAdds) {
  const auto policy = AddressPolicy::Create({"10.1.0.0/16", "fd00:1::/32", "127.0.0.2"});
  ASSERT_TRUE(policy.ok()) << policy.status();
  for (const char* allowed :
       {"10.1.255.1", "::ffff:10.1.0.1", "64:ff9b::a01:1", "fd00:1::5", "127.0.0.2", "8.8.8.8"}) {
    EXPECT_TRUE(policy->Allows(Address(allowed))) << allowed;
  }
  for (const char* refused : {"10.2.0.1", "fd00:2::5", "127.0.0.1", "127.0.0.3"}) {
    EXPECT_FALSE(policy->Allows(Address(refused))) << refused;
  }
}

TEST(AddressPolicyTest, RefusesWhatIsNoNetwork) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "example.org", "::/129",
                           "::1%lo", "10.0.0.0/", "[::1]"}) {
    EXPECT_EQ(AddressPolicy::Create({text}).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(AddressPolicyTest, ReadsSocketAddresses) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x01020304);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr.s6_addr[15] = 1;
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_EQ(IpAddress::FromSockaddr(reinterpret_cast<const sockaddr*>(&v4))->ToString(), "1.2.3.4");
  EXPECT_EQ(IpAddress::FromSockaddr(reinterpret_cast<const sockaddr*>(&v6))->ToString(), "::1");
  EXPECT_FALSE(IpAddress::FromSockaddr(&other).has_value());
}

}  // namespace
}  // namespace dateline::http
