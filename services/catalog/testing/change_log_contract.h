#ifndef DATELINE_SERVICES_CATALOG_TESTING_CHANGE_LOG_CONTRACT_H_
#define DATELINE_SERVICES_CATALOG_TESTING_CHANGE_LOG_CONTRACT_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/store/log/change_log.h"

namespace dateline::catalog::store {

// What every ChangeLog does. `Fixture` is a test fixture with `ChangeLog& log()` and
// `void WriteTopic(const std::string& id)`, which makes a topic or gives it its next version, in a
// transaction of its own.
template <typename Fixture>
class ChangeLogContract : public Fixture {
 protected:
  LogPage Changes(const content::v1::LogPosition& after, size_t byte_budget = 1 << 20,
                  const Kinds& kinds = AllKinds()) {
    auto page = this->log().ReadChanges(call_, after, byte_budget, kinds);
    EXPECT_THAT(page, dateline::testing::IsOk());
    return page.ok() ? *std::move(page) : LogPage();
  }
  content::v1::LogPosition Head() { return this->log().ReadHead(call_)->position; }

  const RequestContext call_ = RequestContext::Background("contract");
};

TYPED_TEST_SUITE_P(ChangeLogContract);

TYPED_TEST_P(ChangeLogContract, GivesEveryChangeOnceInOrder) {
  const auto start = this->Head();
  for (const char* id : {"a", "b", "c"}) this->WriteTopic(id);
  LogPage page = this->Changes(start);
  ASSERT_EQ(page.changes.size(), 3u);
  EXPECT_EQ(page.changes[0].change.state().name(), "topics/a");
  EXPECT_EQ(page.changes[2].change.state().name(), "topics/c");
  EXPECT_EQ(page.changes[0].change.change_kind(), v1::CHANGE_KIND_CREATED);
  EXPECT_TRUE(this->Changes(page.end).changes.empty());
  EXPECT_EQ(this->Changes(page.changes[0].position).changes.size(), 2u);
}

TYPED_TEST_P(ChangeLogContract, CutsToTheBudgetButGivesSomething) {
  auto position = this->Head();
  for (const char* id : {"a", "b", "c"}) this->WriteTopic(id);
  for (int i = 0; i < 3; ++i) {
    const LogPage page = this->Changes(position, /*byte_budget=*/1);
    EXPECT_EQ(page.changes.size(), 1u);
    position = page.end;
  }
  EXPECT_TRUE(this->Changes(position).changes.empty());
}

TYPED_TEST_P(ChangeLogContract, OnlyTheLastChangeOfAResourceCarriesItsState) {
  const auto start = this->Head();
  for (int i = 0; i < 3; ++i) this->WriteTopic("a");
  const LogPage page = this->Changes(start);
  ASSERT_EQ(page.changes.size(), 3u);
  EXPECT_TRUE(page.changes[0].change.superseded());
  EXPECT_TRUE(page.changes[1].change.superseded());
  EXPECT_FALSE(page.changes[1].change.has_state());
  EXPECT_EQ(page.changes[2].change.state().version(), 3);
}

TYPED_TEST_P(ChangeLogContract, GivesOnlyTheKindsThatAreAskedFor) {
  const auto start = this->Head();
  this->WriteTopic("a");
  const LogPage topics = this->Changes(start, 1 << 20, {v1::RESOURCE_KIND_TOPIC});
  ASSERT_EQ(topics.changes.size(), 1u);
  EXPECT_EQ(topics.changes[0].change.state().name(), "topics/a");
  for (const Kinds& others : {Kinds{v1::RESOURCE_KIND_ARTICLE}, Kinds{}}) {
    const LogPage page = this->Changes(start, 1 << 20, others);
    EXPECT_TRUE(page.changes.empty());
    EXPECT_EQ(ComparePositions(page.end, topics.changes[0].position) < 0, false);
    EXPECT_TRUE(this->Changes(page.end).changes.empty());
  }
}

TYPED_TEST_P(ChangeLogContract, RefusesPositionsOfAnotherLogOrTimelineOrAhead) {
  for (int i = 0; i < 3; ++i) {
    content::v1::LogPosition other = this->Head();
    if (i == 0) other.set_log_id("other");
    if (i == 1) other.set_timeline(other.timeline() + 1);
    if (i == 2) other.set_xid(other.xid() + 1'000'000);
    EXPECT_THAT(this->log().ReadChanges(this->call_, other, 1 << 20, {}),
                dateline::testing::HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  }
}

TYPED_TEST_P(ChangeLogContract, ExportsEveryResourceOnce) {
  for (const char* id : {"a", "b", "c", "d", "e"}) this->WriteTopic(id);
  std::vector<std::string> names;
  ExportCursor cursor;
  while (true) {
    const auto page =
        this->log().ReadExportPage(this->call_, cursor, v1::EXPORT_VIEW_FULL, 2, 1 << 20);
    ASSERT_THAT(page, dateline::testing::IsOk());
    EXPECT_LE(page->states.size(), 2u);
    for (const v1::ResourceState& state : page->states) {
      if (state.name().size() == std::string("topics/a").size()) names.push_back(state.name());
    }
    if (!page->next.has_value()) break;
    cursor = *page->next;
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"topics/a", "topics/b", "topics/c", "topics/d", "topics/e"}));
}

REGISTER_TYPED_TEST_SUITE_P(ChangeLogContract, GivesEveryChangeOnceInOrder,
                            CutsToTheBudgetButGivesSomething,
                            OnlyTheLastChangeOfAResourceCarriesItsState,
                            GivesOnlyTheKindsThatAreAskedFor,
                            RefusesPositionsOfAnotherLogOrTimelineOrAhead,
                            ExportsEveryResourceOnce);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_TESTING_CHANGE_LOG_CONTRACT_H_
