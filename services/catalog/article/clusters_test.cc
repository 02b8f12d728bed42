#include "services/catalog/article/clusters.h"

namespace dateline::catalog::article {
namespace {

constexpr uint64_t kText = 0x0123456789ABCDEFu;

class ClustersTest : public ::testing::Test {
 protected:
  // `bits` away from kText, `hours` after the first.
  void Add(int64_t key, int bits, int hours = 0, int64_t cluster = 0, bool is_open = true) {
    articles_[key] = {key, kText ^ ((uint64_t{1} << bits) - 1),
                      absl::FromUnixSeconds(1'600'000'000) + absl::Hours(hours), cluster, is_open};
  }
  // The cluster of each subject.
  std::vector<int64_t> Assign(const std::vector<int64_t>& subjects) {
    made_ = AssignClusters(subjects, &articles_, &members_);
    std::vector<int64_t> clusters;
    for (const int64_t key : subjects) clusters.push_back(articles_[key].cluster);
    return clusters;
  }

  std::map<int64_t, ClusterArticle> articles_;
  std::map<int64_t, int> members_;
  int made_ = 0;
};

TEST_F(ClustersTest, OneAloneStandsInNone) {
  Add(1, 0);
  EXPECT_EQ(Assign({1}), std::vector<int64_t>{0});
  EXPECT_EQ(made_, 0);
}

TEST_F(ClustersTest, TwoNearOnesFoundOne) {
  Add(1, 0);
  Add(2, 7);
  EXPECT_EQ(Assign({2}), std::vector<int64_t>{-1});
  EXPECT_EQ(articles_[1].cluster, -1);
  EXPECT_EQ(made_, 1);
}

TEST_F(ClustersTest, DistanceAndTimeDecide) {
  Add(1, 0);
  Add(2, 8);
  Add(3, 0, 7 * 24);
  Add(4, 0, -7 * 24 - 1);
  articles_[5] = {5, 0, articles_[1].publish_time, 0, true};  // no fingerprint
  EXPECT_EQ(Assign({2, 3, 4, 5}), (std::vector<int64_t>{0, -1, 0, 0}));
}

TEST_F(ClustersTest, JoinsTheNearestAndOfEquallyNearOnesTheOldest) {
  Add(1, 5, 0, 100);
  Add(2, 1, 0, 200);
  Add(3, 1, 0, 300);
  Add(4, 0);
  members_ = {{100, 2}, {200, 2}, {300, 2}};
  EXPECT_EQ(Assign({4}), std::vector<int64_t>{200});
  EXPECT_EQ(members_[200], 3);
  EXPECT_EQ(made_, 0);
}

TEST_F(ClustersTest, OneThatIsLockedByNobodyOnlyLendsItsCluster) {
  Add(1, 0, 0, 0, /*is_open=*/false);
  Add(2, 3, 0, 200, /*is_open=*/false);
  Add(3, 0);
  members_ = {{200, 2}};
  EXPECT_EQ(Assign({3}), std::vector<int64_t>{200});
}

TEST_F(ClustersTest, IsNeverFullerThanItsBound) {
  std::vector<int64_t> subjects;
  for (int64_t key = 1; key <= 70; ++key) {
    Add(key, 0);
    subjects.push_back(key);
  }
  Assign(subjects);
  std::map<int64_t, int> sizes;
  for (const auto& [key, article] : articles_) ++sizes[article.cluster];
  EXPECT_EQ(sizes[-1], 32);
  EXPECT_EQ(sizes[-2], 32);
  EXPECT_EQ(sizes[-3], 6);
}

TEST_F(ClustersTest, OneThatStandsInAClusterStays) {
  Add(1, 0, 0, 100);
  Add(2, 0, 0, 200);
  members_ = {{100, 1}, {200, 1}};
  EXPECT_EQ(Assign({1, 2}), (std::vector<int64_t>{100, 200}));
}

TEST_F(ClustersTest, OnlyPeoplePutBackWhatPeopleTookOut) {
  WorkingArticle article;
  article.simhash = 1;
  article.record.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  EXPECT_TRUE(MayCluster(article));
  EXPECT_FALSE(Leave(&article).ok());
  EXPECT_FALSE(article.written());
  Join(7, "clusters/seven", &article);
  EXPECT_EQ(article.article.cluster(), "clusters/seven");
  EXPECT_TRUE(article.cluster_changed);
  EXPECT_TRUE(Leave(&article).ok());
  EXPECT_EQ(article.cluster_key, 0);
  EXPECT_EQ(article.article.cluster(), "");
  EXPECT_FALSE(MayCluster(article));
  Join(7, "clusters/seven", &article);
  EXPECT_TRUE(MayCluster(article));
}

}  // namespace
}  // namespace dateline::catalog::article
