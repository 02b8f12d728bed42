#include "services/catalog/article/visibility.h"

#include <gtest/gtest.h>

#include "common/api/proto_time.h"

namespace dateline::catalog::article {
namespace {

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

TEST(SetStateAtTest, FollowsFromTheTimes) {
  const struct {
    int64_t publish, embargo, expire;
    content::v1::ArticleState state;
    bool was_seen;
  } cases[] = {
      {10, 0, 0, content::v1::ARTICLE_STATE_SCHEDULED, false},
      {5, 0, 0, content::v1::ARTICLE_STATE_PUBLISHED, true},
      {1, 10, 0, content::v1::ARTICLE_STATE_EMBARGOED, false},
      {1, 5, 0, content::v1::ARTICLE_STATE_PUBLISHED, true},
      {1, 0, 5, content::v1::ARTICLE_STATE_EXPIRED, true},
      {1, 0, 6, content::v1::ARTICLE_STATE_PUBLISHED, true},
  };
  for (const auto& c : cases) {
    content::v1::Article article;
    article.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
    *article.mutable_publish_time() = TimeToProto(At(c.publish));
    if (c.embargo > 0) *article.mutable_embargo_time() = TimeToProto(At(c.embargo));
    if (c.expire > 0) *article.mutable_expire_time() = TimeToProto(At(c.expire));
    *article.mutable_first_publish_time() = TimeToProto(FirstVisible(article));
    SetStateAt(At(5), &article);
    EXPECT_EQ(article.state(), c.state) << c.publish << " " << c.embargo << " " << c.expire;
    EXPECT_EQ(article.has_first_publish_time(), c.was_seen) << c.publish << " " << c.embargo;
  }
}

TEST(SetStateAtTest, OtherStatesStay) {
  content::v1::Article article;
  article.set_state(content::v1::ARTICLE_STATE_WITHDRAWN);
  *article.mutable_expire_time() = TimeToProto(At(1));
  SetStateAt(At(5), &article);
  EXPECT_EQ(article.state(), content::v1::ARTICLE_STATE_WITHDRAWN);
}

}  // namespace
}  // namespace dateline::catalog::article
