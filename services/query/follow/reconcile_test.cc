// What a query server does when its position has expired, against an in-memory catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/query/follow/key_comparison.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::follow {
namespace {

using catalog::v1::ResourceState;
using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using replica::testing::At;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using testing::QueryProcess;
using Stub = v1::QueryService::Stub;

ResourceState WithDigest(ResourceState state, uint64_t digest) {
  state.set_digest(digest);
  return state;
}

std::vector<std::string> ListAll(QueryProcess& process) {
  v1::ListArticlesResponse response;
  const absl::Status status =
      process.Call(&Stub::ListArticles, v1::ListArticlesRequest(), &response);
  EXPECT_TRUE(status.ok()) << status;
  std::vector<std::string> names;
  for (const auto& article : response.articles()) names.push_back(article.name());
  return names;
}

bool IsFollowing(const v1::GetStatusResponse& status) {
  return status.follower() == v1::FOLLOWER_STATE_FOLLOWING;
}

class ReconcileTest : public ::testing::Test {
 protected:
  ReconcileTest() {
    catalog_.Commit({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1),
                     replica::testing::TopicState(2, 1), replica::testing::AuthorState(1),
                     WithDigest(StateOf({.key = 1, .publish = -1, .topics = {1}}), 11)},
                    At(0));
  }

