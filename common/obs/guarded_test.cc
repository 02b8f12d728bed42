#include "common/obs/guarded.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <stdexcept>

#include "common/obs/metrics.h"
#include "gtest/gtest.h"

namespace dateline::obs {
namespace {

double Caught() { return CaughtExceptionsMetric()->Collect()[0].metric[0].counter.value; }

TEST(Guarded, GivesTheStatusOfTheUnit) {
  const double before = Caught();
  EXPECT_EQ(Guarded("a test", [] { return absl::AbortedError("x"); }), absl::AbortedError("x"));
  EXPECT_EQ(Caught(), before);
}

TEST(Guarded, CountsWhatIsThrownAndKeepsItsTextForTheLog) {
  const double before = Caught();
  EXPECT_EQ(Guarded("a test", []() -> absl::Status { throw std::out_of_range("behind"); }),
            absl::InternalError("a test failed"));
  EXPECT_EQ(Caught(), before + 1);
  EXPECT_EQ(CaughtExceptionsMetric()->Collect()[0].name, "dateline_caught_exceptions_total");
}

}  // namespace
}  // namespace dateline::obs
