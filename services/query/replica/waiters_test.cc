#include "services/query/replica/waiters.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "common/testing/fake_clock.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using dateline::testing::FakeClock;
using testing::PositionAt;
using Outcome = PositionWaiters::Outcome;

TEST(PositionWaitersTest, EndsOneWaitOnlyWhenItsAnswerThrows) {
  std::promise<std::thread::id> other;
  PositionWaiters waiters(RealClock(), 10);
  const absl::Duration deadline = RealClock()->Elapsed() + absl::Hours(1);
  ASSERT_TRUE(
      waiters.Add(PositionAt(5), deadline, [](Outcome) { throw std::out_of_range("an answer"); }));
  ASSERT_TRUE(waiters.Add(PositionAt(5), deadline,
                          [&](Outcome) { other.set_value(std::this_thread::get_id()); }));
  EXPECT_NO_THROW(waiters.Reached(PositionAt(5)));
  // Answers are not the applier's work.
  EXPECT_NE(other.get_future().get(), std::this_thread::get_id());
}

TEST(PositionWaitersTest, EndWhenThePositionIsReached) {
  FakeClock clock;
  std::promise<Outcome> fifth;
  std::promise<Outcome> seventh;
  PositionWaiters waiters(&clock, 10);
  ASSERT_TRUE(waiters.Add(PositionAt(5), absl::InfiniteDuration(),
                          [&](Outcome outcome) { fifth.set_value(outcome); }));
  ASSERT_TRUE(waiters.Add(PositionAt(7), absl::InfiniteDuration(),
                          [&](Outcome outcome) { seventh.set_value(outcome); }));
  waiters.Reached({});
  waiters.Reached(PositionAt(4));
  waiters.Reached(PositionAt(6));
  EXPECT_EQ(fifth.get_future().get(), Outcome::kReached);
  waiters.Reached(PositionAt(1, /*timeline=*/2));
  EXPECT_EQ(seventh.get_future().get(), Outcome::kOtherLog);
}

TEST(PositionWaitersTest, AreBounded) {
  FakeClock clock;
  PositionWaiters waiters(&clock, 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(waiters.Add(PositionAt(5), absl::InfiniteDuration(), [](auto) {}));
  }
  EXPECT_FALSE(waiters.Add(PositionAt(5), absl::InfiniteDuration(), [](auto) {}));
}

TEST(PositionWaitersTest, EndAtTheirDeadlineAndWithTheObject) {
  FakeClock clock;
  std::promise<Outcome> late;
  std::promise<Outcome> left;
  {
    PositionWaiters waiters(&clock, 10);
    ASSERT_TRUE(waiters.Add(PositionAt(5), absl::InfiniteDuration(),
                            [&](auto outcome) { left.set_value(outcome); }));
    ASSERT_TRUE(waiters.Add(PositionAt(5), clock.Elapsed(),
                            [&](auto outcome) { late.set_value(outcome); }));
    EXPECT_EQ(late.get_future().get(), Outcome::kTimeout);
  }
  EXPECT_EQ(left.get_future().get(), Outcome::kTimeout);
}

}  // namespace
}  // namespace dateline::query::replica
