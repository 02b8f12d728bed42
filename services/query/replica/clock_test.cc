#include "services/query/replica/clock.h"

#include <gtest/gtest.h>

#include "common/testing/fake_clock.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::FakeClock;

const absl::Time kStart = absl::FromUnixSeconds(1'790'000'000);

TEST(ReplicaClock, IsTheMachinesClockBeforeThePrimaryWasHeardOf) {
  FakeClock machine(kStart);
  ReplicaClock clock(&machine);
  EXPECT_EQ(clock.Now(), kStart);
  machine.Advance(absl::Seconds(3));
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(3));
}

TEST(ReplicaClock, NeverHidesWhatWasJustPublishedWhenTheMachineIsTwoSecondsBehind) {
  FakeClock machine(kStart - absl::Seconds(2));
  ReplicaClock clock(&machine);
  clock.Observe(kStart);
  EXPECT_EQ(clock.Now(), kStart);
  // Until the machine's clock overtakes it, time stands where the stream was last.
  machine.Advance(absl::Seconds(1));
  EXPECT_EQ(clock.Now(), kStart);
  clock.Observe(kStart + absl::Milliseconds(1'020));
  EXPECT_EQ(clock.Now(), kStart + absl::Milliseconds(1'020));
}

TEST(ReplicaClock, DoesNotBelieveAMachineThatIsAnHourAhead) {
  FakeClock machine(kStart + absl::Hours(1));
  ReplicaClock clock(&machine);
  clock.Observe(kStart);
  EXPECT_EQ(clock.Now(), kStart);
  machine.Advance(absl::Seconds(10));
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(10));
  EXPECT_EQ(clock.Skew(), absl::Hours(1));
}

TEST(ReplicaClock, BelievesAMachineUpToFiveSecondsAhead) {
  FakeClock machine(kStart + absl::Seconds(5));
  ReplicaClock clock(&machine);
  clock.Observe(kStart);
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(5));
  machine.SetNow(kStart + absl::Seconds(5) + absl::Microseconds(1));
  // Not believed, but what was judged by already is not taken back.
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(5));
}

TEST(ReplicaClock, NeverRunsBackwards) {
  FakeClock machine(kStart);
  ReplicaClock clock(&machine);
  EXPECT_EQ(clock.Now(), kStart);
  machine.SetNow(kStart - absl::Hours(1));
  EXPECT_EQ(clock.Now(), kStart);
  clock.Observe(kStart - absl::Minutes(10));
  EXPECT_EQ(clock.Now(), kStart);
}

TEST(ReplicaClock, IsNotSetBackByALateMessage) {
  FakeClock machine(kStart + absl::Hours(1));
  ReplicaClock clock(&machine);
  clock.Observe(kStart);
  machine.Advance(absl::Seconds(10));
  clock.Observe(kStart + absl::Seconds(8));
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(10));
}

TEST(ReplicaClock, GoesOnWhenTheStreamIsSilent) {
  FakeClock machine(kStart);
  ReplicaClock clock(&machine);
  clock.Observe(kStart);
  machine.Advance(absl::Minutes(30));
  EXPECT_EQ(clock.Now(), kStart + absl::Minutes(30));
  machine.SetNow(kStart + absl::Hours(2));
  EXPECT_EQ(clock.Now(), kStart + absl::Minutes(30));
}

}  // namespace
}  // namespace dateline::query::replica
