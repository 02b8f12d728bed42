// A copy that was made by applying states is without a fault; a fault that is planted in any table
// is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/verify/derived_check.h"
#include "services/query/replica/verify/held_resources.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
using dateline::testing::IsOk;
using testing::ArticleSpec;
using testing::BatchOf;
using ::testing::IsEmpty;
using testing::StateOf;
using Kind = DerivedFault::Kind;

// Of every kind something: topics with parents and one that was merged, an author merged, articles
// that are visible, under embargo, scheduled, expiring, withdrawn; a path of old, pins.
std::vector<ResourceState> Resources() {
  std::vector<ResourceState> states = {testing::PublicationState(1),
                                       testing::TopicState(1, 1),
                                       testing::TopicState(2, 1, {1}),
                                       testing::TopicState(3, 1, {}, 2),
                                       testing::AuthorState(1),
                                       testing::AuthorState(2, 1, 1),
                                       testing::RememberedPath(1, "/old", 1),
                                       testing::PinsState(1, 1, {1, 2})};
  (*states[1].mutable_topic()->mutable_display_names())["ru"] = "Тема";
  const std::vector<ArticleSpec> articles = {
      {.key = 1, .topics = {2, 3}, .authors = {2}, .labels = {"a", "b"}},
      {.key = 2, .embargo = 100, .topics = {1}},
      {.key = 3, .expire = 200, .topics = {3}, .cluster = "clusters/c"},
      {.key = 4, .topics = {2}, .scheduled = 300, .scheduled_path = "/new"},
      {.key = 5, .state = content::v1::ARTICLE_STATE_WITHDRAWN},
  };
  for (const ArticleSpec& spec : articles) states.push_back(StateOf(spec));
  return states;
}

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() : store_(*Store::Open(folder_.path(), /*durable=*/false)) {
    EXPECT_THAT(Apply(*store_, BatchOf(Resources())), IsOk());
  }

  std::vector<DerivedFault> Faults() {
    const auto checked = CheckDerived(*store_, 100);
    EXPECT_THAT(checked, IsOk());
    EXPECT_GT(checked->entries, 0);
    return checked->faults;
  }

  // The first entry of a table; its last if `last`.
  std::pair<std::string, std::string> Entry(Table table, bool last = false) {
    const auto transaction = *store_->Read();
    Cursor cursor = transaction.Open(table);
    EXPECT_TRUE(last ? cursor.SeekBefore(std::string(100, '\xff')) : cursor.Seek(""));
    return {std::string(cursor.key()), std::string(cursor.value())};
  }

  void Put(Table table, const std::string& key, const std::string& value) {
    auto transaction = *store_->Write();
    transaction.Put(table, key, value);
    ASSERT_THAT(transaction.Commit(), IsOk());
  }
  void Delete(Table table, const std::string& key) {
    auto transaction = *store_->Write();
    transaction.Delete(table, key);
    ASSERT_THAT(transaction.Commit(), IsOk());
  }

  // The parts that differ of each resource by name or, without one, kind and key.
  std::map<std::string, std::string> DiffersFrom(const std::vector<ResourceState>& catalog) {
    std::map<std::string, std::string> parts;
    std::map<std::pair<int, int64_t>, const ResourceState*> expected;
    for (const ResourceState& state : catalog) expected[{state.kind(), state.key()}] = &state;
    const auto transaction = *store_->Read();
    (void)ForEachHeld(transaction, "", absl::OkStatus, [&](const HeldResource& held) {
      const auto& [kind, key] = std::pair{held.state.kind(), held.state.key()};
      const std::string name = absl::StrCat(static_cast<int>(kind), "/", key);
      const auto found = expected.find({kind, key});
      if (found == expected.end()) {
        parts[name] = "only held";
        return true;
      }
      const api::ResourceDigest digest = api::DigestOf(*found->second);
      if (digest.state != held.digest.state) parts[name] += "state ";
      if (digest.live != held.digest.live) parts[name] += "live ";
      if (digest.scheduled != held.digest.scheduled) parts[name] += "scheduled ";
      if (!held.quarantine.empty()) parts[name] += held.quarantine;
      expected.erase(found);
      return true;
    });
    for (const auto& [place, state] : expected) {
      parts[absl::StrCat(place.first, "/", place.second)] = "not held";
    }
    return parts;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(VerifyTest, ACopyIsAsItsResourcesAskFor) {
  EXPECT_THAT(Faults(), IsEmpty());
  EXPECT_THAT(DiffersFrom(Resources()), IsEmpty());
}

TEST_F(VerifyTest, NorDoTimeAndWritesMakeAFault) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  int64_t version = 2;
  for (int64_t at = 0; at < 600; at += 20, ++version) {
    std::vector<ResourceState> batch;
    ArticleSpec spec;
    spec.key = 1 + static_cast<int64_t>(random() % 8);
    spec.version = version;
    spec.publish = static_cast<int64_t>(random() % 700);
    if (random() % 2 == 0) spec.embargo = static_cast<int64_t>(random() % 700);
    if (random() % 2 == 0) spec.expire = static_cast<int64_t>(random() % 700);
    if (random() % 2 == 0) spec.scheduled = static_cast<int64_t>(random() % 700);
    spec.topics = {1 + static_cast<int64_t>(random() % 3)};
    spec.authors = {1 + static_cast<int64_t>(random() % 2)};
    if (random() % 8 == 0) spec.state = content::v1::ARTICLE_STATE_WITHDRAWN;
    batch.push_back(StateOf(spec));
    if (random() % 8 == 0) {
      batch.back() = testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, spec.key, version,
                                        batch.back().name());
    }
    if (random() % 4 == 0) {
      const int64_t topic = 2 + static_cast<int64_t>(random() % 2);
      const bool merged = random() % 2 == 0;
      batch.push_back(testing::TopicState(topic, version, {1}, merged ? 5 - topic : 0));
    }
    ASSERT_THAT(Apply(*store_, BatchOf(batch, static_cast<uint64_t>(version), at)), IsOk());
    for (const DerivedFault& fault : Faults()) {
      ADD_FAILURE() << "at " << at << ": " << TableName(fault.table) << " "
                    << static_cast<int>(fault.kind) << " of " << fault.resource;
    }
  }
}

