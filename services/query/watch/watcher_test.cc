#include "services/query/watch/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/query/testing/handlers_test_fixture.h"
#include "services/query/watch/watch_test_util.h"

namespace dateline::query::watch {
namespace {

using dateline::testing::IsOk;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A watch that is read when something comes.
class Reader {
 public:
  Reader(replica::Replica& replica, Hub& hub, const std::string& position, int64_t topic = 1) {
    v1::WatchArticlesRequest request;
    request.mutable_filter()->add_any_topics(absl::StrCat("topics/t", topic));
    request.set_position(position);
    auto created = Watcher::Create(replica, hub, request);
    status_ = created.status();
    if (!created.ok()) return;
    watcher_ = *std::move(created);
    end_ = watcher_->Subscribe([pokes = pokes_] { pokes->Add(); });
  }
  ~Reader() {
    if (end_) end_();
  }

  // The events up to the one that ends with `last`, at the latest when nothing comes any more; with
  // an empty `last`, up to the first answer.
  std::vector<std::string> Read(const std::string& last) {
    std::vector<std::string> events;
    while (status_.ok()) {
      const int seen = pokes_->count();
      const RequestContext call(
          RealClock(), absl::InfiniteDuration(), [] { return false; }, "t");
      const auto response = watcher_->Next(call);
      status_ = response.status();
      if (!response.ok()) break;
      if (response->has_value()) {
        position_ = (*response)->position();
        for (const auto& event : (*response)->events()) {
          events.push_back(absl::StrCat(event.kind(), " ", event.name(), " ", event.reason()));
        }
        if (last.empty() || (!events.empty() && events.back() == last)) return events;
        continue;
      }
      if (!pokes_->AwaitMoreThan(seen, absl::Seconds(30))) return events;
    }
    return events;
  }

  const absl::Status& status() const { return status_; }
  const std::string& position() const { return position_; }

 private:
  absl::Status status_;
  std::shared_ptr<Watcher> watcher_;
  std::function<void()> end_;
  std::string position_;
  const std::shared_ptr<testing::Pokes> pokes_ = std::make_shared<testing::Pokes>();
};

class WatcherTest : public ::testing::Test, protected query::testing::HandlersFixture {
 protected:
  WatcherTest() : hub_(replica()) {
    Apply({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
           replica::testing::TopicState(2, 1)});
  }

  std::string Position() { return replica().position()->token; }

  Hub hub_;
};

TEST_F(WatcherTest, TellsWhatEntersChangesAndLeavesBehindAPosition) {
  const std::string position = Position();
  Reader reader(replica(), hub_, "");
  EXPECT_THAT(reader.Read(""), IsEmpty());
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}})});
  EXPECT_THAT(reader.Read("1 articles/a1 0"), ElementsAre("1 articles/a1 0"));
  const std::string entered = reader.position();
  Apply({StateOf({.key = 1, .version = 2, .publish = -1, .topics = {1}})});
  EXPECT_THAT(reader.Read("2 articles/a1 0"), ElementsAre("2 articles/a1 0"));
  Apply({StateOf({.key = 1, .version = 3, .publish = -1, .topics = {2}})});
  EXPECT_THAT(reader.Read("3 articles/a1 4"), ElementsAre("3 articles/a1 4"));
  // Who comes later is told the same from where he was, by what it has come to.
  Reader later(replica(), hub_, entered);
  EXPECT_THAT(later.Read(""), ElementsAre("3 articles/a1 4"));
  Reader other(replica(), hub_, position, /*topic=*/2);
  EXPECT_THAT(other.Read(""), ElementsAre("1 articles/a1 0"));
}

TEST_F(WatcherTest, TellsWhatTimeTurns) {
  Apply({StateOf({.key = 1, .publish = -1, .embargo = 10, .expire = 20, .topics = {1}})});
  Reader reader(replica(), hub_, "");
  EXPECT_THAT(reader.Read(""), IsEmpty());
  clock().Advance(absl::Seconds(10));
  Apply({});
  EXPECT_THAT(reader.Read("1 articles/a1 0"), ElementsAre("1 articles/a1 0"));
  clock().Advance(absl::Seconds(10));
  Apply({});
  EXPECT_THAT(reader.Read("3 articles/a1 2"), ElementsAre("3 articles/a1 2"));
}

