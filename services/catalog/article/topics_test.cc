#include "services/catalog/article/topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Article WithTopics(const std::vector<std::pair<std::string, content::v1::TopicOrigin>>& topics) {
  Article article;
  for (const auto& [topic, origin] : topics) {
    article.add_topics()->set_topic(topic);
    article.mutable_topics(article.topics_size() - 1)->set_origin(origin);
  }
  return article;
}

TEST(AddAutoTopics, PutsWhatIsNewBehindTheOthers) {
  Article article = WithTopics({{"topics/editor", content::v1::TOPIC_ORIGIN_EDITOR},
                                {"topics/feed", content::v1::TOPIC_ORIGIN_FEED}});
  EXPECT_THAT(AddAutoTopics({"topics/b", "topics/feed", "topics/a", "topics/b"}, {}, &article),
              ElementsAre("topics/b", "topics/a"));
  ASSERT_EQ(article.topics_size(), 4);
  EXPECT_EQ(article.topics(0).topic(), "topics/editor");
  EXPECT_EQ(article.topics(1).origin(), content::v1::TOPIC_ORIGIN_FEED);
  EXPECT_EQ(article.topics(2).topic(), "topics/b");
  EXPECT_EQ(article.topics(3).origin(), content::v1::TOPIC_ORIGIN_AUTO);
  EXPECT_THAT(AddAutoTopics({"topics/a", "topics/b"}, {}, &article), IsEmpty());
}

TEST(AddAutoTopics, DoesNotBringBackWhatAnEditorRemoved) {
  Article article;
  EXPECT_THAT(AddAutoTopics({"topics/gossip", "topics/news"}, {"topics/gossip"}, &article),
              ElementsAre("topics/news"));
}

TEST(AddAutoTopics, KeepsToTheLimit) {
  Article article;
  std::vector<std::string> topics;
  for (int i = 0; i < 100; ++i) topics.push_back(absl::StrCat("topics/t", i));
  EXPECT_EQ(AddAutoTopics(topics, {}, &article).size(),
            static_cast<size_t>(limits::kMaxTopicsPerArticle));
  EXPECT_THAT(AddAutoTopics({"topics/more"}, {}, &article), IsEmpty());
}

// Live revision 1, with `scheduled` as 2 and a draft as 3 if asked for.
WorkingArticle Live(bool with_waiting) {
  WorkingArticle live;
  live.record.set_name("articles/a");
  live.record.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  live.record.set_live_revision(1);
  live.article = WithTopics({{"topics/feed", content::v1::TOPIC_ORIGIN_FEED}});
  live.article.set_revision(1);
  if (!with_waiting) return live;
  live.article.set_revision(3);
  live.record.set_scheduled_revision(2);
  live.waiting[2].content.set_title("scheduled");
  live.waiting[3].content.set_title("draft");
  return live;
}

TEST(AddTopics, MakesOneNewRevision) {
  WorkingArticle live = Live(/*with_waiting=*/false);
  EXPECT_THAT(*AddTopics({"topics/a", "topics/feed"}, &live), ElementsAre("topics/a"));
  EXPECT_EQ(live.record.live_revision(), 2);
  EXPECT_EQ(live.article.revision(), 2);
  EXPECT_EQ(live.article.topics_size(), 2);
  EXPECT_THAT(*AddTopics({"topics/b"}, &live), ElementsAre("topics/b"));
  EXPECT_EQ(live.record.live_revision(), 2) << "one transaction makes one revision";
}

TEST(AddTopics, WritesNothingWhereThereIsNothingToAdd) {
  WorkingArticle live = Live(/*with_waiting=*/true);
  live.record.add_suppressed_topics("topics/gossip");
  EXPECT_THAT(*AddTopics({"topics/gossip"}, &live), IsEmpty());
  EXPECT_FALSE(live.written());
}

TEST(AddTopics, KeepsTheOrderOfWhatWaits) {
  WorkingArticle live = Live(/*with_waiting=*/true);
  EXPECT_THAT(*AddTopics({"topics/a"}, &live), ElementsAre("topics/a"));
  EXPECT_EQ(live.record.live_revision(), 4);
  EXPECT_EQ(live.record.scheduled_revision(), 5);
  EXPECT_EQ(live.article.revision(), 6);
  ASSERT_EQ(live.waiting.size(), 2u);
  EXPECT_EQ(live.waiting.at(5).content.title(), "scheduled");
  EXPECT_EQ(live.waiting.at(6).content.title(), "draft");
  EXPECT_EQ(live.NewRevisions().size(), 3u);
}

