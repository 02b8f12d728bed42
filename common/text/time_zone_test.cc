#include "common/text/time_zone.h"

#include <gtest/gtest.h>

namespace dateline::text {
namespace {

TEST(FindTimeZoneTest, KnowsTheNamesOfTheIanaDatabase) {
  for (const char* name : {"UTC", "Etc/GMT+5", "Asia/Almaty", "Europe/Zurich", "Europe/Kyiv",
                           "America/Argentina/Buenos_Aires", "US/Eastern", "EST5EDT"}) {
    EXPECT_TRUE(FindTimeZone(name).has_value()) << name;
  }
}

TEST(FindTimeZoneTest, TakesNoPath) {
  for (const char* name : {"", "../zoneinfo/UTC", "/proc/self/fd/./2", "file:UTC", "libc:localtime",
                           "localtime", "posix/UTC", "Asia", "asia/almaty", "Fixed/UTC+05:00:00"}) {
    EXPECT_FALSE(FindTimeZone(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace dateline::text
