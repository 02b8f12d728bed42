#include "common/api/reachable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/api/testdata/check_test.pb.h"

namespace dateline::api {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReachableTest, FindsWhatHasNoBound) {
  const auto found = UnboundedFields({testdata::Everything::descriptor()});
  for (const char* const missing :
       {"Everything.plain: string.max_len", "Everything.real: double.gte and lte",
        "Everything.duration: duration.gte and lte", "Everything.mask: field_mask.max_paths",
        "Everything.data: bytes.max_len", "Everything.texts: repeated.max_items",
        "Everything.texts: string.max_len", "Everything.names: map.max_pairs",
        "Everything.number: gte and lte", "Everything.large: gte and lte",
        "Inner.name: string.max_len"}) {
    EXPECT_THAT(found, Contains(HasSubstr(missing)));
  }
  for (const char* const bounded :
       {"Inner.line", "Inner.children", "max_bytes", "topic", "uri", "one_of", "few_bytes", "small",
        "unsigned", "share", "wait", "short_mask", "Everything.topics", "by_language",
        "time:", "Everything.kind:"}) {
    EXPECT_THAT(found, Not(Contains(HasSubstr(bounded)))) << bounded;
  }
}

TEST(ReachableTest, FindsRulesOfAnotherType) {
  EXPECT_THAT(MisplacedRules({testdata::Everything::descriptor()}),
              ElementsAre("dateline.api.testdata.Everything.only_here"));
}

}  // namespace
}  // namespace dateline::api
