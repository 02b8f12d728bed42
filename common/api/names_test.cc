#include "common/api/names.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/errors/errors.h"

namespace dateline::api {
namespace {

TEST(NamesTest, IdsAreLowerCaseLettersDigitsAndHyphens) {
  const std::string longest(static_cast<size_t>(limits::kMaxIdLength), 'a');
  for (const std::string& id : {std::string("a"), std::string("0-z"), longest}) {
    EXPECT_TRUE(IsValidId(id)) << id;
  }
  for (const std::string& id : {std::string(), std::string("-a"), std::string("A"),
                                std::string("a/b"), std::string("é"), longest + "a"}) {
    EXPECT_FALSE(IsValidId(id)) << id;
  }
}

TEST(NamesTest, NameIsMadeOfCollectionAndId) {
  EXPECT_EQ(MakeName(kTopics, "energy"), "topics/energy");
  EXPECT_EQ(IdInName(kTopics, "topics/energy"), "energy");
  for (const char* name : {"", "topics", "topics/", "topicsenergy", "authors/energy", "topics/E"}) {
    EXPECT_EQ(IdInName(kTopics, name), "") << name;
    EXPECT_EQ(error::ReasonOf(ParseName(kTopics, name, "name").status()),
              errors::v1::ERROR_REASON_INVALID_FIELD)
        << name;
  }
}

}  // namespace
}  // namespace dateline::api