TEST_F(VerifyTest, FindsWhatIsMissingInEachTable) {
  for (const Table table : {Table::kNames, Table::kPostings, Table::kTimed, Table::kCounts,
                            Table::kPaths, Table::kChildren, Table::kSuggestions, Table::kDue}) {
    for (const bool last : {false, true}) {
      const auto [key, value] = Entry(table, last);
      Delete(table, key);
      const std::vector<DerivedFault> faults = Faults();
      // A posting that is missing is counted no more either.
      ASSERT_FALSE(faults.empty()) << TableName(table);
      EXPECT_EQ(faults[0].table, table);
      EXPECT_EQ(faults[0].kind, Kind::kMissing);
      EXPECT_EQ(faults[0].key, key);
      EXPECT_EQ(faults[0].resource.empty(), table == Table::kCounts);
      Put(table, key, value);
      ASSERT_THAT(Faults(), IsEmpty());
    }
  }
}

TEST_F(VerifyTest, FindsAnotherValueInEachTable) {
  for (const Table table : {Table::kNames, Table::kPostings, Table::kTimed, Table::kCounts,
                            Table::kPaths, Table::kSuggestions}) {
    const auto [key, value] = Entry(table);
    std::string other = value.empty() ? "x" : value;
    other.back() = static_cast<char>(other.back() ^ 1);
    Put(table, key, other);
    const std::vector<DerivedFault> faults = Faults();
    ASSERT_FALSE(faults.empty()) << TableName(table);
    EXPECT_EQ(faults[0].table, table);
    EXPECT_EQ(faults[0].kind, Kind::kDifferent);
    EXPECT_EQ(faults[0].key, key);
    Put(table, key, value);
    ASSERT_THAT(Faults(), IsEmpty());
  }
}

TEST_F(VerifyTest, FindsWhatShouldNotBeThereInEachTable) {
  for (const Table table : {Table::kNames, Table::kPostings, Table::kTimed, Table::kCounts,
                            Table::kPaths, Table::kChildren, Table::kSuggestions}) {
    const auto [last_key, value] = Entry(table, /*last=*/true);
    std::string key = last_key;
    key.back() = static_cast<char>(key.back() ^ 0x40);
    Put(table, key, value);
    const std::vector<DerivedFault> faults = Faults();
    ASSERT_FALSE(faults.empty()) << TableName(table);
    const auto stray = std::find_if(faults.begin(), faults.end(), [&](const DerivedFault& fault) {
      return fault.table == table && fault.key == key;
    });
    ASSERT_NE(stray, faults.end()) << TableName(table);
    EXPECT_EQ(stray->kind, Kind::kStray);
    Delete(table, key);
    ASSERT_THAT(Faults(), IsEmpty());
  }
}

