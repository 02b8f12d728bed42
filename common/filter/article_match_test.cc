#include "common/filter/article_match.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace dateline::filter {
namespace {

using dateline::testing::IsOk;
using ::testing::HasSubstr;

constexpr char kArticle[] = R"pb(
  publication: "publications/daily"
  type: ARTICLE_TYPE_LIVE
  language: "en"
  labels: "opinion"
  labels: "analysis"
  topics { topic: "topics/harbour" }
  topics { topic: "topics/old-name" }
  bylines { author: "authors/jane" }
  bylines { text: "A stranger" }
  images { url: "https://example.org/a.png" }
  rights { flags: "no-syndication" }
  publish_time { seconds: 1767225600 }
)pb";

class ArticleMatchTest : public ::testing::Test {
 protected:
  ArticleMatchTest() {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kArticle, &article_));
  }

  // Whether the article is asked for, where all named values mean `names`.
  bool Asks(const std::string& text, const absl::flat_hash_set<std::string>& names = {}) {
    const auto expression = ParseExpression(text, "filter", kArticleFields);
    if (!expression.ok()) {
      ADD_FAILURE() << expression.status();
      return false;
    }
    EXPECT_THAT(CheckArticleValues(*expression, "filter"), IsOk());
    ArticleMatcher matcher{*expression, {}};
    Fill(*expression, names, &matcher);
    return Matches(matcher, article_);
  }

  static void Fill(const Expression& expression, const absl::flat_hash_set<std::string>& names,
                   ArticleMatcher* matcher) {
    matcher->names[expression.column] = names;
    for (const Expression& part : expression.parts) Fill(part, names, matcher);
  }

  content::v1::Article article_;
};

TEST_F(ArticleMatchTest, TakesAnArticleByEachField) {
  EXPECT_TRUE(Asks("publication = publications/daily"));
  EXPECT_TRUE(
      Asks("language = en AND type = LIVE AND label:analysis AND rights_flag = no-syndication"));
  EXPECT_TRUE(Asks("access = FREE"));
  EXPECT_TRUE(Asks("has_image"));
  EXPECT_TRUE(Asks("publish_time = 2026-01-01 AND publish_time <= 2026-01-01"));
  EXPECT_TRUE(Asks("publish_time >= 2025-12-31 AND publish_time > 2025-12-31"));
  EXPECT_TRUE(Asks("publish_time < 2026-01-02"));
}

TEST_F(ArticleMatchTest, LeavesAnArticleByEachField) {
  EXPECT_FALSE(Asks("publication = publications/weekly"));
  EXPECT_FALSE(Asks("language = de OR type = VIDEO OR label = brief OR rights_flag = x"));
  EXPECT_FALSE(Asks("access = PAID"));
  EXPECT_FALSE(Asks("has_image = false"));
  EXPECT_FALSE(Asks("publish_time != 2026-01-01"));
  EXPECT_FALSE(Asks("publish_time < 2026-01-01"));
}

TEST_F(ArticleMatchTest, KnowsTopicsAndAuthorsByAllNamesThatAreMeant) {
  EXPECT_TRUE(Asks("topic = topics/new-name", {"topics/new-name", "topics/old-name"}));
  EXPECT_FALSE(Asks("topic = topics/new-name", {"topics/new-name"}));
  EXPECT_TRUE(Asks("author = authors/j", {"authors/j", "authors/jane"}));
  EXPECT_FALSE(Asks("author = authors/j", {"authors/j"}));
  EXPECT_FALSE(Asks("topic = topics/deleted"));
}

TEST_F(ArticleMatchTest, JoinsConditions) {
  EXPECT_TRUE(Asks("NOT language = de AND (label = opinion OR label = brief)"));
  EXPECT_FALSE(Asks("-(language = en AND label = opinion)"));
  EXPECT_TRUE(Asks("label != brief"));
  EXPECT_FALSE(Asks("label != opinion"));
}

TEST_F(ArticleMatchTest, RefusesValuesThatNoArticleHas) {
  const auto check = [](const std::string& text) {
    return std::string(CheckArticleValues(*ParseExpression(text, "webhook.filter", kArticleFields),
                                          "webhook.filter")
                           .message());
  };
  EXPECT_THAT(check("language = en AND type = NOVEL"), HasSubstr("is not a known type"));
  EXPECT_THAT(check("access = GRATIS"), HasSubstr("is not a known access"));
  EXPECT_THAT(check("has_image = perhaps"), HasSubstr("webhook.filter"));
  EXPECT_THAT(check("publish_time > yesterday"), HasSubstr("webhook.filter"));
}

}  // namespace
}  // namespace dateline::filter
