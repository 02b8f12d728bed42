#include "services/ingestion/pipeline/pushed_article.h"

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/testing/status_matchers.h"

namespace dateline::ingestion::pipeline {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

v1::Source Archive() {
  v1::Source source;
  source.set_name("sources/archive");
  source.add_canonical_hosts("news.example.org");
  return source;
}

v1::IngestArticlesRequest Pushed(const std::string& id) {
  v1::IngestArticlesRequest pushed;
  pushed.set_entry_id(id);
  pushed.mutable_article()->set_title("Title");
  return pushed;
}

DocumentEntry Read(const v1::IngestArticlesRequest& pushed) {
  return ReadPushedArticle(pushed, Archive(), kNow);
}

TEST(ReadPushedArticle, MakesParagraphsOfPlainText) {
  const struct {
    std::string text;
    std::string html;
  } kCases[] = {
      {"", ""},
      {"one", "<p>one</p>"},
      {"one\ntwo", "<p>one\ntwo</p>"},
      {"one\n\n\ntwo\n", "<p>one</p><p>two</p>"},
      {"one\n    two\nthree", "<p>one</p><p>two\nthree</p>"},
      {"a <IBM> & b", "<p>a &lt;IBM&gt; &amp; b</p>"},
      {"one\r\n\r\ntwo\r\n", "<p>one</p><p>two</p>"},
  };
  for (const auto& c : kCases) {
    v1::IngestArticlesRequest pushed = Pushed("1");
    pushed.mutable_article()->set_body_text(c.text);
    EXPECT_EQ(Read(pushed).item.article().body_html(), c.html) << c.text;
  }
}

TEST(ReadPushedArticle, IsKnownByIdThenAddressThenTitleAndDate) {
  v1::IngestArticlesRequest pushed = Pushed(" id-1 ");
  pushed.mutable_article()->set_canonical_url("https://News.example.org/a?utm_source=x");
  DocumentEntry entry = Read(pushed);
  EXPECT_EQ(entry.entry_id, "id:id-1");
  EXPECT_EQ(entry.item.article().canonical_url(), "https://news.example.org/a");
  pushed.clear_entry_id();
  EXPECT_EQ(Read(pushed).entry_id, "link://news.example.org/a");
  pushed.mutable_article()->clear_canonical_url();
  pushed.mutable_article()->mutable_publish_time()->set_seconds(1'000'000'000);
  entry = Read(pushed);
  EXPECT_FALSE(entry.entry_id.empty());
  EXPECT_EQ(entry.fate, EntryFate::kDeliver);
  EXPECT_EQ(Read(pushed).entry_id, entry.entry_id);
  v1::IngestArticlesRequest nothing;
  EXPECT_EQ(Read(nothing).fate, EntryFate::kReject);
  EXPECT_THAT(Read(nothing).rejection, HasReason(errors::v1::ERROR_REASON_EMPTY_ENTRY));
}

TEST(ReadPushedArticle, ALinkWithoutABodyLeadsElsewhere) {
  v1::IngestArticlesRequest pushed = Pushed("1");
  pushed.mutable_article()->set_canonical_url("https://elsewhere.example.com/a");
  const DocumentEntry entry = Read(pushed);
  EXPECT_EQ(entry.item.article().type(), content::v1::ARTICLE_TYPE_LINK);
  EXPECT_EQ(entry.item.article().external_url(), "https://elsewhere.example.com/a");
  EXPECT_EQ(entry.item.article().canonical_url(), "");
}

TEST(ReadPushedArticle, AnEditorsTeaserIsKeptAndAnothersIsASummary) {
  v1::IngestArticlesRequest pushed = Pushed("1");
  pushed.mutable_article()->set_body_text("A body.");
  pushed.mutable_article()->set_teaser("In  short");
  EXPECT_FALSE(Read(pushed).item.article().has_teaser());
  pushed.mutable_article()->set_teaser_use(v1::TEASER_USE_EDITOR);
  EXPECT_EQ(Read(pushed).item.article().teaser().text(), "In short");
  EXPECT_EQ(Read(pushed).item.derived().teaser_source(), content::v1::TEASER_SOURCE_EDITOR);
}

TEST(ReadPushedArticle, TheHashIsOfTheContentAlone) {
  v1::IngestArticlesRequest pushed = Pushed("1");
  const std::string hash = Read(pushed).item.content_hash();
  pushed.set_entry_position(5);
  pushed.set_request_id("r");
  EXPECT_EQ(Read(pushed).item.content_hash(), hash);
  EXPECT_EQ(ReadPushedArticle(pushed, Archive(), kNow + absl::Hours(1)).item.content_hash(), hash);
  pushed.mutable_article()->add_labels("opinion");
  EXPECT_NE(Read(pushed).item.content_hash(), hash);
}

TEST(ReadPushedArticle, ObservedWhenItSaysButNeverInTheFuture) {
  v1::IngestArticlesRequest pushed = Pushed("1");
  *pushed.mutable_observe_time() = TimeToProto(kNow - absl::Hours(1));
  EXPECT_EQ(TimeFromProto(Read(pushed).item.observe_time()), kNow - absl::Hours(1));
  *pushed.mutable_observe_time() = TimeToProto(kNow + absl::Hours(1));
  EXPECT_EQ(TimeFromProto(Read(pushed).item.observe_time()), kNow);
}

TEST(ReadPushedArticle, APlanIsNotPublishedNow) {
  v1::IngestArticlesRequest pushed = Pushed("1");
  *pushed.mutable_article()->mutable_publish_time() = TimeToProto(kNow + absl::Minutes(1));
  EXPECT_THAT(Read(pushed).rejection, IsOk());
  EXPECT_EQ(TimeFromProto(Read(pushed).item.article().publish_time()), kNow);
  *pushed.mutable_article()->mutable_publish_time() = TimeToProto(kNow + absl::Hours(1));
  EXPECT_THAT(Read(pushed).rejection, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST(ReadPushedArticle, GivenImagesStandBeforeThoseOfTheBody) {
  v1::IngestArticlesRequest pushed = Pushed("1");
  pushed.mutable_article()->set_body_html(
      "<p><img src='https://news.example.org/b.jpg'><img "
      "src='https://news.example.org/a.jpg'></p>");
  content::v1::Image& image = *pushed.mutable_article()->add_images();
  image.set_url("https://news.example.org/a.jpg");
  image.set_caption("The caption");
  const content::v1::Article article = Read(pushed).item.article();
  ASSERT_EQ(article.images_size(), 2);
  EXPECT_EQ(article.images(0).caption(), "The caption");
  EXPECT_EQ(article.images(1).url(), "https://news.example.org/b.jpg");
}

}  // namespace
}  // namespace dateline::ingestion::pipeline