  // The process's copy is what one that is made from scratch is.
  void ExpectEqualsFresh(QueryProcess& process, const std::string& position) {
    process.AwaitPosition(position);
    const replica::testing::TemporaryFolder folder;
    QueryProcess fresh(catalog_, folder.path());
    fresh.AwaitPosition(position);
    const auto digests = [](QueryProcess& of) {
      v1::GetDigestResponse response;
      EXPECT_THAT(of.Call(&v1::ReplicaService::Stub::GetDigest, v1::GetDigestRequest(), &response),
                  IsOk());
      return response.DebugString();
    };
    EXPECT_EQ(digests(process), digests(fresh));
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
};

TEST_F(ReconcileTest, EqualsTheNewPrimaryAfterAFailoverWithoutANewCopy) {
  QueryProcess process(catalog_, folder_.path());
  process.AwaitStatus(IsFollowing);
  // What is lost: a new article, a changed one, a moved topic, a new topic and author.
  const std::string lost = catalog_.Commit(
      {StateOf({.key = 2, .publish = -2, .topics = {1}}),
       WithDigest(StateOf({.key = 1, .version = 2, .publish = -1, .title = "Lost"}), 12),
       replica::testing::TopicState(1, 2, {2}), replica::testing::TopicState(3, 1),
       replica::testing::AuthorState(2)},
      At(0));
  process.AwaitPosition(lost);
  process.AwaitStatus(IsFollowing);
  EXPECT_THAT(ListAll(process), ElementsAre("articles/a1", "articles/a2"));
  catalog_.FailOver(/*kept=*/1);
  const std::string position = catalog_.Commit({StateOf({.key = 3, .publish = -3})}, At(0));
  // Reads never stop meanwhile.
  for (bool done = false; !done;) {
    const std::vector<std::string> names = ListAll(process);
    ASSERT_GE(names.size(), 1u);
    done = names.back() == "articles/a3" && names.size() == 2;
  }
  ExpectEqualsFresh(process, position);
  EXPECT_EQ(process.AwaitStatus(IsFollowing).rebuilds(), 1);  // The first copy.
  v1::GetArticleRequest request;
  request.set_name("articles/a1");
  request.set_min_position(lost);
  v1::GetArticleResponse response;
  EXPECT_THAT(process.Call(&Stub::GetArticle, request, &response),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
}

TEST_F(ReconcileTest, ReplacesAStateOfTheSameVersionAndFollowsOn) {
  QueryProcess process(catalog_, folder_.path());
  process.AwaitPosition(catalog_.Commit(
      {WithDigest(StateOf({.key = 1, .version = 2, .publish = -1, .title = "Lost"}), 12)}, At(0)));
  process.AwaitStatus(IsFollowing);
  catalog_.FailOver(/*kept=*/1);
  ExpectEqualsFresh(
      process,
      catalog_.Commit(
          {WithDigest(
              StateOf({.key = 1, .version = 2, .publish = -1, .topics = {2}, .title = "Other"}),
              13)},
          At(0)));
  // A key that was lost is given to another article.
  ExpectEqualsFresh(process, catalog_.Commit({StateOf({.key = 2, .publish = -9})}, At(0)));
  EXPECT_EQ(process.AwaitStatus(IsFollowing).rebuilds(), 1);
}

TEST_F(ReconcileTest, GoesOnAfterARestartInBetween) {
  {
    QueryProcess process(catalog_, folder_.path());
    process.AwaitPosition(catalog_.Commit({StateOf({.key = 2, .publish = -2})}, At(0)));
  }
  catalog_.FailOver(/*kept=*/1);
  const std::string position = catalog_.Commit({StateOf({.key = 3, .publish = -3})}, At(0));
  QueryProcess process(catalog_, folder_.path());
  ExpectEqualsFresh(process, position);
  EXPECT_EQ(process.AwaitStatus(IsFollowing).rebuilds(), 0);
}

class KeyComparisonTest : public ::testing::Test {
 protected:
  KeyComparisonTest() : store_(*replica::Store::Open(folder_.path(), /*durable=*/false)) {
    EXPECT_THAT(
        replica::Apply(
            *store_, replica::testing::BatchOf(
                         {replica::testing::PublicationState(1), replica::testing::TopicState(4, 3),
                          WithDigest(StateOf({.key = 1, .version = 2}), 5), StateOf({.key = 2}),
                          replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 7, 9,
                                                      "articles/a7")})),
        IsOk());
  }

  Differences Compare(const std::vector<ResourceState>& keys) {
    const auto transaction = store_->Read();
    KeyComparison comparison(*transaction);
    for (const ResourceState& key : keys) EXPECT_THAT(comparison.Add(key), IsOk());
    EXPECT_THAT(comparison.Finish(), IsOk());
    return comparison.differences();
  }

  replica::testing::TemporaryFolder folder_;
  std::unique_ptr<replica::Store> store_;
};

TEST_F(KeyComparisonTest, FindsWhatIsGoneAndWhatDiffers) {
  const auto publication = replica::testing::PublicationState(1);
  const auto same = WithDigest(StateOf({.key = 1, .version = 2}), 5);
  const auto tombstone =
      replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 2, 2, "articles/a2");
  // The tombstone of article 7 is as old as the copy; the catalog does not know of it.
  Differences found = Compare({publication, same, tombstone, StateOf({.key = 3})});
  ASSERT_EQ(found.gone.size(), 3u);
  EXPECT_EQ(found.gone[0].name(), "topics/t4");
  EXPECT_EQ(found.gone[0].version(), 0);
  EXPECT_EQ(found.gone[1].version(), 2);
  EXPECT_EQ(found.gone[2].key(), 7);
  ASSERT_EQ(found.articles.size(), 1u);
  EXPECT_EQ(found.articles[0].name, "articles/a3");
  EXPECT_FALSE(found.vocabulary);

  // Version, digest and name each tell.
  found = Compare({publication, replica::testing::TopicState(4, 2),
                   WithDigest(StateOf({.key = 1, .version = 2}), 6), StateOf({.key = 2})});
  EXPECT_TRUE(found.vocabulary);
  ASSERT_EQ(found.articles.size(), 1u);
  EXPECT_EQ(found.articles[0].key, 1);
  ResourceState renamed = same;
  renamed.set_name("articles/other");
  found = Compare({publication, replica::testing::TopicState(4, 3), renamed, StateOf({.key = 2})});
  ASSERT_EQ(found.articles.size(), 1u);
}

TEST_F(KeyComparisonTest, RefusesKeysThatAreNotInOrder) {
  const auto transaction = store_->Read();
  KeyComparison comparison(*transaction);
  EXPECT_THAT(comparison.Add(StateOf({.key = 2})), IsOk());
  EXPECT_THAT(comparison.Add(StateOf({.key = 1})), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace dateline::query::follow
