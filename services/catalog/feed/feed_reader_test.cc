#include "services/catalog/feed/feed_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/errors/errors.h"
#include "services/catalog/testing/fake_change_log.h"

namespace dateline::catalog::feed {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::ResourceState;

ResourceState Named(v1::ResourceKind kind, int64_t key, const std::string& name) {
  ResourceState state;
  state.set_kind(kind);
  state.set_key(key);
  state.set_name(name);
  return state;
}

ResourceState Article(int64_t key, int64_t publication, std::vector<int64_t> topics,
                      std::vector<int64_t> scheduled = {}) {
  ResourceState state = Named(v1::RESOURCE_KIND_ARTICLE, key, absl::StrCat("articles/", key));
  state.mutable_article()->set_publication_key(publication);
  for (const int64_t topic : topics) state.mutable_article()->add_topic_keys(topic);
  for (const int64_t topic : scheduled) state.mutable_article()->add_scheduled_topic_keys(topic);
  return state;
}

ResourceState Gone(int64_t key, v1::TombstoneReason reason) {
  ResourceState state = Named(v1::RESOURCE_KIND_ARTICLE, key, absl::StrCat("articles/", key));
  state.mutable_tombstone()->set_reason(reason);
  return state;
}

class FeedReaderTest : public ::testing::Test {
 protected:
  FeedReaderTest() {
    log_.Commit({Named(v1::RESOURCE_KIND_PUBLICATION, 1, "publications/daily"),
                 Named(v1::RESOURCE_KIND_PUBLICATION, 2, "publications/weekly"),
                 Named(v1::RESOURCE_KIND_TOPIC, 1, "topics/energy"),
                 Named(v1::RESOURCE_KIND_TOPIC, 2, "topics/ports")});
    start_ = *log_.ReadHead(call_);
  }

  // What a reader with the filter is told behind the start: "kind/key", and "-" for what is gone.
  std::vector<std::string> Told(const ChangeFilter& filter) {
    // A feed that has not started has all read from the log.
    ChangeFeed feed(log_, {});
    FeedReader reader(feed, start_.position, filter);
    const auto answer = reader.Next(call_);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> told;
    if (!answer.ok() || !answer->has_value()) return told;
    for (const v1::Change& change : (*answer)->changes()) {
      told.push_back(absl::StrCat(change.kind(), "/", change.key(),
                                  change.state().has_tombstone() ? "-" : "",
                                  change.superseded() ? "s" : ""));
    }
    EXPECT_EQ((*answer)->position(), EncodePosition(log_.ReadHead(call_)->position));
    return told;
  }

  const RequestContext call_ = RequestContext::Background("test");
  store::FakeChangeLog log_;
  store::LogHead start_;
};

TEST_F(FeedReaderTest, TellsOfTheArticlesOfAPublication) {
  log_.Commit({Article(7, 1, {}), Article(8, 2, {})});
  log_.Commit({Named(v1::RESOURCE_KIND_TOPIC, 1, "topics/energy")});
  EXPECT_THAT(Told({{}, {"publications/weekly"}, {}}), ElementsAre("60/8", "20/1"));
  EXPECT_THAT(Told({{v1::RESOURCE_KIND_ARTICLE}, {"publications/weekly"}, {}}),
              ElementsAre("60/8"));
  EXPECT_THAT(Told({}), ElementsAre("60/7", "60/8", "20/1"));
}

TEST_F(FeedReaderTest, TellsOfOldPathsOfAPublication) {
  ResourceState path = Named(v1::RESOURCE_KIND_PATH, 5, "");
  path.mutable_path()->set_publication("publications/daily");
  log_.Commit({path});
  EXPECT_THAT(Told({{}, {"publications/weekly"}, {}}), IsEmpty());
  EXPECT_THAT(Told({{}, {"publications/daily"}, {}}), ElementsAre("40/5"));
}

TEST_F(FeedReaderTest, TellsOfTheArticlesOfATopicLiveOrScheduled) {
  log_.Commit({Article(7, 1, {1, 2}), Article(8, 1, {2}), Article(9, 1, {2}, {1})});
  EXPECT_THAT(Told({{}, {}, {"topics/energy"}}), ElementsAre("60/7", "60/9"));
  EXPECT_THAT(Told({{}, {"publications/weekly"}, {"topics/energy"}}), IsEmpty());
}

TEST_F(FeedReaderTest, TellsOnceMoreOfAnArticleThatLeavesATopic) {
  log_.Commit({Article(7, 1, {1})});
  start_ = *log_.ReadHead(call_);
  log_.Commit({Article(7, 1, {2})});
  EXPECT_THAT(Told({{}, {}, {"topics/energy"}}), ElementsAre("60/7"));
  start_ = *log_.ReadHead(call_);
  log_.Commit({Article(7, 1, {2})});
  EXPECT_THAT(Told({{}, {}, {"topics/energy"}}), IsEmpty());
  // It was there and left again between two looks.
  log_.Commit({Article(7, 1, {1})});
  log_.Commit({Article(7, 1, {2})});
  EXPECT_THAT(Told({{}, {}, {"topics/energy"}}), ElementsAre("60/7"));
}

TEST_F(FeedReaderTest, TellsOfWhatIsGoneWhateverTheFilter) {
  log_.Commit({Article(7, 1, {1}), Article(8, 1, {1})});
  log_.Commit({Gone(7, v1::TOMBSTONE_REASON_TAKEN_DOWN), Gone(8, v1::TOMBSTONE_REASON_DELETED)});
  EXPECT_THAT(Told({{}, {"publications/weekly"}, {"topics/ports"}}), ElementsAre("60/7-", "60/8-"));
}

TEST_F(FeedReaderTest, RefusesNamesThatNobodyHas) {
  ChangeFeed feed(log_, {});
  FeedReader reader(feed, start_.position, {{}, {}, {"topics/none"}});
  EXPECT_EQ(reader.Next(call_).status(), error::ResourceNotFound("topics/none"));
}

}  // namespace
}  // namespace dateline::catalog::feed
