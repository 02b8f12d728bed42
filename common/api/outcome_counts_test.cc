#include "common/api/outcome_counts.h"

#include "gtest/gtest.h"

namespace dateline::api {
namespace {

TEST(OutcomeCountsTest, CountsEachOutcomeForItself) {
  ingestion::v1::OutcomeCounts counts;
  // As often as the outcome's own place in this list.
  const catalog::v1::UpsertOutcome outcomes[] = {
      catalog::v1::UPSERT_OUTCOME_CREATED,   catalog::v1::UPSERT_OUTCOME_REVISED,
      catalog::v1::UPSERT_OUTCOME_UNCHANGED, catalog::v1::UPSERT_OUTCOME_MERGED,
      catalog::v1::UPSERT_OUTCOME_PROPOSED,  catalog::v1::UPSERT_OUTCOME_REJECTED};
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j <= i; ++j) CountOutcome(outcomes[i], &counts);
  }
  // One that a newer catalog may have is not taken for a good one.
  CountOutcome(catalog::v1::UPSERT_OUTCOME_UNSPECIFIED, &counts);
  EXPECT_EQ(counts.created(), 1);
  EXPECT_EQ(counts.revised(), 2);
  EXPECT_EQ(counts.unchanged(), 3);
  EXPECT_EQ(counts.merged(), 4);
  EXPECT_EQ(counts.proposed(), 5);
  EXPECT_EQ(counts.rejected(), 7);
}

}  // namespace
}  // namespace dateline::api
