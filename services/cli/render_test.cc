#include "services/cli/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/errors/errors.h"

namespace dateline::cli {
namespace {

using ::testing::HasSubstr;

content::v1::Article Headline(const std::string& title, const std::string& teaser, bool truncated) {
  content::v1::Article article;
  article.set_title(title);
  article.mutable_teaser()->set_text(teaser);
  article.mutable_teaser()->set_truncated(truncated);
  return article;
}

TEST(RenderFeedTest, PrintsWhatTheFeedAndItsEntriesSay) {
  ingestion::v1::Feed feed;
  feed.set_format(ingestion::v1::FEED_FORMAT_RSS_20);
  feed.set_title("News");
  feed.add_hub_links("https://h.example/");
  feed.mutable_ttl()->set_seconds(3600);
  feed.add_skip_hours(3);
  feed.set_fault("unescaped ampersand (line 3)");
  ingestion::v1::FeedEntry& entry = *feed.add_entries();
  entry.add_authors()->set_email("ann@a.example");
  entry.add_unparsed_dates("soon");
  entry.add_enclosures()->set_url("https://a.example/1.mp3");
  EXPECT_EQ(RenderFeed(feed),
            "Format: rss_20\nTitle: News\nHubs: https://h.example/\nAsks to wait: 3600s\n"
            "Not at hours: 3\nFault: unescaped ampersand (line 3)\nEntries: 1\n\n(no title)\n"
            "  by: ann@a.example\n  date not understood: soon\n  file: https://a.example/1.mp3\n"
            "  words: 0\n");
}

TEST(RenderTopicPageTest, PrintsHeadlinesWithTeasersAndMore) {
  query::v1::GetTopicPageResponse page;
  page.mutable_topic()->set_display_name("Harbours");
  *page.add_articles() = Headline("First", "One two...", true);
  *page.add_articles() = Headline("Second", "Short.", false);
  *page.add_articles() = Headline("Third", "", false);
  EXPECT_EQ(RenderTopicPage(page),
            "Latest Articles about Harbours\n\n"
            "First\n\nOne two... MORE\n\n"
            "Second\n\nShort.\n\n"
            "Third\n");
}

TEST(RenderTopicPageTest, SaysWhenThereIsNothing) {
  query::v1::GetTopicPageResponse page;
  page.mutable_topic()->set_display_name("Harbours");
  EXPECT_EQ(RenderTopicPage(page), "Latest Articles about Harbours\n\nNo articles yet.\n");
}

TEST(RenderRedirectTest, SaysWhereAnArticleWent) {
  query::v1::Redirect redirect;
  redirect.set_target("/2022/new");
  EXPECT_EQ(RenderRedirect(redirect), "Moved for now to /2022/new\n");
  redirect.set_permanent(true);
  EXPECT_EQ(RenderRedirect(redirect), "Moved for good to /2022/new\n");
}

TEST(RenderExplanationTest, SaysOfEachConditionWhetherItHoldsAndWhenItTurns) {
  query::v1::ExplainListingResponse explanation;
  explanation.add_conditions()->set_condition("has topics/rain");
  explanation.mutable_conditions(0)->set_holds(true);
  explanation.add_conditions()->set_condition("embargo_time has come");
  explanation.mutable_conditions(1)->mutable_time()->set_seconds(1'700'000'000);
  explanation.mutable_conditions(1)->mutable_time()->set_nanos(500'000'000);
  EXPECT_EQ(RenderExplanation(explanation),
            "not listed\n  yes  has topics/rain\n"
            "  no   embargo_time has come (2023-11-14T22:13:20.500Z)\n");
  explanation.mutable_conditions()->Clear();
  explanation.set_listed(true);
  EXPECT_EQ(RenderExplanation(explanation), "listed\n");
}

TEST(RenderIngestedTest, NamesWhatWasRejectedAndWhy) {
  ingestion::v1::IngestDocumentResponse response;
  response.mutable_counts()->set_created(1);
  response.mutable_counts()->set_rejected(1);
  response.add_entries()->set_outcome(catalog::v1::UPSERT_OUTCOME_CREATED);
  auto& rejected = *response.add_entries();
  rejected.set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
  rejected.set_entry_position(1);
  rejected.set_title("Too long");
  rejected.mutable_error()->set_message("article.title: has 1,001 code points");
  const std::string text = RenderIngested("a.xml", response);
  EXPECT_THAT(text, HasSubstr("a.xml: "));
  EXPECT_THAT(text, HasSubstr("entries 2, created 1"));
  EXPECT_THAT(text,
              HasSubstr("rejected: entry 1 (Too long): article.title: has 1,001 code points\n"));
}

TEST(RenderErrorTest, ShowsCodeTextAndReason) {
  const std::string text = RenderError(error::ResourceNotFound("topics/nowhere"));
  EXPECT_THAT(text, HasSubstr("NOT_FOUND"));
  EXPECT_THAT(text, HasSubstr("topics/nowhere"));
  EXPECT_THAT(text, HasSubstr("[RESOURCE_NOT_FOUND]"));
}

}  // namespace
}  // namespace dateline::cli
