// The directory of topics and its follower against a catalog in memory: outages, an expired log,
// refused streams, storms of changes.
#include "services/ingestion/deliver/topic_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/testing/fake_catalog_port.h"

namespace dateline::ingestion::deliver {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using ingestion::testing::FakeCatalogPort;
using ::testing::ElementsAre;
using Meaning = TopicIndex::Meaning;

content::v1::Topic Topic(const std::string& id, const std::string& display,
                         const std::vector<std::string>& aliases = {}) {
  content::v1::Topic topic;
  topic.set_name("topics/" + id);
  topic.set_display_name(display);
  for (const std::string& alias : aliases) topic.add_aliases(alias);
  return topic;
}

class TopicFollowerTest : public ::testing::Test {
 protected:
  void Follow() { follower_.emplace(directory_, catalog_); }

  // Waits until `holds`; fails after ten seconds.
  void Await(const std::function<bool()>& holds) {
    const absl::Duration until = RealClock()->Elapsed() + absl::Seconds(10);
    while (!holds()) {
      ASSERT_LT(RealClock()->Elapsed(), until);
      std::this_thread::yield();
    }
  }
  void AwaitTopic(const std::string& category, const std::string& topic) {
    Await([&] { return directory_.Find(category).topic == topic; });
  }
  std::vector<std::string> InTitle(const std::string& title) {
    const auto matcher = directory_.matcher();
    return matcher == nullptr ? std::vector<std::string>() : matcher->Match(title, "");
  }
  void AwaitInTitle(const std::string& title, const std::vector<std::string>& topics) {
    Await([&] { return InTitle(title) == topics; });
  }

