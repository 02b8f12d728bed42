// Near-duplicates on a real database, with fingerprints made up for the purpose.
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_store_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog::store {
namespace {

using catalog::testing::UpsertBuilder;
using dateline::testing::IsOk;

constexpr uint64_t kText = 0xF123456789ABCDEFu;
const absl::Time kThen = absl::FromUnixSeconds(1'600'000'000);

class ClustersTest : public PostgresStoreTest {
 protected:
  std::vector<std::string> Upsert(UpsertBuilder& batch) {
    const auto response = articles_->UpsertArticles(call_, batch.request());
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> names;
    if (!response.ok()) return names;
    for (const auto& result : response->results()) names.push_back(result.article());
    return names;
  }
  // One article with a fingerprint; its name.
  std::string Add(const std::string& id, uint64_t simhash, absl::Time published = kThen,
                  const std::string& text = "some words") {
    UpsertBuilder batch;
    batch.Item(id, "Title " + id, text).Published(published);
    batch.last()->set_simhash(simhash);
    return Upsert(batch).at(0);
  }
  v1::ArticleRecord Get(const std::string& name) {
    const auto found =
        articles_->GetArticle(call_, api::IdInName(api::kArticles, name),
                              content::v1::ARTICLE_VIEW_BASIC, v1::REVISION_SELECTOR_LIVE);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? found->message : v1::ArticleRecord();
  }
  std::string ClusterOf(const std::string& name) { return Get(name).article().cluster(); }
};

TEST_F(ClustersTest, AClusterLeavesTheRevisionInForceAlone) {
  const std::string first = Add("1", kText);
  // An editor writes a draft meanwhile.
  content::v1::Article draft = Get(first).article();
  draft.set_language("kk");
  draft.mutable_publish_time()->set_seconds(1'700'000'000);
  std::string hex;
  for (const char c : EncodeSnapshot(draft)) {
    absl::StrAppend(&hex, absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
  }
  Sql(
      absl::StrCat("INSERT INTO catalog.article_revisions (article_key, number, editor, snapshot) "
                   "SELECT key, 2, 'editor', '\\x",
                   hex, "' FROM catalog.articles"));
  Sql("UPDATE catalog.articles SET revision = 2");
  const std::string second = Add("2", kText ^ 0x1);
  EXPECT_EQ(ClusterOf(first), ClusterOf(second));
  EXPECT_NE(ClusterOf(first), "");
  EXPECT_EQ(Sql(absl::StrCat("SELECT language || '/' || extract(epoch FROM publish_time)::bigint "
                             "|| '/' || live_revision || '/' || revision FROM catalog.articles "
                             "WHERE id = '",
                             api::IdInName(api::kArticles, first), "'")),
            "en/1600000000/1/2");
}

TEST_F(ClustersTest, ASecondOneFoundsACluster) {
  const std::string first = Add("1", kText);
  EXPECT_EQ(ClusterOf(first), "");
  const std::string changes = Sql("SELECT count(*) FROM catalog.changes");
  const std::string second = Add("2", kText ^ 0x7F);
  const std::string cluster = ClusterOf(second);
  EXPECT_EQ(cluster.substr(0, 9), "clusters/");
  EXPECT_EQ(ClusterOf(first), cluster);
  // The first one has changed as well, without a new revision, and the log says so.
  EXPECT_EQ(Get(first).version(), 2);
  EXPECT_EQ(Get(first).article().revision(), 1);
  EXPECT_EQ(Get(second).version(), 1);
  EXPECT_EQ(Sql("SELECT count(*) - " + changes + " FROM catalog.changes"), "2");
  EXPECT_EQ(ClusterOf(Add("3", kText ^ 0x1)), cluster);
  EXPECT_EQ(Get(first).version(), 2);
}

TEST_F(ClustersTest, OneBatchIsNoDifferent) {
  UpsertBuilder batch;
  for (int i = 0; i < 5; ++i) {
    batch.Item(absl::StrCat(i), absl::StrCat("T", i));
    batch.last()->set_simhash(i == 3 ? ~kText : kText ^ (uint64_t{1} << (13 * i)));
  }
  const auto names = Upsert(batch);
  const std::string cluster = ClusterOf(names[0]);
  EXPECT_NE(cluster, "");
  for (const int i : {1, 2, 4}) EXPECT_EQ(ClusterOf(names[i]), cluster);
  EXPECT_EQ(ClusterOf(names[3]), "");
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.clusters"), "1");
}

TEST_F(ClustersTest, EveryDistanceUpToTheBoundIsFound) {
  // Bits spread over all bands, which is where a lookup by bands could miss one.
  uint64_t flipped = 0;
  for (int bits = 0; bits <= 9; ++bits) {
    const uint64_t text = kText * (2 * static_cast<uint64_t>(bits) + 3);
    Add(absl::StrCat("a", bits), text);
    const std::string name = Add(absl::StrCat("b", bits), text ^ flipped);
    EXPECT_EQ(ClusterOf(name) != "", bits <= 7) << bits;
    flipped |= uint64_t{1} << (bits * 16 % 64 + bits / 4 * 5);
  }
}

TEST_F(ClustersTest, OnlyWhatWasPublishedInTheSameWeek) {
  const std::string first = Add("1", kText);
  EXPECT_EQ(ClusterOf(Add("2", kText, kThen + absl::Hours(7 * 24) + absl::Seconds(1))), "");
  EXPECT_EQ(ClusterOf(Add("3", kText, kThen - absl::Hours(7 * 24) - absl::Seconds(1))), "");
  EXPECT_NE(ClusterOf(Add("4", kText, kThen + absl::Hours(7 * 24))), "");
  // A batch over years asks for each time apart.
  UpsertBuilder batch;
  for (int i = 0; i < 20; ++i) {
    batch.Item(absl::StrCat("y", i), "Yearly").Published(kThen - absl::Hours(24 * 365 * i));
    batch.last()->set_simhash(~kText);
  }
  for (const std::string& name : Upsert(batch)) EXPECT_EQ(ClusterOf(name), "");
}

TEST_F(ClustersTest, AcrossPublications) {
  Sql("INSERT INTO catalog.publications (id, version, digest, deleted, message) "
      "SELECT 'weekly', version, digest, deleted, message FROM catalog.publications WHERE "
      "id = 'daily'");
  const std::string first = Add("1", kText);
  UpsertBuilder batch("other");
  batch.Item("2", "T");
  batch.last()->set_simhash(kText);
  batch.request().set_publication("publications/weekly");
  const std::string second = Upsert(batch).at(0);
  EXPECT_NE(ClusterOf(second), "");
  EXPECT_EQ(ClusterOf(first), ClusterOf(second));
}

TEST_F(ClustersTest, ARevisedTextKeepsItsClusterAndMayFindOne) {
  const std::string first = Add("1", kText);
  const std::string second = Add("2", kText);
  const std::string cluster = ClusterOf(second);
  EXPECT_EQ(Add("2", ~kText, kThen, "all new"), second);
  EXPECT_EQ(Get(second).article().revision(), 2);
  EXPECT_EQ(ClusterOf(second), cluster);
  const std::string third = Add("3", kText * 5);
  EXPECT_EQ(ClusterOf(third), "");
  EXPECT_EQ(Add("3", kText ^ 1, kThen, "like the first now"), third);
  EXPECT_EQ(ClusterOf(third), cluster);
  EXPECT_EQ(ClusterOf(first), cluster);
}

TEST_F(ClustersTest, HoldsThirtyTwo) {
  std::set<std::string> clusters;
  for (int i = 0; i < 40; ++i) Add(absl::StrCat(i), kText);
  EXPECT_EQ(Sql("SELECT string_agg(n::text, ',' ORDER BY n DESC) FROM (SELECT count(*) AS n FROM "
                "catalog.articles GROUP BY cluster_key) c"),
            "32,8");
}

TEST_F(ClustersTest, ValidateOnlyAndSameAgainWriteNothing) {
  const std::string first = Add("1", kText);
  UpsertBuilder batch;
  batch.Item("2", "Title 2");
  batch.last()->set_simhash(kText);
  batch.request().set_validate_only(true);
  Upsert(batch);
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.clusters"), "0");
  Add("2", kText);
  const std::string before = Sql("SELECT max(seq) FROM catalog.changes");
  Add("2", kText);
  EXPECT_EQ(Sql("SELECT max(seq) FROM catalog.changes"), before);
}

TEST_F(ClustersTest, ShortTextsStandInNone) {
  Add("1", 0);
  EXPECT_EQ(ClusterOf(Add("2", 0)), "");
}

TEST_F(ClustersTest, TheChangeFeedCarriesIt) {
  const std::string first = Add("1", kText);
  const std::string second = Add("2", kText);
  EXPECT_EQ(Sql(absl::StrCat("SELECT count(DISTINCT a.key) FROM catalog.changes c JOIN "
                             "catalog.articles a ON a.key = c.key AND a.version = c.version "
                             "WHERE a.cluster_key IS NOT NULL AND c.kind = ",
                             static_cast<int>(v1::RESOURCE_KIND_ARTICLE))),
            "2")
      << "each has a change at its present version";
}

// Writers that bring the same stories at the same time, each in an order of its own: none sees the
// others' while they are being written.
TEST_F(ClustersTest, RacingBatchesAgree) {
  constexpr int kWriters = 6;
  constexpr int kStories = 40;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kStories; i += 8) {
        UpsertBuilder batch(absl::StrCat("s", w));
        for (int n = 0; n < 8; ++n) {
          const int story = i + (n * (2 * w + 1)) % 8;
          batch.Item(absl::StrCat(w, "-", story), absl::StrCat("Story ", story, " by ", w));
          batch.last()->set_simhash((kText * (2 * static_cast<uint64_t>(story) + 1)) ^
                                    (uint64_t{1} << w));
        }
        Upsert(batch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles"), absl::StrCat(kWriters * kStories));
  EXPECT_EQ(Sql("SELECT count(*) FROM catalog.articles WHERE cluster_key IS NULL"), "0");
  // Two may be founded at once for one story; none of one member, none of two stories.
  EXPECT_EQ(
      Sql("SELECT count(*) FROM (SELECT cluster_key FROM catalog.articles GROUP BY cluster_key "
          "HAVING count(*) < 2) c"),
      "0");
  EXPECT_EQ(
      Sql("SELECT count(*) FROM catalog.articles a JOIN catalog.articles b USING (cluster_key) "
          "WHERE a.simhash & ~63::bigint <> b.simhash & ~63::bigint"),
      "0");
}

}  // namespace
}  // namespace dateline::catalog::store
