// A query server whose copy is damaged while it runs, against an in-memory catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "prometheus/counter.h"
#include "services/query/replica/store/bodies.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::follow {
namespace {

using dateline::testing::IsOk;
using replica::testing::At;
using replica::testing::StateOf;
using testing::QueryProcess;
using Stub = v1::QueryService::Stub;

TEST(DamageFollowTest, MakesANewCopyWhenTheOldOneIsFoundDamaged) {
  testing::FakeCatalogServer catalog;
  catalog.Commit({replica::testing::PublicationState(1), StateOf({.key = 1, .publish = -1})},
                 At(0));
  const replica::testing::TemporaryFolder folder;
  QueryProcess process(catalog, folder.path());
  process.AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.follower() == v1::FOLLOWER_STATE_FOLLOWING;
  });
  // A body that cannot be read, as after a disk's error.
  const std::shared_ptr<replica::Store> store = process.replica().current();
  {
    auto transaction = store->Write();
    ASSERT_THAT(transaction, IsOk());
    transaction->Put(replica::Table::kBodies,
                     replica::BodyPieceKey(replica::CardKey(1, replica::Slot::kLive), 0),
                     "nonsense");
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  v1::GetArticleRequest request;
  request.set_name("articles/a1");
  request.set_view(content::v1::ARTICLE_VIEW_FULL);
  v1::GetArticleResponse response;
  ASSERT_THAT(process.Call(&Stub::GetArticle, request, &response), IsOk());
  EXPECT_EQ(response.article().body_html(), "");

  // What comes next finds the damage noted, and goes into a new copy.
  const std::string position = catalog.Commit({StateOf({.key = 2, .publish = -2})}, At(0));
  process.AwaitPosition(position);
  const auto status = process.AwaitStatus([](const v1::GetStatusResponse& s) {
    return s.rebuilds() == 2 && s.follower() == v1::FOLLOWER_STATE_FOLLOWING;
  });
  EXPECT_EQ(status.last_error(), "");
  EXPECT_EQ(process.metrics().Counter("dateline_query_damaged_copies_total", "").Value(), 1);
  ASSERT_THAT(process.Call(&Stub::GetArticle, request, &response), IsOk());
  EXPECT_NE(response.article().body_html(), "");
  v1::ListArticlesResponse list;
  ASSERT_THAT(process.Call(&Stub::ListArticles, v1::ListArticlesRequest(), &list), IsOk());
  EXPECT_EQ(list.articles_size(), 2);
}

}  // namespace
}  // namespace dateline::query::follow
