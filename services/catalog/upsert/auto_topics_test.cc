#include "services/catalog/upsert/auto_topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"

namespace dateline::catalog::upsert {
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

}  // namespace
}  // namespace dateline::catalog::upsert
