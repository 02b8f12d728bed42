#include "services/catalog/store/topics/topic_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dateline::catalog::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TopicTreeTest, FindsAShortestWayUpThroughATreeThatJoinsAgain) {
  const TopicParents parents = {{1, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}, {1, 6}, {6, 5}};
  EXPECT_THAT(WayUp(parents, 1, {5}), ElementsAre(1, 6, 5));
  EXPECT_THAT(WayUp(parents, 1, {4, 9}), ElementsAre(1, 2, 4));
  EXPECT_THAT(WayUp(parents, 5, {1}), IsEmpty());
  EXPECT_THAT(WayUp(parents, 7, {7}), ElementsAre(7));
}

TEST(TopicTreeTest, EndsOnACycle) {
  EXPECT_THAT(WayUp({{1, 2}, {2, 3}, {3, 1}}, 1, {9}), IsEmpty());
}

}  // namespace
}  // namespace dateline::catalog::store
