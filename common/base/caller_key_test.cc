#include "common/base/caller_key.h"

#include "gtest/gtest.h"

namespace dateline {
namespace {

TEST(CallerKeyTest, LeavesThePortOfAnAddressOut) {
  constexpr struct {
    const char* caller;
    const char* key;
  } kCases[] = {
      {"ipv4:10.0.0.1:5000", "ipv4:10.0.0.1"},
      {"ipv6:[::1]:5000", "ipv6:[::1]"},
      {"ipv6:%5B::1%5D:5000", "ipv6:%5B::1%5D"},
      {"local", "local"},
      {"spiffe://example.org/reader:1", "spiffe://example.org/reader:1"},
      {"unix:socket:1", "unix:socket:1"},
      {"", ""},
  };
  for (const auto& c : kCases) {
    const RequestContext context(
        RealClock(), absl::InfiniteDuration(), [] { return false; }, c.caller);
    EXPECT_EQ(CallerKey(context), c.key) << c.caller;
  }
}

}  // namespace
}  // namespace dateline
