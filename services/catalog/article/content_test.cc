#include "services/catalog/article/content.h"

#include <gtest/gtest.h>

#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "services/catalog/article/path.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using content::v1::Publication;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

TEST(ContentTest, TeaserIsTheEditorsElseTheBodysElseTheFeeds) {
  struct Case {
    const char* body;
    const char* teaser;
    content::v1::TeaserSource given;
    const char* want;
    bool truncated;
    content::v1::TeaserSource source;
  };
  const Case cases[] = {
      {"a b c d", "by hand, with more words than allowed", content::v1::TEASER_SOURCE_EDITOR,
       "by hand, with more words than allowed", false, content::v1::TEASER_SOURCE_EDITOR},
      {"a b c d", "feed", content::v1::TEASER_SOURCE_FEED, "a b c…", true,
       content::v1::TEASER_SOURCE_BODY},
      {"a b c", "feed", content::v1::TEASER_SOURCE_FEED, "a b c", false,
       content::v1::TEASER_SOURCE_BODY},
      {" \n", "from the feed it comes", content::v1::TEASER_SOURCE_FEED, "from the feed…", true,
       content::v1::TEASER_SOURCE_FEED},
      {"", "", content::v1::TEASER_SOURCE_UNSPECIFIED, "", false,
       content::v1::TEASER_SOURCE_UNSPECIFIED},
  };
  Publication publication;
  publication.mutable_teaser_rule()->set_words(3);
  publication.mutable_teaser_rule()->set_ellipsis("…");
  for (const Case& c : cases) {
    SCOPED_TRACE(c.want);
    v1::UpsertItem item;
    item.mutable_derived()->set_body_text(c.body);
    item.mutable_article()->mutable_teaser()->set_text(c.teaser);
    item.mutable_derived()->set_teaser_source(c.given);
    const auto teaser = PrepareContent(item, publication, kNow).teaser();
    EXPECT_EQ(teaser.text(), c.want);
    EXPECT_EQ(teaser.truncated(), c.truncated);
    EXPECT_EQ(teaser.source(), c.source);
  }
}

TEST(ContentTest, PublishTimeIsNeverInTheFuture) {
  v1::UpsertItem item;
  *item.mutable_article()->mutable_publish_time() = TimeToProto(kNow + absl::Hours(1));
  EXPECT_EQ(TimeFromProto(PrepareContent(item, {}, kNow).publish_time()), kNow);
  item.mutable_article()->clear_publish_time();
  EXPECT_EQ(TimeFromProto(PrepareContent(item, {}, kNow).publish_time()), kNow);
}

TEST(ContentTest, WhatTheCatalogDecidesIsIgnored) {
  v1::UpsertItem item;
  item.mutable_article()->set_name("articles/mine");
  item.mutable_article()->set_state(content::v1::ARTICLE_STATE_DRAFT);
  item.mutable_article()->set_revision(9);
  item.mutable_article()->set_cluster("clusters/mine");
  item.mutable_article()->mutable_first_publish_time()->set_seconds(1);
  item.mutable_article()->set_body_text("mine");
  item.mutable_article()->set_word_count(9);
  item.mutable_article()->add_cited_links("https://mine.example/");
  item.mutable_derived()->set_body_text("the text");
  item.mutable_derived()->set_word_count(2);
  const Article article = PrepareContent(item, {}, kNow);
  EXPECT_EQ(article.name(), "");
  EXPECT_EQ(article.state(), content::v1::ARTICLE_STATE_UNSPECIFIED);
  EXPECT_EQ(article.revision(), 0);
  EXPECT_EQ(article.cluster(), "");
  EXPECT_FALSE(article.has_first_publish_time());
  EXPECT_EQ(article.body_text(), "the text");
  EXPECT_EQ(article.word_count(), 2);
  EXPECT_EQ(article.cited_links_size(), 0);
}

