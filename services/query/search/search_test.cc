// The index: what is written is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temporary_folder.h"
#include "services/query/replica/store/keys.h"
#include "services/query/search/index.h"
#include "services/query/search/searcher.h"

namespace dateline::query::search {
namespace {

using dateline::testing::IsOk;
using replica::Dimension;
using replica::ListPrefix;
using replica::Plan;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

class SearchTest : public ::testing::Test {
 protected:
  SearchTest() : folder_(temporary_.path() + "/search"), searcher_(folder_) {
    EXPECT_THAT(folder_.Open(), IsOk());
    const auto path = folder_.BeginNew();
    { EXPECT_THAT(IndexWriter::Open(*path), IsOk()); }
    EXPECT_THAT(folder_.Replace(), IsOk());
    writer_ = *IndexWriter::Open(folder_.path());
    options_.plan = Plan::Term(ListPrefix(Dimension::kAll, 0));
    options_.now = kStart + absl::Hours(1'000);
  }

  // Younger articles have greater keys.
  static IndexedArticle Article(uint64_t key, const std::string& title,
                                const std::string& body = "", const std::string& language = "en") {
    IndexedArticle article;
    article.article = key;
    article.place = replica::ListSuffix(
        {kStart + absl::Hours(static_cast<int64_t>(key)), key, replica::Slot::kLive});
    article.title = title;
    article.body = body;
    article.language = language;
    article.lists = {ListPrefix(Dimension::kAll, 0), ListPrefix(Dimension::kTopic, key % 2),
                     ListPrefix(Dimension::kPublication, 1)};
    return article;
  }

  void Put(const std::vector<IndexedArticle>& articles) {
    for (const IndexedArticle& article : articles) EXPECT_THAT(writer_->Put(article), IsOk());
    EXPECT_THAT(writer_->Commit({"copy", 7}), IsOk());
  }

  SearchResult Search(absl::string_view text) {
    auto result = searcher_.Search(text, options_);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *std::move(result) : SearchResult{};
  }
  static std::vector<uint64_t> Keys(const SearchResult& result) {
    std::vector<uint64_t> keys;
    for (const SearchHit& hit : result.hits) {
      keys.push_back(replica::ParseListSuffix(hit.place).article);
    }
    return keys;
  }
  std::vector<uint64_t> Found(absl::string_view text) { return Keys(Search(text)); }

  dateline::testing::TemporaryFolder temporary_;
  IndexFolder folder_;
  Searcher searcher_;
  std::unique_ptr<IndexWriter> writer_;
  SearchOptions options_;
};

TEST_F(SearchTest, FindsWordsPhrasesAndBeginnings) {
  Put({Article(1, "Rain in the north", "It rained all night."),
       Article(2, "Dry weather", "No rain. The north wind turned, in the end."),
       Article(3, "Élections", "Le président", "fr")});
  EXPECT_THAT(Found("rain"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Found("\"in the north\""), ElementsAre(1));
  EXPECT_THAT(Found("rain -weather"), ElementsAre(1));
  EXPECT_THAT(Found("rain NOT weather"), ElementsAre(1));
  EXPECT_THAT(Found("president OR weather"), UnorderedElementsAre(2, 3));
  EXPECT_THAT(Found("elect*"), ElementsAre(3));
  EXPECT_THAT(Found("ELECTIONS"), ElementsAre(3));
  EXPECT_THAT(Found("election"), IsEmpty());  // no language, no stems
  EXPECT_THAT(Found("-rain"), IsEmpty());
  EXPECT_THAT(Found("!!!"), IsEmpty());
  options_.languages = {"fr"};
  EXPECT_THAT(Found("election"), ElementsAre(3));
  EXPECT_THAT(Found("rain"), IsEmpty());  // in English only
}

TEST_F(SearchTest, FindsTextWithoutSpaces) {
  Put({Article(1, "中国经济增长", "", "zh"), Article(2, "经济", "", "zh")});
  EXPECT_THAT(Found("经济"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Found("中国经济"), ElementsAre(1));
}

TEST_F(SearchTest, RanksTitlesAboveBodiesAndTheYoungerOfEquals) {
  Put({Article(1, "Other", "harbour and more"), Article(2, "Harbour", "other and more"),
       Article(3, "Other", "harbour and more")});
  EXPECT_THAT(Found("harbour"), ElementsAre(2, 3, 1));
}

TEST_F(SearchTest, FiltersByListsTimesAndTheEndOfVisibility) {
  IndexedArticle ending = Article(4, "Rain");
  ending.until = kStart + absl::Hours(10);
  Put({Article(1, "Rain"), Article(2, "Rain"), Article(3, "Rain"), ending});
  options_.plan = Plan::Term(ListPrefix(Dimension::kTopic, 1));
  EXPECT_THAT(Found("rain"), UnorderedElementsAre(1, 3));
  options_.plan = Plan::Not(Plan::Term(ListPrefix(Dimension::kTopic, 1)));
  EXPECT_THAT(Found("rain"), ElementsAre(2));
  options_.plan = Plan::Time(kStart + absl::Hours(1), kStart + absl::Hours(3));
  EXPECT_THAT(Found("rain"), UnorderedElementsAre(1, 2));
  options_.plan = Plan::And({});
  options_.now = kStart + absl::Hours(9);
  EXPECT_EQ(Search("rain").total, 4);
  options_.now = kStart + absl::Hours(10);
  EXPECT_EQ(Search("rain").total, 3);
}

TEST_F(SearchTest, PagesByNewestInBothDirections) {
  std::vector<IndexedArticle> articles;
  for (uint64_t key = 1; key <= 25; ++key) articles.push_back(Article(key, "Rain"));
  Put(articles);
  options_.newest = true;
  std::vector<uint64_t> all;
  for (;;) {
    const SearchResult page = Search("rain");
    for (const uint64_t key : Keys(page)) all.push_back(key);
    if (!page.more) break;
    options_.after = page.hits.back().place;
    // One that comes between two pages moves none.
    Put({Article(100 + all.size(), "Rain")});
  }
  ASSERT_EQ(all.size(), 25U);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], 25 - i);
  options_.backwards = true;
  options_.after = Article(20, "").place;
  options_.size = 3;
  EXPECT_THAT(Found("rain"), ElementsAre(21, 22, 23));
}

TEST_F(SearchTest, CountsHitsAndTheirLists) {
  Put({Article(1, "Rain"), Article(2, "Rain"), Article(3, "Rain"), Article(4, "Sun")});
  options_.count_values = true;
  options_.size = 1;
  const SearchResult result = Search("rain");
  EXPECT_EQ(result.total, 3);
  EXPECT_TRUE(result.total_is_exact);
  EXPECT_TRUE(result.more);
  EXPECT_EQ(result.counts.at(ListPrefix(Dimension::kTopic, 1)), 2);
  EXPECT_EQ(result.counts.at(ListPrefix(Dimension::kPublication, 1)), 3);
  EXPECT_EQ(result.counts.count(ListPrefix(Dimension::kAll, 0)), 0U);
}

TEST_F(SearchTest, LeavesOutWhatChangedSinceItWasIndexed) {
  Put({Article(1, "Rain"), Article(2, "Rain")});
  options_.changed = [](const IndexState& state) {
    EXPECT_EQ(state.copy, "copy");
    EXPECT_EQ(state.applied, 7U);
    return std::set<uint64_t>{2};
  };
  options_.is_right = [](absl::string_view) { return false; };
  const SearchResult result = Search("rain");
  EXPECT_THAT(Keys(result), ElementsAre(1));
  EXPECT_EQ(result.total, 1);
}

TEST_F(SearchTest, ShowsOneOfEachCluster) {
  IndexedArticle first = Article(1, "Rain");
  IndexedArticle second = Article(2, "Rain rain", "rain");
  first.cluster = second.cluster = "clusters/c";
  Put({first, second, Article(3, "Rain"), Article(4, "Rain")});
  options_.fold_clusters = true;
  EXPECT_EQ(Search("rain").hits.size(), 3U);
}

TEST_F(SearchTest, SuggestsAnotherSpelling) {
  Put({Article(1, "Parliament votes"), Article(2, "Parliament sits"), Article(3, "Правительство"),
       Article(4, "Правительство")});
  EXPECT_EQ(Search("Parlaiment vote").suggestion, "parliament vote");
  EXPECT_EQ(Search("\"parliamnt votes\"").suggestion, "\"parliament votes\"");
  EXPECT_EQ(Search("правителство").suggestion, "правительство");
  EXPECT_EQ(Search("parliament").suggestion, "");
  EXPECT_EQ(Search("xqzw").suggestion, "");
  // What has left the index is in no dictionary.
  EXPECT_THAT(writer_->Remove(1), IsOk());
  EXPECT_THAT(writer_->Remove(2), IsOk());
  EXPECT_THAT(writer_->Commit({"copy", 8}), IsOk());
  EXPECT_EQ(Search("parlaiment").suggestion, "");
}

TEST_F(SearchTest, FindsRelatedArticlesByTopicsAndWords) {
  std::vector<IndexedArticle> articles = {
      Article(2, "Pipeline through the Caspian", "Caspian oil pipeline tanker port"),
      Article(4, "More on the pipeline", "The Caspian pipeline again"),
      Article(6, "Cooking", "Onions"), Article(8, "Caspian pipeline copy", "oil")};
  for (IndexedArticle& article : articles) {
    article.lists = {ListPrefix(Dimension::kAll, 0)};
  }
  articles[3].lists.push_back(ListPrefix(Dimension::kCluster, 1));
  for (uint64_t key = 20; key < 40; ++key) {
    articles.push_back(Article(key, absl::StrCat("Filler ", key), "the and through on"));
    articles.back().lists = {ListPrefix(Dimension::kAll, 0)};
  }
  articles.push_back(Article(50, "Quite another matter", "nothing alike"));
  articles.back().lists = {ListPrefix(Dimension::kAll, 0), ListPrefix(Dimension::kTopic, 9)};
  Put(articles);
  RelatedOptions related{
      2, {ListPrefix(Dimension::kTopic, 9)}, {ListPrefix(Dimension::kCluster, 1)}};
  const auto result = searcher_.Related(related, options_);
  ASSERT_THAT(result, IsOk());
  const std::vector<uint64_t> keys = Keys(*result);
  EXPECT_THAT(keys, ::testing::Contains(4));
  EXPECT_THAT(keys, ::testing::Contains(50));
  EXPECT_THAT(keys, ::testing::Not(::testing::Contains(2)));
  EXPECT_THAT(keys, ::testing::Not(::testing::Contains(6)));
  EXPECT_THAT(keys, ::testing::Not(::testing::Contains(8)));
}

TEST_F(SearchTest, StopsWhenNobodyWaits) {
  Put({Article(1, "Rain")});
  options_.stop = [] { return true; };
  EXPECT_TRUE(absl::IsCancelled(searcher_.Search("rain", options_).status()));
}

TEST_F(SearchTest, GoesOnWhileTheIndexIsWrittenAndReplaced) {
  Put({Article(1, "Rain")});
  EXPECT_THAT(Found("rain"), ElementsAre(1));
  Put({Article(2, "Rain")});
  EXPECT_THAT(Found("rain"), UnorderedElementsAre(1, 2));
  const auto path = folder_.BeginNew();
  ASSERT_THAT(path, IsOk());
  ASSERT_THAT(writer_->CompactTo(*path), IsOk());
  ASSERT_THAT(folder_.Replace(), IsOk());
  writer_ = *IndexWriter::Open(folder_.path());
  EXPECT_THAT(Found("rain"), UnorderedElementsAre(1, 2));
  EXPECT_EQ(writer_->State()->applied, 7U);
  EXPECT_EQ(*searcher_.Documents(), 2);
}

}  // namespace
}  // namespace dateline::query::search
