#include "services/query/reads/reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "common/testing/fake_clock.h"
#include "services/query/reads/fake_read_store.h"
#include "services/query/reads/read_store_contract.h"

namespace dateline::query::reads {
namespace {

using dateline::testing::FakeClock;
using dateline::testing::HasReason;
using dateline::testing::IsOk;

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

// How a report ends.
absl::Status Added(Reads& reads, Report report) {
  std::promise<absl::Status> told;
  reads.Add(std::move(report), [&](const absl::Status& status) { told.set_value(status); });
  return told.get_future().get();
}

TEST(ReadsTest, CountsReportsAndReadsTheRanking) {
  FakeReadStore store;
  Reads reads(store, {.poll_after_report = absl::ZeroDuration()});
  ASSERT_THAT(Added(reads, Of("a", "x")), IsOk());
  // The second report is taken behind the poll that followed the first.
  ASSERT_THAT(Added(reads, Of("a", "y")), IsOk());
  EXPECT_THAT(*reads.Of(Window::kDay), ::testing::Contains("x"));
}

TEST(ReadsTest, SaysThatTheStoreCannotBeReachedAndGoesOn) {
  FakeReadStore store;
  store.Fail(error::DatabaseUnavailable());
  Reads reads(store);
  EXPECT_THAT(Added(reads, Of("a", "x")), HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  store.Fail(absl::OkStatus());
  EXPECT_THAT(Added(reads, Of("a", "x")), IsOk());
}

TEST(ReadsTest, LetsACallerReportNoOftenerThanItsAllowance) {
  FakeReadStore store;
  FakeClock clock;
  Reads reads(store, {.reports_per_second = 1, .burst = 2}, &clock);
  EXPECT_THAT(Added(reads, Of("a", "x")), IsOk());
  EXPECT_THAT(Added(reads, Of("a", "x")), IsOk());
  EXPECT_THAT(Added(reads, Of("a", "x")), HasReason(errors::v1::ERROR_REASON_QUOTA_EXCEEDED));
  EXPECT_THAT(Added(reads, Of("b", "x")), IsOk());
  clock.Advance(absl::Seconds(1));
  EXPECT_THAT(Added(reads, Of("a", "x")), IsOk());
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
