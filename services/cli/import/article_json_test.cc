#include "services/cli/import/article_json.h"

#include "common/testing/status_matchers.h"

namespace dateline::cli {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using ingestion::v1::IngestArticlesRequest;

IngestArticlesRequest Read(const std::string& line, const std::string& map = "",
                           BodyForm body = BodyForm::kText) {
  const auto reader = ArticleReader::Create(map, body);
  EXPECT_THAT(reader, IsOk());
  const auto request = reader->Read(line);
  EXPECT_THAT(request, IsOk()) << line;
  return request.value_or(IngestArticlesRequest());
}

std::string TopicsOf(const IngestArticlesRequest& request) {
  std::string out;
  for (const auto& category : request.categories()) out += category.term() + " ";
  return out;
}

TEST(ArticleReader, ReadsTheFieldsByTheirUsualNames) {
  const IngestArticlesRequest request = Read(
      R"({"guid": "g-1", "headline": "Title", "standfirst": "Below", "content": "Body <IBM>",)"
      R"( "summary": "Short", "author": "By Rich Miller, Reuters", "tags": ["a", "b"],)"
      R"( "category": "c", "published_at": "2022-11-03T12:30:00+01:00", "url": "https://x.org/1",)"
      R"( "lang": "en", "labels": "opinion", "images": [{"url": "https://x.org/i.jpg"}],)"
      R"( "weight": 3, "nothing": null})");
  EXPECT_EQ(request.entry_id(), "g-1");
  const ingestion::v1::PushedArticle& article = request.article();
  EXPECT_EQ(article.title(), "Title");
  EXPECT_EQ(article.subtitle(), "Below");
  EXPECT_EQ(article.body_text(), "Body <IBM>");
  EXPECT_EQ(article.body_html(), "");
  EXPECT_EQ(article.teaser(), "Short");
  ASSERT_EQ(article.bylines_size(), 1);
  EXPECT_EQ(article.bylines(0).text(), "By Rich Miller, Reuters");
  EXPECT_EQ(TopicsOf(request), "c a b ");
  EXPECT_EQ(article.publish_time().seconds(), 1'667'475'000);
  EXPECT_EQ(article.canonical_url(), "https://x.org/1");
  EXPECT_EQ(article.language(), "en");
  EXPECT_EQ(article.labels(0), "opinion");
  EXPECT_EQ(article.images(0).url(), "https://x.org/i.jpg");
}

TEST(ArticleReader, TakesAuthorsInEveryForm) {
  const struct {
    const char* value;
    std::vector<std::string> authors;
  } kCases[] = {
      {R"("")", {}},
      {R"(null)", {}},
      {R"([])", {}},
      {R"("A")", {"A"}},
      {R"([" A ", "B"])", {"A", "B"}},
      {R"({"name": "A"})", {"A"}},
      {R"([{"name": "A", "url": "u"}, {"email": "x"}, null])", {"A"}},
  };
  for (const auto& c : kCases) {
    std::vector<std::string> authors;
    const IngestArticlesRequest request =
        Read(std::string(R"({"title": "T", "authors": )") + c.value + "}");
    for (const auto& byline : request.article().bylines()) {
      authors.push_back(byline.text());
    }
    EXPECT_EQ(authors, c.authors) << c.value;
  }
}

TEST(ArticleReader, MapsOtherNames) {
  const std::string line =
      R"({"number": 17, "id": "no", "places": ["uk", "usa"], "topics": ["grain"], "tags": ["no"]})";
  const IngestArticlesRequest request = Read(line, "id=number, topics=topics+places");
  EXPECT_EQ(request.entry_id(), "17");
  EXPECT_EQ(TopicsOf(request), "grain uk usa ");
  EXPECT_THAT(ArticleReader::Create("colour=x", BodyForm::kText),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ArticleReader, TakesTheBodyInEveryForm) {
  const std::string line = R"({"body": "*a*\n\nb <i>c</i>"})";
  EXPECT_EQ(Read(line).article().body_text(), "*a*\n\nb <i>c</i>");
  EXPECT_EQ(Read(line, "", BodyForm::kHtml).article().body_html(), "*a*\n\nb <i>c</i>");
  EXPECT_EQ(Read(line, "", BodyForm::kMarkdown).article().body_html(),
            "<p><em>a</em></p>\n<p>b <i>c</i></p>\n");
  // HTML says more than text.
  const IngestArticlesRequest both = Read(R"({"body_text": "t", "body_html": "<p>h</p>"})");
  EXPECT_EQ(both.article().body_html(), "<p>h</p>");
}

TEST(ArticleReader, SaysWhatIsWrongWithALine) {
  const struct {
    const char* line;
    const char* why;
  } kCases[] = {
      {"", "is no JSON, or no UTF-8"},
      {"{", "is no JSON, or no UTF-8"},
      {"{\"title\": \"\xff\"}", "is no JSON, or no UTF-8"},
      {"{} {}", "is no JSON, or no UTF-8"},
      {"[1]", "is no JSON object"},
      {R"({"title": ["a"]})", "title: is no text"},
      {R"({"title": true})", "title: is no text"},
      {R"({"date": "605"})", "date: \"605\" cannot be read"},
      {R"({"date": "03/04/2020"})", "date: \"03/04/2020\" cannot be read"},
      {R"({"date": {}})", "date: is no text"},
      {R"({"topics": [["a"]]})", "topics: is a list of lists"},
      {R"({"authors": false})", "authors: is no text"},
  };
  const auto reader = ArticleReader::Create("", BodyForm::kText);
  ASSERT_THAT(reader, IsOk());
  for (const auto& c : kCases) {
    const absl::Status status = reader->Read(c.line).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << c.line;
    EXPECT_EQ(status.message(), c.why) << c.line;
  }
}

}  // namespace
}  // namespace dateline::cli
