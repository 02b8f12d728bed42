// SearchArticles and ListRelatedArticles, with an index that follows the replica.
#include "services/query/service/search_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/query/replica/read/journal.h"
#include "services/query/search/indexer.h"
#include "services/query/service/status.h"
#include "services/query/testing/handlers_test_fixture.h"

namespace dateline::query::service {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using replica::testing::AuthorState;
using replica::testing::PublicationState;
using replica::testing::StateOf;
using replica::testing::TopicState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SearchHandlersTest : public ::testing::Test {
 protected:
  SearchHandlersTest() {
    dateline_.Apply({PublicationState(1), TopicState(1, 1), TopicState(2, 1, {1}), AuthorState(1)});
  }

  void Apply(std::vector<catalog::v1::ResourceState> states) { dateline_.Apply(std::move(states)); }
  // Waits until the index has all that was applied.
  void Await() {
    const auto store = dateline_.replica().held();
    const uint64_t end = replica::JournalEnd(*store->Read());
    while (!indexer_.status().whole || indexer_.status().applied < end) {
      indexer_.Wake();
      std::this_thread::yield();
    }
  }

  absl::StatusOr<v1::SearchArticlesResponse> Search(const v1::SearchArticlesRequest& request) {
    v1::SearchArticlesResponse response;
    const absl::Status status = handlers_.SearchArticles(request, dateline_.Call(), &response);
    if (!status.ok()) return status;
    return response;
  }
  static std::vector<std::string> Ids(const v1::SearchArticlesResponse& response) {
    std::vector<std::string> ids;
    for (const v1::SearchHit& hit : response.hits()) {
      ids.emplace_back(absl::StripPrefix(hit.article().name(), "articles/"));
    }
    return ids;
  }
  static v1::SearchArticlesRequest For(const std::string& query) {
    v1::SearchArticlesRequest request;
    request.set_query(query);
    return request;
  }
  std::vector<std::string> Found(const v1::SearchArticlesRequest& request) {
    const auto response = Search(request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? Ids(*response) : std::vector<std::string>();
  }
  absl::StatusOr<v1::ListRelatedArticlesResponse> Related(const std::string& article) {
    v1::ListRelatedArticlesRequest request;
    request.set_article(article);
    v1::ListRelatedArticlesResponse response;
    const absl::Status status = handlers_.ListRelatedArticles(request, dateline_.Call(), &response);
    if (!status.ok()) return status;
    return response;
  }

  testing::HandlersFixture dateline_;
  replica::testing::TemporaryFolder temporary_;
  search::IndexFolder folder_{temporary_.path() + "/search"};
  search::Searcher searcher_{folder_};
  const tokens::PageTokenCodec codec_{"a key for tests"};
  const SearchHandlers handlers_{dateline_.replica(), &searcher_, codec_};
  search::Indexer indexer_{dateline_.replica(), folder_};
};

TEST_F(SearchHandlersTest, StatusTellsHowFarTheIndexIsBehind) {
  Apply({StateOf({.key = 1}), StateOf({.key = 2})});
  Await();
  const RequestContext call = dateline_.Call(options::v1::ROLE_PREVIEWER);
  v1::SearchStatus status;
  FillSearchStatus(dateline_.replica(), indexer_.status(), call.identity(), &status);
  EXPECT_TRUE(status.serving());
  EXPECT_EQ(status.entries_behind(), 0);
  search::IndexerStatus behind = indexer_.status();
  --behind.applied;
  FillSearchStatus(dateline_.replica(), behind, call.identity(), &status);
  EXPECT_EQ(status.entries_behind(), 1);
}

TEST_F(SearchHandlersTest, FiltersAndCounts) {
  Apply({StateOf({.key = 1, .topics = {2}, .authors = {1}, .title = "Harbour one"}),
         StateOf({.key = 2, .topics = {1}, .title = "Harbour two"}),
         StateOf({.key = 3, .title = "Harbour three", .labels = {"opinion"}})});
  Await();
  v1::SearchArticlesRequest request = For("harbour");
  for (const auto dimension : {v1::COUNT_DIMENSION_TOPIC, v1::COUNT_DIMENSION_TYPE,
                               v1::COUNT_DIMENSION_AUTHOR, v1::COUNT_DIMENSION_PUBLICATION}) {
    request.add_counts(dimension);
  }
  request.mutable_include()->set_topics(true);
  const auto all = Search(request);
  ASSERT_THAT(all, IsOk());
  EXPECT_THAT(Ids(*all), UnorderedElementsAre("a1", "a2", "a3"));
  EXPECT_EQ(all->total().size(), 3);
  EXPECT_EQ(all->total().exactness(), v1::EXACTNESS_EXACT);
  EXPECT_EQ(all->topics_size(), 2);
  ASSERT_EQ(all->counts_size(), 4);
  EXPECT_EQ(all->counts(0).values_size(), 2);
  EXPECT_EQ(all->counts(2).values(0).value(), "authors/p1");
  EXPECT_EQ(all->counts(3).values(0).value(), "publications/m1");
  EXPECT_EQ(all->counts(3).values(0).count().size(), 3);
  request.mutable_filter()->add_all_topics("topics/t1");
  EXPECT_THAT(Found(request), ElementsAre("a2"));
  request.mutable_filter()->set_include_descendants(true);
  EXPECT_THAT(Found(request), UnorderedElementsAre("a1", "a2"));
  request.mutable_filter()->Clear();
  request.mutable_filter()->set_expression("NOT label = opinion AND -topic = topics/t2");
  EXPECT_THAT(Found(request), ElementsAre("a2"));
  request.mutable_filter()->set_expression("label =");
  EXPECT_THAT(Search(request), StatusIs(absl::StatusCode::kInvalidArgument));
  request = For("harbour");
  request.add_counts(v1::COUNT_DIMENSION_UNSPECIFIED);
  EXPECT_THAT(Search(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SearchHandlersTest, MarksMatchesInCodePoints) {
  Apply({StateOf({.key = 1, .title = "Über Häfen", .body = "Zwölf Häfen sind größer."})});
  Await();
  v1::SearchArticlesRequest request = For("hafen");
  request.set_highlight(true);
  const auto found = Search(request);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->hits_size(), 1);
  const v1::SearchHit& hit = found->hits(0);
  EXPECT_EQ(hit.snippet(), "Zwölf Häfen sind größer.");
  ASSERT_EQ(hit.highlights_size(), 2);
  EXPECT_EQ(hit.highlights(0).field(), v1::HIGHLIGHT_FIELD_TITLE);
  EXPECT_EQ(hit.highlights(0).start(), 5);
  EXPECT_EQ(hit.highlights(0).length(), 5);
  EXPECT_EQ(hit.highlights(1).field(), v1::HIGHLIGHT_FIELD_SNIPPET);
  EXPECT_EQ(hit.highlights(1).start(), 6);
  request.set_highlight(false);
  EXPECT_THAT(Search(request)->hits(0).snippet(), IsEmpty());
}

TEST_F(SearchHandlersTest, PagesInBothOrdersAndDirections) {
  for (int64_t key = 1; key <= 23; ++key) {
    Apply({StateOf({.key = key, .publish = key - 30, .title = "Harbour"})});
  }
  Await();
  for (const auto order : {v1::SEARCH_ORDER_NEWEST, v1::SEARCH_ORDER_RELEVANCE}) {
    v1::SearchArticlesRequest request = For("harbour");
    request.set_order(order);
    std::vector<std::vector<std::string>> pages;
    std::string back;
    for (;;) {
      const auto page = Search(request);
      ASSERT_THAT(page, IsOk());
      pages.push_back(Ids(*page));
      back = page->previous_page_token();
      request.set_page_token(page->next_page_token());
      if (page->next_page_token().empty()) break;
    }
    ASSERT_EQ(pages.size(), 3U);
    EXPECT_EQ(pages[0][0], "a23");
    EXPECT_EQ(pages[2].back(), "a1");
    request.set_page_token(back);
    auto page = Search(request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(Ids(*page), pages[1]);
    request.set_page_token(page->previous_page_token());
    page = Search(request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(Ids(*page), pages[0]);
    EXPECT_THAT(page->previous_page_token(), IsEmpty());
    request.set_query("another");
    EXPECT_THAT(Search(request), HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
  }
}

TEST_F(SearchHandlersTest, NeverShowsWhatIsHiddenEvenIfTheIndexIsBehind) {
  Apply({StateOf({.key = 1, .title = "Harbour"}),
         StateOf({.key = 2, .embargo = 50, .title = "Harbour secretword"}),
         StateOf({.key = 3, .expire = 10, .title = "Harbour"}),
         StateOf({.key = 4, .title = "Harbour"})});
  Await();
  EXPECT_THAT(Found(For("harbour")), UnorderedElementsAre("a1", "a3", "a4"));
  EXPECT_THAT(Found(For("secretword")), IsEmpty());
  dateline_.clock().Advance(absl::Seconds(11));
  // Asked at once: the indexer has seen none of it.
  Apply({StateOf({.key = 4,
                  .version = 2,
                  .title = "Harbour",
                  .state = content::v1::ARTICLE_STATE_WITHDRAWN})});
  const auto found = Search(For("harbour"));
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(Ids(*found), ElementsAre("a1"));
  EXPECT_EQ(found->total().size(), 1);
  Await();
  EXPECT_THAT(Found(For("harbour")), ElementsAre("a1"));
}

TEST_F(SearchHandlersTest, SuggestsASpellingAndSaysHowFarItIs) {
  Apply({StateOf({.key = 1, .title = "Parliament"}), StateOf({.key = 2, .title = "Parliament"})});
  Await();
  const auto found = Search(For("parlaiment"));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->suggestion(), "parliament");
  EXPECT_EQ(found->position(), dateline_.replica().position()->token);
}

TEST_F(SearchHandlersTest, ListsRelatedArticles) {
  Apply({StateOf({.key = 1, .topics = {2}, .title = "Pipeline", .cluster = "clusters/c"}),
         StateOf({.key = 2, .topics = {2}, .title = "Another thing"}),
         StateOf({.key = 3, .topics = {2}, .title = "Pipeline", .cluster = "clusters/c"}),
         StateOf({.key = 4, .embargo = 50, .topics = {2}, .title = "Pipeline"})});
  Await();
  const auto related = Related("articles/a1");
  ASSERT_THAT(related, IsOk());
  EXPECT_THAT(testing::IdsOf(related->articles()), ElementsAre("a2"));
  EXPECT_THAT(Related("articles/a4"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Related("articles/none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST(SearchWithoutAnIndexTest, IsNotReady) {
  testing::HandlersFixture dateline;
  replica::testing::TemporaryFolder temporary;
  const search::IndexFolder folder(temporary.path());
  search::Searcher searcher(folder);
  const tokens::PageTokenCodec codec("a key for tests");
  const SearchHandlers handlers(dateline.replica(), &searcher, codec);
  v1::SearchArticlesRequest request;
  request.set_query("rain");
  v1::SearchArticlesResponse response;
  EXPECT_THAT(handlers.SearchArticles(request, dateline.Call(), &response),
              HasReason(errors::v1::ERROR_REASON_NOT_READY));
}

}  // namespace
}  // namespace dateline::query::service