TEST(PathTest, FollowsThePattern) {
  Publication publication;
  publication.set_time_zone("Asia/Almaty");
  Article article;
  article.set_title("Ärger — in Zürich");
  *article.mutable_publish_time() =
      TimeToProto(absl::FromCivil(absl::CivilSecond(2022, 12, 31, 23, 0, 0), absl::UTCTimeZone()));
  EXPECT_EQ(MakePath(publication, article, "x"), "/2023/01/arger-in-zurich");
  publication.set_path_pattern("/{year}-{month}-{day}/{id}/{slug}.html");
  EXPECT_EQ(MakePath(publication, article, "x"), "/2023-01-01/x/arger-in-zurich.html");
  article.set_title("!!!");
  publication.clear_path_pattern();
  EXPECT_EQ(MakePath(publication, article, "x"), "/2023/01/x");
}

TEST(PathTest, IsNeverLongerThanAPathMayBe) {
  Publication publication;
  std::string pattern;
  for (int i = 0; i < 80; ++i) pattern += "/{slug}";
  publication.set_path_pattern(pattern);
  Article article;
  article.set_title(std::string(1000, 'x'));
  EXPECT_LE(MakePath(publication, article, "x").size(), 1024u);
}

TEST(PathTest, AnUnknownTimeZoneOfAnOlderBuildIsUtc) {
  Publication publication;
  publication.set_time_zone("../zoneinfo/Asia/Almaty");
  publication.set_path_pattern("/{day}/{slug}");
  Article article;
  article.set_title("a");
  *article.mutable_publish_time() =
      TimeToProto(absl::FromCivil(absl::CivilSecond(2022, 12, 30, 23, 0, 0), absl::UTCTimeZone()));
  EXPECT_EQ(MakePath(publication, article, "x"), "/30/a");
}

TEST(PathTest, AlternativesEndInLongerPiecesOfTheId) {
  const std::string id = "abcdefghijklmnopqrstuvwxyz";
  EXPECT_EQ(AlternativePath("/a", id, 0), "/a-wxyz");
  EXPECT_EQ(AlternativePath("/a", id, 1), "/a-stuvwxyz");
  EXPECT_EQ(AlternativePath("/a", id, 3), "/a-" + id);
  EXPECT_LE(AlternativePath("/" + std::string(2000, 'a'), id, 3).size(), 1024u);
}

TEST(NameTargetsTest, NamesEachTopicOnceAndTheAuthorThatStays) {
  Article article;
  for (const char* topic : {"topics/persia", "topics/oil", "topics/iran"}) {
    article.add_topics()->set_topic(topic);
  }
  article.mutable_topics(0)->set_origin(content::v1::TOPIC_ORIGIN_FEED);
  article.add_bylines()->set_author("authors/jd");
  article.mutable_bylines(0)->set_text("J. D.");
  article.add_bylines()->set_text("Staff");
  NameTargets({{"topics/persia", "topics/iran"}, {"authors/jd", "authors/jane"}}, &article);
  ASSERT_EQ(article.topics_size(), 2);
  EXPECT_EQ(article.topics(0).topic(), "topics/iran");
  EXPECT_EQ(article.topics(0).origin(), content::v1::TOPIC_ORIGIN_FEED);
  EXPECT_EQ(article.topics(1).topic(), "topics/oil");
  EXPECT_EQ(article.bylines(0).author(), "authors/jane");
  EXPECT_EQ(article.bylines(0).text(), "J. D.");
  EXPECT_EQ(article.bylines(1).author(), "");
}

TEST(NamesTest, OnlyNamesOfTheCollectionAreTaken) {
  EXPECT_EQ(api::IdInName(api::kTopics, "topics/us"), "us");
  const std::string too_long = "topics/" + std::string(64, 'a');
  for (const std::string& bad :
       {std::string("topics/"), std::string("topics"), std::string("authors/us"),
        std::string("topics/US"), std::string("topics/a/b"), std::string("topics/-a"),
        std::string("topicsx/a"), too_long, std::string()}) {
    EXPECT_EQ(api::IdInName(api::kTopics, bad), "") << bad;
  }
}

}  // namespace
}  // namespace dateline::catalog::article
