#include "services/catalog/article/takedown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/article/lifecycle.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using dateline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

// Published as revision 2, with revision 3 scheduled over it.
WorkingArticle Scheduled() {
  WorkingArticle article;
  Article content;
  content.set_title("one");
  content.set_path("/one");
  StartDraft(At(100), content, "id", 7, &article);
  article.is_new = false;
  EXPECT_THAT(Publish({At(200)}, 1, article.article, &article), IsOk());
  content.set_path("/three");
  EXPECT_THAT(Schedule(At(300), At(900), 3, content, &article), IsOk());
  article.content_changed = article.life_changed = article.slots_changed = false;
  return article;
}

TEST(TakeDownTest, ATakedownLeavesNamesAndTimes) {
  WorkingArticle article = Scheduled();
  article.article.set_canonical_url("https://e.test/one");
  article.article.set_cluster("clusters/c");
  article.article.add_topics()->set_topic("topics/energy");
  article.simhash = 7;
  article.cluster_key = 8;
  article.record.add_suppressed_topics("topics/ports");
  v1::Origin* const origin = article.record.add_origins();
  origin->set_source("sources/wire");
  origin->set_content_hash("hash");
  origin->mutable_feed_proposal()->set_title("three");
  ASSERT_THAT(TakeDown(&article), IsOk());
  EXPECT_EQ(article.record.state(), content::v1::ARTICLE_STATE_TAKEN_DOWN);
  Article left;
  left.set_name("articles/id");
  left.set_canonical_url("https://e.test/one");
  left.set_revision(3);
  left.mutable_publish_time()->set_seconds(200);
  left.mutable_first_publish_time()->set_seconds(200);
  EXPECT_EQ(article.article.SerializeAsString(), left.SerializeAsString());
  EXPECT_THAT(article.waiting, IsEmpty());
  EXPECT_EQ(article.record.scheduled_revision(), 0);
  EXPECT_EQ(article.record.live_revision(), 2);
  EXPECT_THAT(article.record.suppressed_topics(), IsEmpty());
  EXPECT_EQ(origin->content_hash(), "hash");
  EXPECT_FALSE(origin->has_feed_proposal());
  EXPECT_THAT(article.dirty_origins, ElementsAre(0));
  EXPECT_EQ(article.simhash, 0u);
  EXPECT_EQ(article.cluster_key, 0);
  EXPECT_EQ(PathsOf(article).live, "");
  EXPECT_THAT(PathsOf(article).held, IsEmpty());
  EXPECT_TRUE(article.erased);
  EXPECT_TRUE(article.written());
}

TEST(TakeDownTest, WhatIsDeletedOrWithdrawnCanBeTakenDown) {
  WorkingArticle withdrawn = Scheduled();
  v1::Withdrawal notice;
  notice.set_kind(v1::WITHDRAWAL_KIND_NOTICE);
  notice.set_notice("words");
  ASSERT_THAT(Withdraw(At(300), notice, "why", &withdrawn), IsOk());
  ASSERT_THAT(Delete(At(400), &withdrawn), IsOk());
  ASSERT_THAT(TakeDown(&withdrawn), IsOk());
  EXPECT_FALSE(withdrawn.record.has_withdrawal());
  EXPECT_EQ(withdrawn.record.withdrawal_reason(), "why");
  EXPECT_FALSE(withdrawn.record.has_purge_time());
}

TEST(TakeDownTest, HappensOnce) {
  WorkingArticle article = Scheduled();
  ASSERT_THAT(TakeDown(&article), IsOk());
  EXPECT_EQ(TakeDown(&article), error::TakenDown("articles/id"));
}

}  // namespace
}  // namespace dateline::catalog::article
