#include "services/query/service/cache_tags.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "dateline/query/v1/articles.pb.h"

namespace dateline::query::service {
namespace {

TEST(CacheTagsTest, NameWhatWasAskedForAndWhatIsHeld) {
  v1::ListArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/rain");
  v1::ListArticlesResponse response;
  auto* article = response.add_articles();
  article->set_name("articles/a");
  article->add_topics()->set_topic("topics/no-part-of-it");
  response.add_authors()->set_name("authors/b");
  EXPECT_EQ(CacheTagsOf(request, response), "articles/a authors/b topics/rain");
}

TEST(CacheTagsTest, OfARequestForAnythingNameTheCollection) {
  EXPECT_EQ(CacheTagsOf(v1::ListArticlesRequest(), v1::ListArticlesResponse()), "articles");
}

TEST(CacheTagsTest, BecomeCoarserWhereThereIsNoRoom) {
  v1::GetTopicPageRequest request;
  request.set_topic("topics/rain");
  v1::GetTopicPageResponse response;
  for (int i = 0; i < 200; ++i)
    response.add_articles()->set_name(absl::StrCat("articles/long-", i));
  EXPECT_EQ(CacheTagsOf(request, response), "articles topics/rain");
  for (int i = 0; i < 200; ++i) response.add_topics()->set_name(absl::StrCat("topics/long-", i));
  EXPECT_EQ(CacheTagsOf(request, response), "articles topics");
}

}  // namespace
}  // namespace dateline::query::service