TEST_F(VerifyTest, FindsCardsAndBodiesOfNoArticle) {
  const std::string card = Entry(Table::kCards).second;
  Put(Table::kCards, CardKey(99, Slot::kLive), card);
  std::vector<DerivedFault> faults = Faults();
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].table, Table::kCards);
  EXPECT_EQ(faults[0].kind, Kind::kStray);
  Delete(Table::kCards, CardKey(99, Slot::kLive));
  {
    auto transaction = *store_->Write();
    WriteBody(transaction, 1, Slot::kScheduled, "of nothing");
    ASSERT_THAT(transaction.Commit(), IsOk());
  }
  faults = Faults();
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].table, Table::kBodies);
  EXPECT_EQ(faults[0].resource, "articles/a1");
}

TEST_F(VerifyTest, TellsNoMoreFaultsThanAskedFor) {
  {
    auto transaction = *store_->Write();
    transaction.Clear(Table::kPostings);
    ASSERT_THAT(transaction.Commit(), IsOk());
  }
  const auto checked = CheckDerived(*store_, 3);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->faults.size(), 3u);
}

TEST_F(VerifyTest, EndsWithTheErrorOfTheCheck) {
  EXPECT_EQ(
      CheckDerived(*store_, 100, [] { return absl::CancelledError("nobody waits"); }).status(),
      absl::CancelledError("nobody waits"));
}

TEST_F(VerifyTest, TellsWhichPartOfAnArticleDiffers) {
  const std::string live = CardKey(4, Slot::kLive);
  const std::string scheduled = CardKey(4, Slot::kScheduled);
  const std::string state = StateKey(catalog::v1::RESOURCE_KIND_ARTICLE, 4);
  content::v1::Article card;
  card.set_subtitle("planted");
  ResourceState planted;
  planted.mutable_article()->mutable_topic_keys()->Add(99);
  const auto at = [&](Table table, const std::string& key) {
    return std::string(*store_->Read()->Get(table, key));
  };
  for (const auto& [table, key, extra, part] :
       {std::tuple{Table::kCards, live, card.SerializeAsString(), "live "},
        std::tuple{Table::kCards, scheduled, card.SerializeAsString(), "scheduled "},
        std::tuple{Table::kStates, state, planted.SerializeAsString(), "state "}}) {
    const std::string value = at(table, key);
    Put(table, key, value + extra);
    EXPECT_THAT(DiffersFrom(Resources()),
                ::testing::ElementsAre(::testing::Pair("60/4", std::string(part))));
    Put(table, key, value);
  }
  {
    auto transaction = *store_->Write();
    WriteBody(transaction, 4, Slot::kScheduled, "");
    ASSERT_THAT(transaction.Commit(), IsOk());
  }
  EXPECT_THAT(DiffersFrom(Resources()),
              ::testing::ElementsAre(::testing::Pair("60/4", "scheduled ")));
}

TEST_F(VerifyTest, TellsWhatIsHeldTooMuchOrTooLittle) {
  std::vector<ResourceState> catalog = Resources();
  catalog.pop_back();
  catalog.push_back(StateOf({.key = 7}));
  EXPECT_THAT(DiffersFrom(catalog), ::testing::ElementsAre(::testing::Pair("60/5", "only held"),
                                                           ::testing::Pair("60/7", "not held")));
}

TEST_F(VerifyTest, WhatIsGoneIsNotHeldAndWhatIsInQuarantineIs) {
  ResourceState broken = StateOf({.key = 1, .version = 2});
  broken.mutable_article()->set_live("\xff");
  ASSERT_THAT(Apply(*store_, BatchOf({broken, testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE,
                                                                 2, 2, "articles/a2")},
                                     2)),
              IsOk());
  std::vector<ResourceState> catalog = Resources();
  catalog.erase(catalog.begin() + 9);
  EXPECT_THAT(DiffersFrom(catalog), ::testing::ElementsAre(::testing::Pair(
                                        "60/1", ::testing::HasSubstr("cannot be read"))));
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(VerifyTest, ResourcesComeInOrderFromWhereOneAsks) {
  std::vector<std::pair<int, int64_t>> all;
  const auto transaction = *store_->Read();
  (void)ForEachHeld(transaction, "", absl::OkStatus, [&](const HeldResource& held) {
    all.emplace_back(held.state.kind(), held.state.key());
    return true;
  });
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  ASSERT_EQ(all.size(), Resources().size());
  std::vector<std::pair<int, int64_t>> rest;
  (void)ForEachHeld(transaction, StateKey(all[3].first, static_cast<uint64_t>(all[3].second)),
                    absl::OkStatus, [&](const HeldResource& held) {
                      rest.emplace_back(held.state.kind(), held.state.key());
                      return rest.size() < 2;
                    });
  EXPECT_EQ(rest, (std::vector{all[3], all[4]}));
}

}  // namespace
}  // namespace dateline::query::replica