TEST(AddTopics, LeavesWhatComesBeforeTheFirstThatGains) {
  WorkingArticle live = Live(/*with_waiting=*/true);
  EXPECT_THAT(*AddTopics({"topics/feed"}, &live), IsEmpty());
  EXPECT_EQ(live.record.live_revision(), 1);
  EXPECT_FALSE(live.content_changed);
  EXPECT_EQ(live.record.scheduled_revision(), 4);
  EXPECT_EQ(live.article.revision(), 5);
  EXPECT_TRUE(live.written());
}

TEST(AddTopics, RefusesWhatReadersDoNotSee) {
  struct Case {
    content::v1::ArticleState state;
    int live_revision;
    errors::v1::ErrorReason reason;
  };
  const Case cases[] = {
      {content::v1::ARTICLE_STATE_TAKEN_DOWN, 1, errors::v1::ERROR_REASON_TAKEN_DOWN},
      {content::v1::ARTICLE_STATE_DELETED, 1, errors::v1::ERROR_REASON_STATE_CONFLICT},
      {content::v1::ARTICLE_STATE_DRAFT, 0, errors::v1::ERROR_REASON_STATE_CONFLICT},
  };
  for (const Case& c : cases) {
    WorkingArticle article = Live(/*with_waiting=*/false);
    article.record.set_state(c.state);
    article.record.set_live_revision(c.live_revision);
    EXPECT_EQ(error::ReasonOf(AddTopics({"topics/a"}, &article).status()), c.reason);
    EXPECT_FALSE(article.written());
  }
}

TEST(AddTopics, LeavesAnArticleAloneThatWouldBeTooLarge) {
  WorkingArticle live = Live(/*with_waiting=*/true);
  live.waiting[2].content.set_body_text(std::string(limits::kMaxArticleStateBytes, 'x'));
  EXPECT_EQ(error::ReasonOf(AddTopics({"topics/a"}, &live).status()),
            errors::v1::ERROR_REASON_STATE_CONFLICT);
  EXPECT_EQ(live.article.topics_size(), 1);
  EXPECT_EQ(live.waiting[3].content.topics_size(), 0);
  EXPECT_FALSE(live.written());
}

TEST(RemoveTopics, MakesARevisionOfWhatLosesOne) {
  WorkingArticle live = Live(/*with_waiting=*/true);
  live.waiting[2].content = WithTopics({{"topics/a", content::v1::TOPIC_ORIGIN_EDITOR},
                                        {"topics/b", content::v1::TOPIC_ORIGIN_FEED},
                                        {"topics/c", content::v1::TOPIC_ORIGIN_EDITOR}});
  RemoveTopics({"topics/none"}, &live);
  EXPECT_FALSE(live.written());
  RemoveTopics({"topics/a", "topics/c"}, &live);
  EXPECT_EQ(live.record.live_revision(), 1);
  EXPECT_FALSE(live.content_changed);
  EXPECT_EQ(live.record.scheduled_revision(), 4);
  ASSERT_EQ(live.waiting.at(4).content.topics_size(), 1);
  EXPECT_EQ(live.waiting.at(4).content.topics(0).topic(), "topics/b");
  EXPECT_EQ(live.waiting.at(4).content.topics(0).origin(), content::v1::TOPIC_ORIGIN_FEED);
}

TEST(TopicsResult, AnswersForTheItemsOwnTopics) {
  const auto added = TopicsResult({"topics/b", "topics/c"}, {"topics/a", "topics/b"}, 7);
  EXPECT_EQ(added.outcome(), v1::ARTICLE_TOPICS_OUTCOME_ADDED);
  EXPECT_THAT(added.added(), ElementsAre("topics/b"));
  EXPECT_EQ(added.version(), 7);
  EXPECT_EQ(TopicsResult({"topics/c"}, {"topics/a"}, 7).outcome(),
            v1::ARTICLE_TOPICS_OUTCOME_UNCHANGED);
}

TEST(TopicsResult, RefusalCarriesItsReason) {
  const auto refused = TopicsRefused(error::TakenDown("articles/x"), 3);
  EXPECT_EQ(refused.outcome(), v1::ARTICLE_TOPICS_OUTCOME_REJECTED);
  EXPECT_EQ(refused.version(), 3);
  EXPECT_EQ(error::ReasonOf(error::FromProto(refused.error())),
            errors::v1::ERROR_REASON_TAKEN_DOWN);
}

}  // namespace
}  // namespace dateline::catalog::article
