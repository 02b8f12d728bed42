#include "services/query/hot/request_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dateline/query/v1/articles.pb.h"

namespace dateline::query::hot {
namespace {

v1::ListArticlesRequest Request() {
  v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t1");
  request.set_page_size(20);
  request.mutable_include()->set_topics(true);
  request.mutable_read_mask()->add_paths("title");
  return request;
}

std::optional<RequestKey> KeyOf(const v1::ListArticlesRequest& request) {
  return RequestKeyOf(request.SerializeAsString());
}

TEST(RequestKeyTest, IsTheRequestWithoutItsEtag) {
  v1::ListArticlesRequest request = Request();
  const auto without = KeyOf(request);
  ASSERT_TRUE(without.has_value());
  EXPECT_EQ(without->bytes, request.SerializeAsString());
  EXPECT_EQ(without->if_none_match, "");
  request.set_if_none_match("\"abc\"");
  const auto with = KeyOf(request);
  ASSERT_TRUE(with.has_value());
  EXPECT_EQ(with->bytes, without->bytes);
  EXPECT_EQ(with->if_none_match, "\"abc\"");
}

TEST(RequestKeyTest, TellsArgumentsApart) {
  v1::ListArticlesRequest other = Request();
  other.set_page_size(21);
  EXPECT_NE(KeyOf(Request())->bytes, KeyOf(other)->bytes);
  other = Request();
  other.set_view(content::v1::ARTICLE_VIEW_FULL);
  EXPECT_NE(KeyOf(Request())->bytes, KeyOf(other)->bytes);
  ASSERT_TRUE(RequestKeyOf("").has_value());
  EXPECT_EQ(RequestKeyOf("")->bytes, "");
}

TEST(RequestKeyTest, HasNoneForWhatIsNotKept) {
  v1::ListArticlesRequest request = Request();
  request.set_page_token("token");
  EXPECT_FALSE(KeyOf(request).has_value());
  request = Request();
  request.set_min_position("position");
  EXPECT_FALSE(KeyOf(request).has_value());
  request = Request();
  request.mutable_as_of()->set_seconds(1);
  EXPECT_FALSE(KeyOf(request).has_value());
  request = Request();
  request.set_fold_clusters(true);
  EXPECT_FALSE(KeyOf(request).has_value());
  request = Request();
  request.add_languages("en");
  EXPECT_FALSE(KeyOf(request).has_value());
  request = Request();
  request.mutable_filter()->set_expression(std::string(2'000, 'x'));
  EXPECT_FALSE(KeyOf(request).has_value());
}

TEST(RequestKeyTest, HasNoneForWhatIsNoMessage) {
  const std::string bytes = Request().SerializeAsString();
  // Cut anywhere, it is a shorter message or none; it is never the same.
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto key = RequestKeyOf(absl::string_view(bytes).substr(0, size));
    if (key.has_value()) {
      EXPECT_EQ(key->bytes.size(), size);
    }
  }
  EXPECT_FALSE(RequestKeyOf("\x0a\x05zz").has_value());                // shorter than it says
  EXPECT_FALSE(RequestKeyOf(absl::string_view("\0", 1)).has_value());  // no tag
  // if_none_match as a number, which the parser takes for an unknown field.
  const std::string number = {v1::ListArticlesRequest::kIfNoneMatchFieldNumber << 3, 1};
  EXPECT_FALSE(RequestKeyOf(number).has_value());
  EXPECT_FALSE(RequestKeyOf("\x0f").has_value());  // a type that there is not
}

}  // namespace
}  // namespace dateline::query::hot
