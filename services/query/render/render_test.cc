// That feeds hold what they must; that readers of other makes find it there again shows
// tests/e2e/feed_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "services/query/render/feed.h"
#include "services/query/render/xml_writer.h"

namespace dateline::query::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

FeedHead Head() {
  return {.title = "Rain & shine",
          .publisher = "The Paper",
          .home_page = "https://p.example/rain",
          .self_url = "https://p.example/rain.xml?a=1&b=2",
          .hub_url = "https://hub.example/",
          .language = "en",
          .update_time = absl::FromUnixSeconds(1'700'000'000)};
}

FeedItem Item(int number) {
  FeedItem item;
  content::v1::Article& article = item.article;
  article.set_name(absl::StrCat("articles/a", number));
  article.set_title("<Rain> & \"shine\"");
  article.set_body_html("<p>It rains.</p>");
  article.mutable_teaser()->set_text("It\x01 rains\xef\xbf\xbe...");
  *article.mutable_publish_time() = TimeToProto(absl::FromUnixSeconds(1'700'000'000));
  auto& file = *article.add_media();
  file.set_url("https://p.example/1.mp3");
  item.link = "https://p.example/1";
  item.authors = {"Ann"};
  item.categories = {"Weather"};
  return item;
}

TEST(RenderTest, RssHasItsLinksAndEscapes) {
  const std::string rss = RenderRss(Head(), {Item(1)}, {.whole_text = true});
  EXPECT_THAT(rss, HasSubstr("<title>&lt;Rain&gt; &amp; &quot;shine&quot;</title>"));
  EXPECT_THAT(rss, HasSubstr("<guid isPermaLink=\"false\">urn:dateline:articles:a1</guid>"));
  EXPECT_THAT(rss, HasSubstr("<pubDate>Tue, 14 Nov 2023 22:13:20 +0000</pubDate>"));
  EXPECT_THAT(rss, HasSubstr("rel=\"hub\" href=\"https://hub.example/\""));
  EXPECT_THAT(rss, HasSubstr("href=\"https://p.example/rain.xml?a=1&amp;b=2\""));
  EXPECT_THAT(rss, HasSubstr("<description>It rains...</description>"));
  EXPECT_THAT(rss, HasSubstr("&lt;p&gt;It rains.&lt;/p&gt;"));
  EXPECT_THAT(RenderRss(Head(), {Item(1)}, {}), Not(HasSubstr("content:encoded>")));
}

TEST(RenderTest, AtomHasWhatRfc4287Requires) {
  const std::string atom = RenderAtom(Head(), {Item(1)}, {.whole_text = true});
  EXPECT_THAT(atom, HasSubstr("<updated>2023-11-14T22:13:20Z</updated>"));
  EXPECT_THAT(atom, HasSubstr("<id>urn:dateline:articles:a1</id>"));
  EXPECT_THAT(atom, HasSubstr("<author><name>The Paper</name></author>"));
  EXPECT_THAT(atom, HasSubstr("<content type=\"html\">&lt;p&gt;It rains.&lt;/p&gt;</content>"));
  EXPECT_THAT(RenderAtom({}, {}, {}), HasSubstr("<id>urn:dateline:feed</id>"));
}

TEST(RenderTest, JsonFeedHasOneContentAnItem) {
  const std::string whole = RenderJsonFeed(Head(), {Item(1)}, {.whole_text = true});
  EXPECT_THAT(whole, HasSubstr("\"content_html\":\"<p>It rains.</p>\""));
  EXPECT_THAT(whole, HasSubstr("\"mime_type\":\"application/octet-stream\""));
  EXPECT_THAT(whole,
              HasSubstr("\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/\"}]"));
  const std::string teaser = RenderJsonFeed(Head(), {Item(1)}, {});
  EXPECT_THAT(teaser, HasSubstr("\"content_text\":"));
  EXPECT_THAT(teaser, Not(HasSubstr("content_html")));
}

TEST(RenderTest, EndsWhereItIsFull) {
  const std::vector<FeedItem> items = {Item(1), Item(2), Item(3)};
  const FeedOptions full = {.max_bytes = 1};
  for (const std::string& feed : {RenderRss(Head(), items, full), RenderAtom(Head(), items, full),
                                  RenderJsonFeed(Head(), items, full)}) {
    EXPECT_TRUE(absl::StrContains(feed, "articles:a1"));
    EXPECT_FALSE(absl::StrContains(feed, "articles:a2"));
  }
}

}  // namespace
}  // namespace dateline::query::render
