#include "services/query/replica/apply/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/apply/card.h"
#include "services/query/replica/read/digest.h"
#include "services/query/replica/replica_test_util.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
using dateline::testing::EqualsProto;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using testing::ArticleSpec;
using testing::At;
using testing::BatchOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Listed;
using testing::StateOf;

const std::string kAll = ListPrefix(Dimension::kAll, 0);
std::string Topic(uint64_t key) { return ListPrefix(Dimension::kTopic, key); }
std::string Closure(uint64_t key) { return ListPrefix(Dimension::kTopicClosure, key); }

class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() : store_(*Store::Open(folder_.path(), /*durable=*/false)) {}

  void ApplyAll(std::vector<ResourceState> states, int64_t at = 0) {
    ASSERT_THAT(Apply(*store_, BatchOf(std::move(states), 1, at)), IsOk());
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(ApplyTest, IgnoresStatesThatAreNotNewer) {
  ApplyAll({StateOf({.key = 1, .version = 2, .title = "Second"})});
  ApplyAll({StateOf({.key = 1, .version = 1, .publish = -50})});
  ApplyAll({StateOf({.key = 1, .version = 2, .publish = -50})});
  const auto transaction = store_->Read();
  ASSERT_THAT(transaction, IsOk());
  content::v1::Article card;
  ASSERT_TRUE(card.ParseFromString(
      std::string(transaction->Get(Table::kCards, CardKey(1, Slot::kLive)).value())));
  EXPECT_EQ(card.title(), "Second");
}

TEST_F(ApplyTest, KeepsWhatIsDeletedDeletedWhenAnOlderStateComesLate) {
  ApplyAll({StateOf({.key = 1, .version = 1})});
  ApplyAll({testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 1, 3, "articles/a1")});
  ApplyAll({StateOf({.key = 1, .version = 2})});
  EXPECT_THAT(Listed(*store_, kAll, At(1)), IsEmpty());
  EXPECT_EQ(store_->Entries(Table::kCards), 0);
  EXPECT_EQ(store_->Entries(Table::kBodies), 0);
  ApplyAll({StateOf({.key = 1, .version = 4})});
  EXPECT_THAT(Listed(*store_, kAll, At(1)), ElementsAre(1));
}

