#include "services/query/search/index_build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temporary_folder.h"
#include "services/query/replica/store/keys.h"
#include "services/query/search/searcher.h"

namespace dateline::query::search {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;

class IndexBuildTest : public ::testing::Test {
 protected:
  IndexBuildTest() : folder_(temporary_.path()), searcher_(folder_) {
    EXPECT_THAT(folder_.Open(), IsOk());
  }

  static IndexedArticle Article(uint64_t key) {
    IndexedArticle article;
    article.article = key;
    article.place = replica::ListSuffix(
        {absl::FromUnixSeconds(static_cast<int64_t>(key)), key, replica::Slot::kLive});
    article.title = absl::StrCat("Storm number", key);
    article.body = std::string(200, 'x');
    article.lists = {replica::ListPrefix(replica::Dimension::kAll, 0)};
    return article;
  }

  // Makes an index of so many articles, a few at once.
  void Build(uint64_t articles, size_t part_bytes) {
    const std::string folder = *folder_.BeginBuild();
    IndexBuild build(folder, part_bytes);
    for (uint64_t key = 1; key <= articles;) {
      std::vector<IndexedArticle> some;
      for (; some.size() < 7 && key <= articles; ++key) some.push_back(Article(key));
      ASSERT_THAT(build.Add(std::move(some)), IsOk());
    }
    ASSERT_THAT(build.Finish({"copy", 9, false, "position"}, *folder_.BeginNew()), IsOk());
    parts_ = std::distance(std::filesystem::directory_iterator(folder), {});
    ASSERT_THAT(folder_.Replace(), IsOk());
  }

  SearchResult Find(const std::string& text) {
    SearchOptions options;
    options.plan = replica::Plan::Term(replica::ListPrefix(replica::Dimension::kAll, 0));
    options.now = absl::FromUnixSeconds(1'000'000);
    auto result = searcher_.Search(text, options);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *std::move(result) : SearchResult{};
  }

  dateline::testing::TemporaryFolder temporary_;
  IndexFolder folder_;
  Searcher searcher_;
  std::ptrdiff_t parts_ = 0;
};

TEST_F(IndexBuildTest, FindsWhatAnyPartHas) {
  Build(500, /*part_bytes=*/10'000);
  EXPECT_GT(parts_, 8);
  EXPECT_EQ(*searcher_.Documents(), 500);
  EXPECT_EQ(Find("storm").total, 500);
  for (uint64_t key = 1; key <= 500; ++key) {
    const SearchResult found = Find(absl::StrCat("number", key));
    ASSERT_EQ(found.hits.size(), 1U) << key;
    EXPECT_EQ(replica::ParseListSuffix(found.hits[0].place).article, key);
  }
  EXPECT_EQ(Find("storm").state.applied, 9U);
  EXPECT_EQ(Find("storm").state.position, "position");
}

TEST_F(IndexBuildTest, AnEmptyIndexHasItsStateToo) {
  Build(0, IndexBuild::kPartBytes);
  const SearchResult found = Find("storm");
  EXPECT_TRUE(found.hits.empty());
  EXPECT_EQ(found.state.copy, "copy");
  EXPECT_EQ(found.state.applied, 9U);
}

TEST_F(IndexBuildTest, WhatCameTwiceIsOneAsSoonAsItIsPut) {
  {
    IndexBuild build(*folder_.BeginBuild());
    ASSERT_THAT(build.Add({Article(1)}), IsOk());
    ASSERT_THAT(build.Add({Article(1), Article(2)}), IsOk());
    ASSERT_THAT(build.Finish({"copy", 1}, *folder_.BeginNew()), IsOk());
  }
  ASSERT_THAT(folder_.Replace(), IsOk());
  EXPECT_EQ(*searcher_.Documents(), 3);
  const auto writer = *IndexWriter::Open(folder_.path());
  ASSERT_THAT(writer->Put(Article(1)), IsOk());
  ASSERT_THAT(writer->Commit({"copy", 2}), IsOk());
  EXPECT_EQ(*searcher_.Documents(), 2);
}

TEST_F(IndexBuildTest, SaysThatItCannotWrite) {
  // A file stands where the parts are to be made.
  const std::string path = temporary_.path() + "/file";
  { std::ofstream(path) << "x"; }
  IndexBuild build(path);
  absl::Status status;
  while (status.ok()) status = build.Add({Article(1)});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(build.Finish({"copy", 1}, *folder_.BeginNew()),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace dateline::query::search
