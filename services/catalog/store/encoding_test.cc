#include "services/catalog/store/encoding.h"

#include <gtest/gtest.h>

namespace dateline::catalog::store {
namespace {

TEST(EncodingTest, SnapshotAndRowFieldsTogetherAreTheArticle) {
  content::v1::Article article;
  article.set_name("articles/x");
  article.set_title("T");
  article.set_revision(3);
  article.set_cluster("clusters/c");
  article.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  article.mutable_first_publish_time()->set_seconds(5);
  article.mutable_first_publish_time()->set_nanos(7);
  article.mutable_publish_time()->set_seconds(6);
  article.add_topics()->set_topic("topics/a");
  content::v1::Article read;
  ASSERT_TRUE(read.ParseFromString(EncodeSnapshot(article) + EncodeRowFields(article)));
  EXPECT_EQ(read.SerializeAsString(), article.SerializeAsString());
  // What the row says does not stand in the snapshot: parts of an old time would shine through.
  article.mutable_first_publish_time()->set_nanos(0);
  ASSERT_TRUE(read.ParseFromString(EncodeSnapshot(article) + EncodeRowFields(article)));
  EXPECT_EQ(read.first_publish_time().nanos(), 0);
}

TEST(EncodingTest, DigestIsStableAndTellsPartsApart) {
  // FNV-1a of "a" is a published value; the length of each part follows it.
  EXPECT_EQ(Digest64({"a"}), (0xaf63dc4c8601ec8cu ^ 1u) * 1099511628211u);
  EXPECT_NE(Digest64({"a", "b"}), Digest64({"ab"}));
  EXPECT_NE(Digest64({"a", "b"}), Digest64({"b", "a"}));
}

TEST(EncodingTest, ArticleDigestDoesNotDependOnTheEtag) {
  v1::ArticleRecord record;
  record.set_version(1);
  const uint64_t digest = ArticleDigest("s", {}, record);
  record.set_etag(MakeEtag(1, digest));
  EXPECT_EQ(ArticleDigest("s", {}, record), digest);
  record.set_version(2);
  EXPECT_NE(ArticleDigest("s", {}, record), digest);
}

}  // namespace
}  // namespace dateline::catalog::store
