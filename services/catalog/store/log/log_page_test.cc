#include "services/catalog/store/log/log_page.h"

#include <gtest/gtest.h>

namespace dateline::catalog::store {
namespace {

// Changes as (transaction, resource); every state counts ten bytes.
std::vector<LoggedChange> Changes(const std::vector<std::pair<uint64_t, int64_t>>& rows) {
  std::vector<LoggedChange> changes;
  for (const auto& [xid, key] : rows) {
    LoggedChange logged;
    logged.position.set_xid(xid);
    logged.change.set_key(key);
    logged.change.set_kind(v1::RESOURCE_KIND_ARTICLE);
    changes.push_back(logged);
  }
  return changes;
}

size_t Ten(const v1::Change&) { return 10; }

TEST(LogPageTest, EndsWhereATransactionEnds) {
  const auto changes = Changes({{1, 1}, {1, 2}, {2, 3}, {2, 4}, {3, 5}});
  EXPECT_EQ(FitPage(changes, 1000, 1000, Ten), 5u);
  EXPECT_EQ(FitPage(changes, 15, 1000, Ten), 2u);
  EXPECT_EQ(FitPage(changes, 25, 1000, Ten), 4u);
  EXPECT_EQ(FitPage(changes, 0, 1000, Ten), 2u) << "never nothing";
  EXPECT_EQ(FitPage({}, 0, 1000, Ten), 0u);
}

TEST(LogPageTest, CountsAResourceOnce) {
  const auto changes = Changes({{1, 1}, {2, 1}, {3, 1}, {4, 2}});
  EXPECT_EQ(FitPage(changes, 10, 1000, Ten), 4u);
}

TEST(LogPageTest, CutsATransactionOnlyIfItAloneIsTooLarge) {
  EXPECT_EQ(FitPage(Changes({{1, 1}, {1, 2}, {1, 3}}), 5, 25, Ten), 2u);
  EXPECT_EQ(FitPage(Changes({{1, 1}, {2, 2}, {2, 3}}), 15, 25, Ten), 1u);
}

TEST(LogPageTest, SupersedesAllButTheLastAndNoTakedown) {
  auto changes = Changes({{1, 1}, {1, 2}, {2, 1}, {3, 1}});
  changes[2].change.set_change_kind(v1::CHANGE_KIND_TAKEN_DOWN);
  MarkSuperseded(&changes);
  EXPECT_TRUE(changes[0].change.superseded());
  EXPECT_FALSE(changes[1].change.superseded());
  EXPECT_FALSE(changes[2].change.superseded());
  EXPECT_FALSE(changes[3].change.superseded());
}

}  // namespace
}  // namespace dateline::catalog::store