  const RequestContext call_ = RequestContext::Background("test");
  FakeCatalogPort catalog_;
  dateline::testing::FakeClock clock_;
  TopicDirectory directory_{catalog_, &clock_};
  std::optional<TopicFollower> follower_;
};

TEST_F(TopicFollowerTest, KnowsWhatIsThereAndWhatComes) {
  catalog_.PutTopic(Topic("energy", "Energy"));
  Follow();
  AwaitTopic("energy", "topics/energy");
  AwaitInTitle("Energy", {"topics/energy"});
  catalog_.PutTopic(Topic("rail", "Railways", {"Trains"}));
  AwaitTopic("trains", "topics/rail");
  AwaitInTitle("Trains and energy", {"topics/rail", "topics/energy"});
  catalog_.PutTopic(Topic("rail", "Rail"));
  AwaitInTitle("Rail", {"topics/rail"});
  EXPECT_EQ(directory_.Find("trains").meaning, Meaning::kUnknown);
  EXPECT_TRUE(InTitle("Trains").empty());
  catalog_.DeleteTopic("topics/rail");
  Await([&] { return directory_.Find("rail").meaning == Meaning::kDeleted; });
  AwaitInTitle("Rail", {});
  EXPECT_EQ(catalog_.calls("ListTopics"), 0);
  EXPECT_EQ(catalog_.calls("ExportResources"), 1);
}

TEST_F(TopicFollowerTest, ResumesWhereItWas) {
  catalog_.PutTopic(Topic("energy", "Energy"));
  Follow();
  AwaitTopic("Energy", "topics/energy");
  catalog_.Disconnect();
  catalog_.PutTopic(Topic("rail", "Rail"));
  EXPECT_EQ(directory_.Find("rail").meaning, Meaning::kUnknown);
  catalog_.Connect();
  AwaitTopic("Rail", "topics/rail");
  EXPECT_EQ(catalog_.calls("ExportResources"), 1);
}

TEST_F(TopicFollowerTest, ReadsAllAgainWhenThePositionHasExpired) {
  catalog_.PutTopic(Topic("energy", "Energy"));
  Follow();
  AwaitTopic("Energy", "topics/energy");
  catalog_.Disconnect();
  catalog_.PutTopic(Topic("rail", "Rail"));
  catalog_.FailOver();
  catalog_.Connect();
  // The stream may have brought the topic before it was ended.
  Await([&] { return catalog_.calls("ExportResources") == 2; });
  AwaitTopic("Rail", "topics/rail");
}

TEST_F(TopicFollowerTest, WaitsForACatalogThatIsDown) {
  catalog_.PutTopic(Topic("energy", "Energy"));
  catalog_.Disconnect();
  Follow();
  EXPECT_THAT(directory_.Freshen(call_), HasReason(errors::v1::ERROR_REASON_PEER_UNAVAILABLE));
  catalog_.Connect();
  AwaitTopic("Energy", "topics/energy");
  EXPECT_THAT(directory_.Freshen(call_), IsOk());
}

TEST_F(TopicFollowerTest, ListsAgainWhenStreamsAreRefused) {
  catalog_.RefuseStreams();
  catalog_.PutTopic(Topic("energy", "Energy"));
  Follow();
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  EXPECT_EQ(directory_.Find("Energy").topic, "topics/energy");
  catalog_.PutTopic(Topic("rail", "Rail"));
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  EXPECT_EQ(directory_.Find("Rail").meaning, Meaning::kUnknown);
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  EXPECT_EQ(directory_.Find("Rail").topic, "topics/rail");
  EXPECT_EQ(catalog_.calls("ListTopics"), 2);
  // What cannot be listed anew is used as it is.
  clock_.Advance(absl::Minutes(1));
  catalog_.Disconnect();
  EXPECT_THAT(directory_.Freshen(call_), IsOk());
  EXPECT_EQ(directory_.Find("Rail").topic, "topics/rail");
}

TEST_F(TopicFollowerTest, ForgetsWhatIsNotThereAnyMore) {
  catalog_.PutTopic(Topic("energy", "Energy"));
  catalog_.PutTopic(Topic("rail", "Rail"));
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  directory_.Replace({});
  EXPECT_EQ(directory_.Find("Energy").meaning, Meaning::kUnknown);
  const auto matcher = directory_.NewestMatcher(call_);
  ASSERT_THAT(matcher, IsOk());
  EXPECT_TRUE((*matcher)->Match("Energy", "").empty());
}

TEST_F(TopicFollowerTest, SeesItsOwnWriteAtOnceAndIgnoresOlderNews) {
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  content::v1::Topic topic = Topic("energy", "Energy");
  topic.set_version(2);
  directory_.Learn(topic);
  EXPECT_EQ(directory_.Find("energy").topic, "topics/energy");
  topic.set_version(1);
  topic.set_display_name("Old");
  directory_.Learn(topic);
  EXPECT_EQ(directory_.Find("Old").meaning, Meaning::kUnknown);
}

TEST_F(TopicFollowerTest, GathersChangesBeforeItBuilds) {
  Follow();
  ASSERT_THAT(directory_.NewestMatcher(call_), IsOk());
  const int before = directory_.builds();
  for (int i = 0; i < 2'000; ++i) {
    catalog_.PutTopic(Topic(absl::StrCat("t", i), absl::StrCat("Topic number ", i)));
  }
  AwaitInTitle("Topic number 1999", {"topics/t1999"});
  EXPECT_LT(directory_.builds() - before, 200);
  // Proposals are looked for in no text.
  const int built = directory_.builds();
  content::v1::Topic proposed = Topic("p", "Proposed one");
  proposed.set_state(content::v1::TOPIC_STATE_PROPOSED);
  catalog_.PutTopic(proposed);
  AwaitTopic("Proposed one", "topics/p");
  ASSERT_THAT(directory_.NewestMatcher(call_), IsOk());
  EXPECT_EQ(directory_.builds(), built);
  EXPECT_TRUE(InTitle("Proposed one").empty());
}

TEST_F(TopicFollowerTest, GivesTheNewestMatcherToWhoAsks) {
  ASSERT_THAT(directory_.Freshen(call_), IsOk());
  for (int i = 0; i < 20; ++i) {
    const std::string name = absl::StrCat("Name number ", i);
    directory_.Learn(Topic(absl::StrCat("t", i), name));
    const auto matcher = directory_.NewestMatcher(call_);
    ASSERT_THAT(matcher, IsOk());
    EXPECT_THAT((*matcher)->Match(name, ""), ElementsAre(absl::StrCat("topics/t", i)));
    directory_.Replace({});
  }
}

}  // namespace
}  // namespace dateline::ingestion::deliver
