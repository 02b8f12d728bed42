#include "services/query/watch/sync_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/testing/status_matchers.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::watch {
namespace {

using dateline::testing::IsOk;
using replica::testing::StateOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SyncHandlersTest : public ::testing::Test, protected query::testing::HandlersFixture {
 protected:
  SyncHandlersTest() : sync_(replica(), tokens_) {
    Apply({replica::testing::PublicationState(1), replica::testing::TopicState(1, 1)});
  }

  // One call, which goes on from the last token; a line for each article and removal.
  std::vector<std::string> Next(int page_size = 100) {
    v1::SyncArticlesRequest request;
    if (token_.empty()) request.mutable_filter()->add_any_topics("topics/t1");
    request.set_sync_token(token_);
    request.set_page_size(page_size);
    v1::SyncArticlesResponse response;
    const RequestContext call(
        &clock(), absl::InfiniteDuration(), [] { return false; }, "test");
    status_ = sync_.SyncArticles(request, call, &response);
    if (!status_.ok()) return {"error"};
    token_ = response.sync_token();
    complete_ = response.complete();
    std::vector<std::string> lines = query::testing::IdsOf(response.articles());
    for (const auto& removed : response.removed()) {
      lines.push_back(absl::StrCat(removed.name(), " ", removed.reason()));
    }
    return lines;
  }

  const tokens::PageTokenCodec tokens_{"a key for tests"};
  SyncHandlers sync_;
  std::string token_;
  bool complete_ = false;
  absl::Status status_;
};

TEST_F(SyncHandlersTest, GivesAllAndThenWhatChanges) {
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}}),
         StateOf({.key = 2, .publish = -2, .topics = {1}}), StateOf({.key = 3, .publish = -3})});
  EXPECT_THAT(Next(1), ElementsAre("a1"));
  EXPECT_FALSE(complete_);
  EXPECT_THAT(Next(1), ElementsAre("a2"));
  EXPECT_TRUE(complete_);
  EXPECT_THAT(Next(), IsEmpty());
  Apply({StateOf({.key = 3, .version = 2, .publish = -3, .topics = {1}}),
         StateOf({.key = 2, .version = 2, .publish = -2})});
  EXPECT_THAT(Next(), ElementsAre("a3", "articles/a2 4"));
  Apply({replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 3, 3, "articles/a3")});
  EXPECT_THAT(Next(), ElementsAre("articles/a3 1"));
  EXPECT_TRUE(complete_);
}

TEST_F(SyncHandlersTest, TellsChangesThatComeBetweenThePagesOfTheFirstCopy) {
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}}),
         StateOf({.key = 2, .publish = -2, .topics = {1}})});
  EXPECT_THAT(Next(1), ElementsAre("a1"));
  Apply({StateOf({.key = 1, .version = 2, .publish = -1})});
  EXPECT_THAT(Next(1), ElementsAre("a2"));
  EXPECT_FALSE(complete_);
  EXPECT_THAT(Next(1), ElementsAre("articles/a1 4"));
  EXPECT_TRUE(complete_);
}

TEST_F(SyncHandlersTest, TellsWhatTimeTurns) {
  Apply({StateOf({.key = 1, .publish = -1, .embargo = 10, .expire = 20, .topics = {1}})});
  EXPECT_THAT(Next(), IsEmpty());
  clock().Advance(absl::Seconds(10));
  Apply({});
  EXPECT_THAT(Next(), ElementsAre("a1"));
  clock().Advance(absl::Seconds(10));
  Apply({});
  EXPECT_THAT(Next(), ElementsAre("articles/a1 2"));
}

TEST_F(SyncHandlersTest, NamesTheTokenThatItDoesNotKnow) {
  v1::SyncArticlesRequest request;
  request.set_sync_token("abc");
  v1::SyncArticlesResponse response;
  const absl::Status status = sync_.SyncArticles(request, Call(), &response);
  EXPECT_EQ(error::ReasonOf(status), errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN);
  ASSERT_EQ(error::FieldViolationsOf(status).field_violations_size(), 1);
  EXPECT_EQ(error::FieldViolationsOf(status).field_violations(0).field(), "sync_token");
}

TEST_F(SyncHandlersTest, TellsWhichOfAClusterIsKept) {
  v1::SyncArticlesRequest request;
  request.mutable_filter()->add_any_topics("topics/t1");
  request.set_fold_clusters(true);
  v1::SyncArticlesResponse response;
  const auto sync = [&] {
    response.Clear();
    ASSERT_THAT(sync_.SyncArticles(request, Call(), &response), IsOk());
    request.set_sync_token(response.sync_token());
  };
  Apply({StateOf({.key = 1, .publish = -2, .topics = {1}, .cluster = "clusters/c"})});
  sync();
  EXPECT_THAT(query::testing::IdsOf(response.articles()), ElementsAre("a1"));
  Apply({StateOf({.key = 2, .publish = -1, .topics = {1}, .cluster = "clusters/c"})});
  sync();
  EXPECT_THAT(query::testing::IdsOf(response.articles()), ElementsAre("a2"));
  ASSERT_EQ(response.removed_size(), 1);
  EXPECT_EQ(response.removed(0).name(), "articles/a1");
  EXPECT_EQ(response.removed(0).reason(), v1::REMOVAL_REASON_MATCHES_NO_MORE);
  // Without the newest, the other one is shown again.
  Apply({replica::testing::Tombstone(catalog::v1::RESOURCE_KIND_ARTICLE, 2, 2, "articles/a2")});
  request.clear_fold_clusters();  // the token says it
  sync();
  EXPECT_THAT(query::testing::IdsOf(response.articles()), ElementsAre("a1"));
  request.add_languages("de");
  EXPECT_EQ(error::ReasonOf(sync_.SyncArticles(request, Call(), &response)),
            errors::v1::ERROR_REASON_INVALID_FIELD);
}

TEST_F(SyncHandlersTest, BeginsANewCopyOnceItsTopicIsMerged) {
  Apply({replica::testing::TopicState(2, 1)});
  EXPECT_THAT(Next(), IsEmpty());
  Apply({replica::testing::TopicState(1, 2, {}, /*merged_into=*/2)});
  Next();
  EXPECT_EQ(error::ReasonOf(status_), errors::v1::ERROR_REASON_POSITION_EXPIRED);
}

TEST_F(SyncHandlersTest, RefusesForgedTokensAndThoseOfCopiesThatAreGone) {
  Apply({StateOf({.key = 1, .publish = -1, .topics = {1}})});
  Next();
  const std::string token = token_;
  token_ = "forged";
  Next();
  EXPECT_EQ(error::ReasonOf(status_), errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN);
  token_ = token;
  const auto copy = replica().BeginCopy();
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(
      replica::Apply(**copy, replica::testing::BatchOf({replica::testing::TopicState(1, 1)}, 100)),
      IsOk());
  ASSERT_THAT(replica().Swap(*copy), IsOk());
  Next();
  EXPECT_EQ(error::ReasonOf(status_), errors::v1::ERROR_REASON_POSITION_EXPIRED);
}

}  // namespace
}  // namespace dateline::query::watch
