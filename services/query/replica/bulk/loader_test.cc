// What is loaded in bulk is what the same states give one after the other.
#include "services/query/replica/bulk/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/apply/apply.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

using catalog::v1::ResourceState;
using dateline::testing::IsOk;
using testing::ArticleSpec;
using testing::At;
using testing::StateOf;

// Every entry of every table but what a copy is compressed with, by table and key.
std::map<std::string, std::string> Contents(const Store& store) {
  std::map<std::string, std::string> contents;
  const auto transaction = store.Read();
  EXPECT_THAT(transaction, IsOk());
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    if (table == Table::kDictionary || table == Table::kBodies) continue;
    Cursor cursor = transaction->Open(table);
    for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
      contents[absl::StrCat(TableName(table), "/", cursor.key())] = std::string(cursor.value());
    }
  }
  EXPECT_THAT(ForEachBody(*transaction,
                          [&](absl::string_view key, absl::string_view body) {
                            contents[absl::StrCat("body/", key)] = std::string(body);
                            return absl::OkStatus();
                          }),
              IsOk());
  return contents;
}

class LoaderTest : public ::testing::Test {
 protected:
  // Loads `states` both ways, in pages of `page` states, the primary's clock a second on at each;
  // compares.
  void Compare(const std::vector<ResourceState>& states, size_t page) {
    const testing::TemporaryFolder bulk_folder;
    const testing::TemporaryFolder single_folder;
    const auto bulk = *Store::Open(bulk_folder.path(), /*durable=*/false);
    const auto single = *Store::Open(single_folder.path(), /*durable=*/false);
    BulkLoader loader(*bulk);
    absl::Time at = At(0);
    for (size_t i = 0; i < states.size(); i += page, at += absl::Seconds(1)) {
      const size_t end = std::min(states.size(), i + page);
      const std::vector<ResourceState> part(states.begin() + static_cast<std::ptrdiff_t>(i),
                                            states.begin() + static_cast<std::ptrdiff_t>(end));
      ASSERT_THAT(loader.Add({part.begin(), part.end()}, at), IsOk());
      ASSERT_THAT(Apply(*single, Batch{part, {}, at}), IsOk());
    }
    ASSERT_THAT(loader.Finish(testing::PositionAt(9)), IsOk());
    ASSERT_THAT(Apply(*single, Batch{{}, testing::PositionAt(9)}), IsOk());
    EXPECT_EQ(Contents(*bulk), Contents(*single));
  }
};

// An export of everything that the loader has to get right, in the export's order.
std::vector<ResourceState> RandomExport(std::mt19937& random, int64_t articles) {
  std::vector<ResourceState> states = {testing::PublicationState(1)};
  for (int64_t topic = 1; topic <= 8; ++topic) {
    std::vector<int64_t> parents;
    if (random() % 2 == 0) parents.push_back(1 + static_cast<int64_t>(random() % 8));
    const int64_t merged = random() % 4 == 0 ? 1 + static_cast<int64_t>(random() % 8) : 0;
    states.push_back(testing::TopicState(topic, 1, parents, merged == topic ? 0 : merged));
  }
  for (int64_t author = 1; author <= 3; ++author) states.push_back(testing::AuthorState(author));
  states.push_back(testing::AuthorState(4, 1, 2));
  states.push_back(testing::RememberedPath(1, "/old", 3));
  for (int64_t key = 1; key <= articles; ++key) {
    const auto time = [&] { return static_cast<int64_t>(random() % 40) - 10; };
    ArticleSpec spec{.key = key, .publish = time()};
    spec.topics = {1 + static_cast<int64_t>(random() % 8), 1 + static_cast<int64_t>(random() % 9)};
    if (random() % 2 == 0) spec.authors = {1 + static_cast<int64_t>(random() % 4)};
    if (random() % 3 == 0) spec.expire = time();
    if (random() % 5 == 0) spec.embargo = time();
    if (random() % 5 == 0) spec.scheduled = time();
    if (random() % 5 == 0) spec.scheduled_path = absl::StrCat("/new/", key);
    if (random() % 2 == 0) spec.modify = time();
    if (random() % 4 == 0) spec.cluster = "clusters/c1";
    if (random() % 4 == 0) spec.translation_set = "set";
    if (random() % 9 == 0) spec.state = content::v1::ARTICLE_STATE_WITHDRAWN;
    spec.body = std::string(random() % 4'000, static_cast<char>('a' + random() % 26));
    ResourceState state = StateOf(spec);
    if (random() % 11 == 0) state.mutable_article()->set_live("\xff\xff");
    if (random() % 11 == 0) state.mutable_article()->set_scheduled("\xff\xff");
    if (random() % 17 == 0) state.mutable_tombstone();
    if (random() % 17 == 0) {
      state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN);
    }
    if (random() % 19 == 0) state.set_name("articles/" + std::string(600, 'x'));
    states.push_back(std::move(state));
  }
  return states;
}

TEST_F(LoaderTest, GivesWhatTheStatesGiveOneAfterTheOther) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  for (const size_t page : {size_t{1}, size_t{7}, size_t{1'000}}) {
    Compare(RandomExport(random, 200), page);
  }
  Compare({}, 1);
  Compare({testing::PublicationState(1)}, 1);
  Compare({StateOf({.key = 1})}, 1);
}

TEST_F(LoaderTest, TakesWhatComesInAnotherOrder) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::vector<ResourceState> states = RandomExport(random, 60);
  // An older state, a newer one and a topic behind the articles.
  states.push_back(StateOf({.key = 5, .version = 2, .publish = 3, .topics = {2}}));
  states.push_back(StateOf({.key = 4, .version = 1, .publish = 3, .topics = {2}}));
  states.push_back(testing::TopicState(2, 2, {5}));
  states.push_back(StateOf({.key = 1'000, .publish = 2}));
  for (const size_t page : {size_t{1}, size_t{9}, size_t{1'000}}) Compare(states, page);
}

TEST_F(LoaderTest, CompressesWithADictionaryOfWhatIsVisible) {
  const testing::TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), /*durable=*/false);
  std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same at every run
  BulkLoader loader(*store);
  BulkLoader::States page;
  *page.Add() = testing::PublicationState(1);
  for (int64_t key = 1; key <= 3'000; ++key) {
    std::string body;
    for (int word = 0; word < 150; ++word) absl::StrAppend(&body, "syllable", random() % 500, " ");
    *page.Add() = StateOf({.key = key, .publish = key % 2 == 0 ? -key : key, .body = body});
  }
  ASSERT_THAT(loader.Add(page, At(0)), IsOk());
  ASSERT_THAT(loader.Finish(testing::PositionAt(1)), IsOk());
  const auto transaction = store->Read();
  ASSERT_THAT(transaction, IsOk());
  EXPECT_NE(ReadDictionary(*transaction).id, 0u);
  const std::vector<uint64_t> sources = DictionarySources(*transaction);
  EXPECT_GT(sources.size(), 200u);
  EXPECT_TRUE(std::all_of(sources.begin(), sources.end(), [](auto key) { return key % 2 == 0; }));
  content::v1::Article last;
  ASSERT_TRUE(last.ParseFromString(page[3'000].article().live()));
  content::v1::Article body;
  ASSERT_TRUE(body.ParseFromString(ReadBody(*transaction, 3'000, Slot::kLive)));
  EXPECT_EQ(body.body_html(), last.body_html());
  // Nothing is left of the files that were sorted.
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(file.path().extension(), ".mdb");
  }
}

}  // namespace
}  // namespace dateline::query::replica