TEST_F(WatcherTest, LosesNothingForWhoReadsTooLate) {
  Reader slow(replica(), hub_, "");
  EXPECT_THAT(slow.Read(""), IsEmpty());
  const int64_t articles = static_cast<int64_t>(Hub::kMaxNoted) + 50;
  for (int64_t version = 1; version <= 2; ++version) {
    for (int64_t key = 1; key <= articles; ++key) {
      Apply({StateOf({.key = key, .version = version, .publish = -key, .topics = {1}})});
    }
  }
  // Of another topic: whoever reads it is told meanwhile.
  Reader quick(replica(), hub_, "", /*topic=*/2);
  EXPECT_THAT(quick.Read(""), IsEmpty());
  Apply({StateOf({.key = 9'999, .publish = -1, .topics = {2}})});
  EXPECT_THAT(quick.Read("1 articles/a9999 0"), ElementsAre("1 articles/a9999 0"));
  std::set<std::string> names;
  const std::string last = absl::StrCat("articles/a", articles, " 0");
  while (names.size() < static_cast<size_t>(articles) && slow.status().ok()) {
    for (const std::string& event : slow.Read("")) names.insert(event.substr(2));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(articles));
  EXPECT_EQ(names.count(last), 1U);
}

TEST_F(WatcherTest, FollowsATopicThatIsMerged) {
  Apply({StateOf({.key = 1, .publish = -1, .topics = {2}})});
  Reader reader(replica(), hub_, "");
  EXPECT_THAT(reader.Read(""), IsEmpty());
  Apply({replica::testing::TopicState(2, 2, {}, /*merged_into=*/1)});
  EXPECT_THAT(reader.Read("1 articles/a1 0"), ElementsAre("1 articles/a1 0"));
}

// What the list of a merged topic holds from then on is told by no change of an article.
TEST_F(WatcherTest, AsksToListAgainWhenItsOwnTopicIsMerged) {
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}})});
  const std::string position = Position();
  Reader reader(replica(), hub_, "", /*topic=*/2);
  EXPECT_THAT(reader.Read(""), IsEmpty());
  // One began from a list's position, and has read all since.
  Reader other(replica(), hub_, Position(), /*topic=*/1);
  EXPECT_THAT(other.Read(""), IsEmpty());
  Apply({replica::testing::TopicState(2, 2, {}, /*merged_into=*/1)});
  EXPECT_THAT(reader.Read("4  0"), ElementsAre("4  0"));
  // Also whoever comes back later.
  Reader later(replica(), hub_, position, /*topic=*/2);
  EXPECT_THAT(later.Read(""), ElementsAre("4  0"));
  // To the list of the other topic nothing has happened.
  Apply({StateOf({.key = 2, .publish = -1, .topics = {1}})});
  EXPECT_THAT(other.Read("1 articles/a2 0"), ElementsAre("1 articles/a2 0"));
}

// A list that was read in between has it.
// The hub noted by the lists of before what came after its topic stood for itself again.
TEST_F(WatcherTest, LosesNothingWhenItsTopicIsMergedNoMore) {
  Apply({replica::testing::TopicState(2, 2, {}, /*merged_into=*/1),
         StateOf({.key = 5, .version = 1, .topics = {2}})});
  Reader reader(replica(), hub_, "", /*topic=*/2);
  EXPECT_THAT(reader.Read(""), IsEmpty());
  Reader other(replica(), hub_, "", /*topic=*/1);
  EXPECT_THAT(other.Read(""), IsEmpty());
  Apply({replica::testing::TopicState(2, 3)});
  Apply({StateOf({.key = 5, .version = 2})});
  Apply({StateOf({.key = 6, .version = 1, .topics = {1}})});
  // The hub has looked at all of it.
  other.Read("1 articles/a6 0");
  EXPECT_THAT(reader.Read("3 articles/a5 4"), ElementsAre("4  0", "3 articles/a5 4"));
}

TEST_F(WatcherTest, TellsThatSomethingLeftThatCameAndWent) {
  const std::string position = Position();
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}})});
  Apply({StateOf({.key = 1, .version = 2, .publish = -1, .topics = {2}})});
  Reader reader(replica(), hub_, position);
  // That it came may be told before, if the hub has not seen more yet.
  EXPECT_THAT(reader.Read("3 articles/a1 4"), ::testing::Contains("3 articles/a1 4"));
}

TEST_F(WatcherTest, TellsThatAnotherRevisionStandsInTheSamePlace) {
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}, .scheduled = 10})});
  Reader reader(replica(), hub_, "");
  EXPECT_THAT(reader.Read(""), IsEmpty());
  clock().Advance(absl::Seconds(10));
  Apply({});
  EXPECT_THAT(reader.Read("2 articles/a1 0"), ElementsAre("2 articles/a1 0"));
}

TEST_F(WatcherTest, EndsWhenANewCopyDoesNotKnowItsPosition) {
  Reader reader(replica(), hub_, "");
  EXPECT_THAT(reader.Read(""), IsEmpty());
  const auto copy = replica().BeginCopy();
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(
      replica::Apply(**copy, replica::testing::BatchOf({replica::testing::TopicState(1, 1)}, 100)),
      IsOk());
  ASSERT_THAT(replica().Swap(*copy), IsOk());
  reader.Read("never");
  EXPECT_EQ(error::ReasonOf(reader.status()), errors::v1::ERROR_REASON_POSITION_EXPIRED);
  Reader other(replica(), hub_, EncodePosition(replica::testing::PositionAt(1)));
  EXPECT_EQ(error::ReasonOf(other.status()), errors::v1::ERROR_REASON_POSITION_EXPIRED);
}

}  // namespace
}  // namespace dateline::query::watch