TEST_F(ApplyTest, StoresPositionAndTimeWithTheData) {
  EXPECT_THAT(ReadCopyState(*store_), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(Apply(*store_, BatchOf({}, 7, 30)), IsOk());
  auto state = ReadCopyState(*store_);
  ASSERT_THAT(state, IsOk());
  EXPECT_THAT(state->position, EqualsProto(testing::PositionAt(7)));
  EXPECT_EQ(state->at, At(30));
  EXPECT_FALSE(state->complete);
  // The copy's time never runs backwards; a batch without a position leaves the stored one.
  ASSERT_THAT(Apply(*store_, Batch{{}, {}, At(10)}), IsOk());
  ASSERT_THAT(MarkComplete(*store_), IsOk());
  state = ReadCopyState(*store_);
  ASSERT_THAT(state, IsOk());
  EXPECT_THAT(state->position, EqualsProto(testing::PositionAt(7)));
  EXPECT_EQ(state->at, At(30));
  EXPECT_TRUE(state->complete);
}

TEST_F(ApplyTest, RefusesACopyOfAnotherFormat) {
  auto transaction = store_->Write();
  ASSERT_THAT(transaction, IsOk());
  transaction->Put(Table::kMeta, "format", "0");
  ASSERT_THAT(transaction->Commit(), IsOk());
  EXPECT_THAT(ReadCopyState(*store_), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Apply(*store_, BatchOf({})), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ApplyTest, QuarantinesWhatItCannotUseAndAppliesTheRest) {
  ApplyAll({StateOf({.key = 1}), StateOf({.key = 2}), StateOf({.key = 3}), StateOf({.key = 4})});
  ResourceState unreadable = StateOf({.key = 1, .version = 2});
  unreadable.mutable_article()->set_live("\xff\xff");
  ResourceState unreadable_later = StateOf({.key = 2, .version = 2, .scheduled = 100});
  unreadable_later.mutable_article()->set_scheduled("\xff\xff");
  ResourceState long_name = StateOf({.key = 3, .version = 2});
  long_name.set_name("articles/" + std::string(600, 'x'));
  ResourceState no_instant = StateOf({.key = 4, .version = 2});
  content::v1::Article revision;
  ASSERT_TRUE(revision.ParseFromString(no_instant.article().live()));
  revision.mutable_publish_time()->set_seconds(INT64_MAX);
  no_instant.mutable_article()->set_live(revision.SerializeAsString());
  ApplyAll({unreadable, unreadable_later, long_name, no_instant, StateOf({.key = 5})});

  EXPECT_THAT(Listed(*store_, kAll, At(1)), ElementsAre(5));
  EXPECT_EQ(store_->Entries(Table::kQuarantine), 4);
  EXPECT_EQ(store_->Entries(Table::kCards), 1);
  // The next good state brings each back.
  ApplyAll({StateOf({.key = 1, .version = 3}), StateOf({.key = 2, .version = 3}),
            StateOf({.key = 3, .version = 3}), StateOf({.key = 4, .version = 3})});
  EXPECT_THAT(Listed(*store_, kAll, At(1)), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(store_->Entries(Table::kQuarantine), 0);
}

TEST_F(ApplyTest, SaysWhereAndWhyItQuarantined) {
  ResourceState unusable = testing::TopicState(1, 1);
  unusable.set_name(std::string("topics/\0", 8));
  ApplyAll({unusable});
  const auto transaction = store_->Read();
  const auto entry =
      transaction->Get(Table::kQuarantine, StateKey(catalog::v1::RESOURCE_KIND_TOPIC, 1));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(*entry, absl::StrCat(EncodePosition(testing::PositionAt(1)),
                                 "\nname holds a control character"));
}

TEST_F(ApplyTest, QuarantinesAStateWhoseWritingThrowsAndAppliesTheRest) {
  ApplyAll({StateOf({.key = 2})});
  const auto on_state = [](const ResourceState& state) {
    if (state.key() == 2) throw std::out_of_range("key 2");
  };
  const Batch batch = BatchOf({StateOf({.key = 1, .version = 2}), StateOf({.key = 2, .version = 2}),
                               StateOf({.key = 3, .version = 2})},
                              7);
  ASSERT_THAT(ApplyForTest(*store_, batch, on_state), IsOk());
  EXPECT_THAT(Listed(*store_, kAll, At(1)), ElementsAre(1, 3));
  EXPECT_EQ(store_->Entries(Table::kQuarantine), 1);
  EXPECT_EQ(ReadCopyState(*store_)->position.xid(), 7u);
}

// Its expiry lies before its embargo's end or the scheduled turn: no instant ever makes it visible.
TEST_F(ApplyTest, ListsNothingThatExpiresBeforeItBegins) {
  ApplyAll({StateOf({.key = 1, .embargo = 50, .expire = 10}),
            StateOf({.key = 2, .expire = 10, .scheduled = 50}),
            StateOf({.key = 3, .embargo = 50, .expire = 60})});
  // Number one is in no list; of number two only the live revision is, and of number three all.
  const auto postings = [&] {
    std::vector<uint64_t> articles;
    const auto transaction = store_->Read();
    Cursor cursor = transaction->Open(Table::kPostings);
    for (bool found = cursor.Seek(kAll); found && cursor.key().substr(0, kListPrefixBytes) == kAll;
         found = cursor.Next()) {
      articles.push_back(ParseListSuffix(cursor.key().substr(kListPrefixBytes)).article);
    }
    return articles;
  };
  EXPECT_THAT(postings(), ElementsAre(2, 3));
  ApplyAll({}, 20);
  EXPECT_THAT(postings(), ElementsAre(3));
  EXPECT_THAT(Listed(*store_, kAll, At(55)), ElementsAre(3));
}

TEST_F(ApplyTest, FilesMergedTopicsUnderTheirTarget) {
  ApplyAll({testing::TopicState(10, 1), testing::TopicState(11, 1),
            StateOf({.key = 1, .topics = {10}}), StateOf({.key = 2, .topics = {10, 11}})});
  EXPECT_THAT(Listed(*store_, Topic(11), At(1)), ElementsAre(2));
  ApplyAll({testing::TopicState(10, 2, {}, 11)});
  EXPECT_THAT(Listed(*store_, Topic(11), At(1)), ElementsAre(1, 2));
  EXPECT_THAT(Listed(*store_, Topic(10), At(1)), IsEmpty());
  // What comes with the old topic afterwards is filed under the new one too.
  ApplyAll({StateOf({.key = 3, .topics = {10}})});
  EXPECT_THAT(Listed(*store_, Topic(11), At(1)), ElementsAre(1, 2, 3));
}

TEST_F(ApplyTest, FilesMergedAuthorsUnderTheirTarget) {
  const auto by = [](uint64_t author) { return ListPrefix(Dimension::kAuthor, author); };
  // The target comes behind the one who was merged into it.
  ApplyAll({testing::AuthorState(10, 1, 11), StateOf({.key = 1, .authors = {10}})});
  EXPECT_THAT(Listed(*store_, by(10), At(1)), ElementsAre(1));
  ApplyAll({testing::AuthorState(11), StateOf({.key = 2, .authors = {11, 10}})});
  EXPECT_THAT(Listed(*store_, by(11), At(1)), ElementsAre(1, 2));
  EXPECT_THAT(Listed(*store_, by(10), At(1)), IsEmpty());
  ApplyAll({testing::AuthorState(12), testing::AuthorState(11, 2, 12)});
  EXPECT_THAT(Listed(*store_, by(12), At(1)), ElementsAre(1, 2));
  EXPECT_THAT(Listed(*store_, by(11), At(1)), IsEmpty());
}

TEST_F(ApplyTest, MovesASubtreeWithItsArticles) {
  ApplyAll({testing::TopicState(1, 1), testing::TopicState(2, 1, {1}),
            testing::TopicState(3, 1, {2}), testing::TopicState(4, 1),
            StateOf({.key = 1, .topics = {3, 2}})});
  EXPECT_THAT(Listed(*store_, Closure(1), At(1)), ElementsAre(1));
  EXPECT_THAT(Listed(*store_, Topic(1), At(1)), IsEmpty());
  ApplyAll({testing::TopicState(2, 2, {4})});
  EXPECT_THAT(Listed(*store_, Closure(1), At(1)), IsEmpty());
  EXPECT_THAT(Listed(*store_, Closure(4), At(1)), ElementsAre(1));
  EXPECT_THAT(Listed(*store_, Closure(2), At(1)), ElementsAre(1));
}

TEST_F(ApplyTest, EndsOnACycleOfTopics) {
  ApplyAll({testing::TopicState(1, 1, {2}), testing::TopicState(2, 1, {1}),
            StateOf({.key = 1, .topics = {1}})});
  EXPECT_THAT(Listed(*store_, Closure(2), At(1)), ElementsAre(1));
}

TEST_F(ApplyTest, PinsDoNotTakeTheirTopicsName) {
  const ResourceState topic = testing::TopicState(1, 1);
  ResourceState pins;
  pins.set_kind(catalog::v1::RESOURCE_KIND_PINS);
  pins.set_key(1);
  pins.set_version(1);
  pins.set_name(topic.name());
  pins.mutable_pins()->set_topic(topic.name());
  ApplyAll({topic, pins});
  const auto transaction = store_->Read();
  ASSERT_THAT(transaction, IsOk());
  EXPECT_EQ(transaction->Get(Table::kNames, topic.name()), StateKey(topic.kind(), 1));
  EXPECT_TRUE(transaction->Get(Table::kStates, StateKey(pins.kind(), 1)).has_value());
}

TEST_F(ApplyTest, ForgetsANameOnlyIfItIsStillTheResourcesOwn) {
  ResourceState first = testing::TopicState(1, 1);
  ResourceState second = testing::TopicState(2, 1);
  second.set_name(first.name());
  ApplyAll({first, second});
  ApplyAll({testing::Tombstone(catalog::v1::RESOURCE_KIND_TOPIC, 1, 2, first.name())});
  const auto transaction = store_->Read();
  ASSERT_THAT(transaction, IsOk());
  EXPECT_TRUE(transaction->Get(Table::kNames, first.name()).has_value());
}

// States of every kind in several versions, as changes would bring them.
std::vector<ResourceState> ManyStates(std::mt19937& random) {
  std::vector<ResourceState> states = {testing::PublicationState(1)};
  const auto below = [&](int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
  };
  for (int64_t key = 1; key <= 8; ++key) {
    for (int64_t version = 1; version <= 3; ++version) {
      std::vector<int64_t> parents;
      for (int64_t parent = key + 1; parent <= 8; ++parent) {
        if (below(3) == 0) parents.push_back(parent);
      }
      const int64_t merged_into = key < 8 && below(4) == 0 ? key + 1 : 0;
      states.push_back(testing::TopicState(key, version, parents, merged_into));
    }
    for (int64_t version = 1; version <= 3; ++version) {
      const int64_t merged_into = key < 8 && below(3) == 0 ? key + 1 : 0;
      states.push_back(testing::AuthorState(key, version, merged_into));
    }
    if (below(8) == 0) {
      states.push_back(testing::Tombstone(catalog::v1::RESOURCE_KIND_AUTHOR, key, 4,
                                          absl::StrCat("authors/p", key)));
    }
    states.push_back(testing::RememberedPath(key, absl::StrCat("/old/", below(4)), key));
  }
  for (int64_t key = 1; key <= 30; ++key) {
    for (int64_t version = 1; version <= 3; ++version) {
      if (below(8) == 0) {
        states.push_back(testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, key, version,
                                            absl::StrCat("articles/a", key)));
        continue;
      }
      ArticleSpec spec{.key = key, .version = version, .publish = below(100) - 50};
      spec.topics = {1 + below(8), 1 + below(8)};
      spec.authors = {1 + below(8)};
      if (below(4) == 0) spec.embargo = below(100) - 50;
      if (below(4) == 0) spec.expire = below(100) - 50;
      if (below(4) == 0) spec.scheduled = below(100) - 50;
      states.push_back(StateOf(spec));
    }
  }
  return states;
}

std::vector<uint64_t> Digests(const Store& store) {
  std::vector<uint64_t> digests;
  const auto tables = DigestTables(store);
  if (!tables.ok()) std::abort();
  for (const TableDigest& digest : *tables) digests.push_back(digest.digest);
  return digests;
}

TEST(ApplyOrderTest, GivesTheSameCopyWhateverTheOrderAndHoweverOften) {
  const uint32_t seed = std::random_device{}();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  for (int round = 0; round < 5; ++round) {
    std::vector<ResourceState> states = ManyStates(random);
    testing::TemporaryFolder in_order;
    const auto expected = *Store::Open(in_order.path(), false);
    ASSERT_THAT(Apply(*expected, BatchOf(states)), IsOk());

    // Publications come first, as articles and paths are filed by their keys.
    std::shuffle(states.begin() + 1, states.end(), random);
    states.insert(states.end(), states.begin(), states.begin() + 40);
    testing::TemporaryFolder shuffled;
    const auto actual = *Store::Open(shuffled.path(), false);
    for (size_t i = 0; i < states.size();) {
      const size_t size = std::min<size_t>(states.size() - i, 1 + random() % 7);
      ASSERT_THAT(Apply(*actual, BatchOf({states.begin() + static_cast<std::ptrdiff_t>(i),
                                          states.begin() + static_cast<std::ptrdiff_t>(i + size)})),
                  IsOk());
      i += size;
    }
    EXPECT_EQ(Digests(*actual), Digests(*expected));
    for (uint64_t topic = 1; topic <= 8; ++topic) {
      const auto transaction = actual->Read();
      EXPECT_EQ(CountList(*transaction, Closure(topic), At(20)).size,
                static_cast<int64_t>(Listed(*actual, Closure(topic), At(20)).size()));
    }
  }
}

TEST(DigestTest, IsThatOfACopyThatNeverHeldWhatIsGone) {
  testing::TemporaryFolder followed;
  testing::TemporaryFolder exported;
  const auto with = *Store::Open(followed.path(), false);
  const auto without = *Store::Open(exported.path(), false);
  const std::vector<ResourceState> states = {testing::PublicationState(1),
                                             testing::TopicState(1, 1)};
  ResourceState path = testing::RememberedPath(7, "/old", 3);
  ASSERT_THAT(Apply(*without, BatchOf(states)), IsOk());
  ASSERT_THAT(Apply(*with, BatchOf(states)), IsOk());
  ASSERT_THAT(Apply(*with, BatchOf({path})), IsOk());
  EXPECT_NE(Digests(*with), Digests(*without));
  path = testing::Tombstone(path.kind(), path.key(), path.version() + 1, path.name());
  ASSERT_THAT(Apply(*with, BatchOf({path})), IsOk());
  EXPECT_EQ(Digests(*with), Digests(*without));
}

TEST(CardTest, GivesTheWholeArticleWhenPutTogether) {
  content::v1::Article article;
  article.set_name("articles/a1");
  article.set_body_html("<p>x</p>");
  article.set_body_text("x");
  for (int i = 0; i < 3; ++i) article.add_images()->set_url(absl::StrCat("https://x.example/", i));
  article.add_media()->set_url("https://x.example/m");
  article.add_cited_links("https://x.example/l");
  article.add_notes()->set_text("note");
  article.add_topics()->set_topic("topics/t1");
  const CardAndBody split = SplitArticle(article);
  content::v1::Article whole;
  ASSERT_TRUE(whole.ParseFromString(split.card + split.body));
  EXPECT_THAT(whole, EqualsProto(article));
  content::v1::Article card;
  ASSERT_TRUE(card.ParseFromString(split.card));
  EXPECT_EQ(card.images_size(), 1);
  EXPECT_TRUE(card.body_html().empty());
  EXPECT_TRUE(card.notes().empty());
}

}  // namespace
}  // namespace dateline::query::replica
