#include "services/query/reads/reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "common/errors/errors.h"
#include "common/testing/fake_clock.h"
#include "services/query/reads/fake_read_store.h"
#include "services/query/reads/read_store_contract.h"

namespace dateline::query::reads {
namespace {

using dateline::testing::FakeClock;

struct FakeMaker {
  static std::unique_ptr<ReadStore> Make() { return std::make_unique<FakeReadStore>(); }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Fake, ReadStoreContract, FakeMaker);

Report Of(const std::string& caller, const std::string& id) {
  Report report;
  report.caller = caller;
  report.scores[id] = ScoresOf(1, absl::FromUnixSeconds(1'790'000'000));
  return report;
}

constexpr errors::v1::ErrorReason kCounted = errors::v1::ERROR_REASON_UNSPECIFIED;

// How a report ends; UNSPECIFIED for OK. The status stays with the thread that tells it: one that
// threads share is a false race under ThreadSanitizer, as Abseil is not instrumented.
errors::v1::ErrorReason Added(Reads& reads, Report report) {
  std::promise<errors::v1::ErrorReason> told;
  reads.Add(std::move(report), [&](const absl::Status& status) {
    const errors::v1::ErrorReason reason = error::ReasonOf(status);
    EXPECT_EQ(status.ok(), reason == errors::v1::ERROR_REASON_UNSPECIFIED) << status;
    told.set_value(reason);
  });
  return told.get_future().get();
}

TEST(ReadsTest, CountsReportsAndReadsTheRanking) {
  FakeReadStore store;
  Reads reads(store, {.poll_after_report = absl::ZeroDuration()});
  ASSERT_EQ(Added(reads, Of("a", "x")), kCounted);
  // The second report is taken behind the poll that followed the first.
  ASSERT_EQ(Added(reads, Of("a", "y")), kCounted);
  EXPECT_THAT(*reads.Of(Window::kDay), ::testing::Contains("x"));
}

TEST(ReadsTest, SaysThatTheStoreCannotBeReachedAndGoesOn) {
  FakeReadStore store;
  store.SetFails(true);
  Reads reads(store);
  EXPECT_EQ(Added(reads, Of("a", "x")), errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE);
  store.SetFails(false);
  EXPECT_EQ(Added(reads, Of("a", "x")), kCounted);
}

TEST(ReadsTest, LetsACallerReportNoOftenerThanItsAllowance) {
  FakeReadStore store;
  FakeClock clock;
  Reads reads(store, {.reports_per_second = 1, .burst = 2}, &clock);
  EXPECT_EQ(Added(reads, Of("a", "x")), kCounted);
  EXPECT_EQ(Added(reads, Of("a", "x")), kCounted);
  EXPECT_EQ(Added(reads, Of("a", "x")), errors::v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_EQ(Added(reads, Of("b", "x")), kCounted);
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(Added(reads, Of("a", "x")), kCounted);
}

TEST(ReadsTest, AddsUpScoresLikeCounts) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const Scores one = ScoresOf(1, now);
  const Scores three = ScoresOf(3, now);
  EXPECT_NEAR(Sum(Sum(one[1], one[1]), one[1]), three[1], 1e-6);
  // Half is left after the window.
  EXPECT_NEAR(ScoresOf(2, now - absl::Hours(1))[0], one[0], 1e-6);
  EXPECT_NEAR(ScoresOf(2, now - absl::Hours(24 * 7))[2], one[2], 1e-6);
}

}  // namespace
}  // namespace dateline::query::reads
