// Documents over gRPC, delivered to a catalog in memory.

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "services/ingestion/testing/ingestion_test_server.h"
#include "services/ingestion/testing/test_documents.h"

namespace dateline::ingestion {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using testing::Rss;
using testing::RssItem;
using Stub = v1::IngestionService::Stub;

class DocumentsServiceTest : public testing::IngestionTest {
 protected:
  void SetUp() override { ASSERT_THAT(CreateSource("news"), IsOk()); }

  // Topics and their origins of the only article.
  std::string TopicsOfTheArticle() {
    std::string text;
    const auto articles = catalog_.articles();
    EXPECT_EQ(articles.size(), 1U);
    for (const auto& [key, article] : articles) {
      for (const auto& topic : article.topics()) {
        absl::StrAppend(&text, topic.topic().substr(7), ":", topic.origin(), " ");
      }
    }
    return text;
  }
};

TEST_F(DocumentsServiceTest, AnswersEntryByEntryAndOnceOnly) {
  const std::string document =
      Rss(absl::StrCat(RssItem("1", "One"), RssItem("2", "please refuse this"),
                       "<item><pubDate>today</pubDate></item>", RssItem("4", "Four")));
  v1::IngestDocumentResponse response;
  ASSERT_THAT(Ingest("news", document, &response), IsOk());
  ASSERT_EQ(response.entries_size(), 4);
  EXPECT_EQ(response.entries(0).outcome(), catalog::v1::UPSERT_OUTCOME_CREATED);
  EXPECT_EQ(catalog_.article(response.entries(0).article()).title(), "One");
  EXPECT_EQ(response.entries(1).outcome(), catalog::v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_EQ(response.entries(2).outcome(), catalog::v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_EQ(response.entries(3).entry_position(), 3);
  EXPECT_EQ(response.counts().created(), 2);
  EXPECT_EQ(response.counts().rejected(), 2);
  EXPECT_EQ(response.position(), catalog_.Head());
  EXPECT_EQ(response.feed().title(), "News");
  EXPECT_EQ(response.feed().entries_size(), 0);
  EXPECT_EQ(ListRejects("sources/news").size(), 2U);
  ASSERT_THAT(Ingest("news", document, &response), IsOk());
  EXPECT_EQ(response.counts().unchanged(), 2);
  EXPECT_EQ(catalog_.articles().size(), 2U);
  EXPECT_EQ(ListRejects("sources/-").size(), 2U);
  ASSERT_THAT(Ingest("news", Rss(RssItem("1", "One, corrected")), &response), IsOk());
  EXPECT_EQ(response.counts().revised(), 1);
}

TEST_F(DocumentsServiceTest, AnEntryThatBreaksABoundDoesNotFailTheOthers) {
  v1::IngestDocumentResponse response;
  const std::string document =
      R"({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [
          {"id": "1", "title": "One", "content_text": "a"},
          {"id": "2\u0000", "title": "Two\u0000\u0001", "content_text": "b"},
          {"id": "3", "title": "Three", "content_text": "c"}]})";
  ASSERT_THAT(Ingest("news", document, &response), IsOk());
  EXPECT_EQ(response.counts().created() + response.counts().rejected(), 3);
  EXPECT_GE(response.counts().created(), 2);
}

TEST_F(DocumentsServiceTest, ValidateOnlyWritesNothing) {
  v1::IngestDocumentResponse response;
  const std::string document =
      Rss(RssItem("1", "One", "<category>New topic</category>") + RssItem("2", "refuse"));
  ASSERT_THAT(Ingest("news", document, &response, /*validate_only=*/true), IsOk());
  EXPECT_EQ(response.counts().created(), 1);
  EXPECT_TRUE(catalog_.articles().empty());
  EXPECT_TRUE(catalog_.topics().empty());
  EXPECT_FALSE(Ingest("news", "no feed", &response, /*validate_only=*/true).ok());
  EXPECT_TRUE(ListRejects("sources/-").empty());
}

TEST_F(DocumentsServiceTest, RefusesAndKeepsWhatItCannotRead) {
  v1::IngestDocumentResponse response;
  const struct {
    std::string document;
    errors::v1::ErrorReason reason;
  } kCases[] = {
      {"<html><body>Hello</body></html>", errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
      {"\x01\x02\x03", errors::v1::ERROR_REASON_UNKNOWN_FORMAT},
  };
  for (const auto& c : kCases) {
    const absl::Status status = Ingest("news", c.document, &response);
    EXPECT_THAT(status, HasReason(c.reason));
    const auto rejects = ListRejects("sources/news");
    ASSERT_FALSE(rejects.empty());
    EXPECT_EQ(rejects[0].content(), c.document);
    EXPECT_EQ(rejects[0].entry_position(), -1);
  }
  EXPECT_THAT(Ingest("news", "", &response), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Ingest("none", "x", &response),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(DocumentsServiceTest, DeliversInBatches) {
  std::string items;
  for (int i = 0; i < 450; ++i) {
    absl::StrAppend(&items, RssItem(absl::StrCat(i), absl::StrCat("T", i)));
  }
  v1::IngestDocumentResponse response;
  ASSERT_THAT(Ingest("news", Rss(items), &response), IsOk());
  EXPECT_EQ(catalog_.batches(), (std::vector<int>{200, 200, 50}));
  EXPECT_EQ(response.counts().created(), 450);
  // Few but large ones: 4 MiB at most.
  items.clear();
  for (int i = 0; i < 4; ++i) {
    absl::StrAppend(&items, RssItem(absl::StrCat("big", i), "Big",
                                    absl::StrCat("<description>", std::string(600'000, 'x'),
                                                 "</description>")));
  }
  ASSERT_THAT(Ingest("news", Rss(items), &response), IsOk());
  EXPECT_EQ(response.counts().created(), 4);
  EXPECT_EQ(catalog_.batches(), (std::vector<int>{200, 200, 50, 3, 1}));
}

TEST_F(DocumentsServiceTest, FindsTopicsByRuleNameAliasAndText) {
  v1::Source source;
  (*source.mutable_topics()->mutable_mapping())["KZ"] = "topics/kazakhstan";
  (*source.mutable_topics()->mutable_mapping())["Misc"] = "";
  source.mutable_topics()->set_tag_text(true);
  ASSERT_THAT(CreateSource("tagged", "", source), IsOk());
  content::v1::Topic topic;
  topic.set_name("topics/kazakhstan");
  topic.set_display_name("Kazakhstan");
  catalog_.PutTopic(topic);
  topic.set_name("topics/energy");
  topic.set_display_name("Energy");
  topic.add_aliases("Énergie");
  catalog_.PutTopic(topic);
  topic.Clear();
  topic.set_name("topics/gas");
  topic.set_display_name("Natural gas");
  topic.set_state(content::v1::TOPIC_STATE_MERGED);
  topic.set_merged_into("topics/energy");
  catalog_.PutTopic(topic);
  topic.Clear();
  topic.set_name("topics/uzbekistan");
  topic.set_display_name("Uzbekistan");
  catalog_.PutTopic(topic);
  v1::IngestDocumentResponse response;
  ASSERT_THAT(Ingest("tagged",
                     Rss(RssItem("1", "On Uzbekistan",
                                 "<category>énergie</category><category>KZ</category>"
                                 "<category>natural GAS</category><category>Misc</category>"
                                 "<category>Rail &amp; road</category>")),
                     &response),
              IsOk());
  EXPECT_EQ(TopicsOfTheArticle(),
            absl::StrCat("energy:", content::v1::TOPIC_ORIGIN_FEED,
                         " kazakhstan:", content::v1::TOPIC_ORIGIN_FEED,
                         " rail-road:", content::v1::TOPIC_ORIGIN_FEED,
                         " uzbekistan:", content::v1::TOPIC_ORIGIN_AUTO, " "));
  EXPECT_EQ(catalog_.topics().at("topics/rail-road").state(), content::v1::TOPIC_STATE_PROPOSED);
}

TEST_F(DocumentsServiceTest, CreatesOrIgnoresUnknownCategoriesAsThePolicySays) {
  const std::string document = Rss(RssItem("1", "One", "<category>Sea ports</category>"));
  v1::Source source;
  v1::IngestDocumentResponse response;
  source.mutable_topics()->set_unknown(v1::UNKNOWN_CATEGORIES_IGNORE);
  ASSERT_THAT(CreateSource("ignores", "", source), IsOk());
  ASSERT_THAT(Ingest("ignores", document, &response), IsOk());
  EXPECT_TRUE(catalog_.topics().empty());
  source.mutable_topics()->set_unknown(v1::UNKNOWN_CATEGORIES_CREATE);
  ASSERT_THAT(CreateSource("creates", "", source), IsOk());
  ASSERT_THAT(Ingest("creates", document, &response), IsOk());
  EXPECT_EQ(catalog_.topics().at("topics/sea-ports").state(), content::v1::TOPIC_STATE_ACTIVE);
}

TEST_F(DocumentsServiceTest, TakesRejectsWhenTheirReasonIsGone) {
  v1::IngestDocumentResponse response;
  ASSERT_THAT(Ingest("news", Rss(RssItem("1", "refuse", "<category>Ports</category>")), &response),
              IsOk());
  const auto rejects = ListRejects("sources/news");
  ASSERT_EQ(rejects.size(), 1U);
  v1::RetryRejectRequest retry;
  v1::RetryRejectResponse retried;
  retry.set_name(rejects[0].name());
  ASSERT_THAT(Call(&Stub::RetryReject, retry, &retried), IsOk());
  ASSERT_EQ(retried.entries_size(), 1);
  EXPECT_EQ(retried.entries(0).outcome(), catalog::v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_EQ(ListRejects("sources/news").size(), 1U);

  // The catalog has learnt to take such titles.
  catalog::v1::UpsertItem item;
  ASSERT_TRUE(item.ParseFromString(rejects[0].content()));
  item.mutable_article()->set_title("fine now");
  ASSERT_THAT(
      store_->AddRejects(RequestContext::Background("test"),
                         store_->Get(RequestContext::Background("test"), "sources/news")->key,
                         {{error::EmptyEntry(), 0, "fine now", item.SerializeAsString()}}),
      IsOk());
  retry.set_name(ListRejects("sources/news")[0].name());
  ASSERT_THAT(Call(&Stub::RetryReject, retry, &retried), IsOk());
  EXPECT_EQ(retried.entries(0).outcome(), catalog::v1::UPSERT_OUTCOME_CREATED);
  EXPECT_EQ(TopicsOfTheArticle(), absl::StrCat("ports:", content::v1::TOPIC_ORIGIN_FEED, " "));
  EXPECT_EQ(ListRejects("sources/news").size(), 1U);
  EXPECT_THAT(Call(&Stub::RetryReject, retry, &retried),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  retry.set_name("sources/news/rejects/first");
  EXPECT_THAT(Call(&Stub::RetryReject, retry, &retried),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(DocumentsServiceTest, CountsNothingAsTakenWhileTheCatalogIsAway) {
  catalog_.FailUpserts(1, error::DatabaseUnavailable());
  v1::IngestDocumentResponse response;
  const absl::Status status = Ingest("news", Rss(RssItem("1", "One")), &response);
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  EXPECT_TRUE(ListRejects("sources/-").empty());
  ASSERT_THAT(Ingest("news", Rss(RssItem("1", "One")), &response), IsOk());
  EXPECT_EQ(response.counts().created(), 1);
  rpc::ChannelOptions nowhere;
  nowhere.address = "127.0.0.1:1";
  Start(dateline::testing::PostgresCluster::Shared().ConnInfo(database_, "dateline_ingestion"),
        rpc::MakeChannel(nowhere));
  EXPECT_THAT(Ingest("news", Rss(RssItem("1", "One")), &response),
              HasReason(errors::v1::ERROR_REASON_PEER_UNAVAILABLE));
}

TEST_F(DocumentsServiceTest, InspectsWithoutWriting) {
  v1::InspectDocumentRequest request;
  v1::InspectDocumentResponse response;
  request.set_document(
      Rss(RssItem("1", "One", "<description>&lt;b onclick='x'&gt;Bold&lt;/b&gt;</description>")));
  ASSERT_THAT(Call(&Stub::InspectDocument, request, &response), IsOk());
  ASSERT_EQ(response.feed().entries_size(), 1);
  EXPECT_EQ(response.feed().entries(0).summary(), "Bold");
  EXPECT_EQ(response.feed().format(), v1::FEED_FORMAT_RSS_20);
  request.set_document("hello");
  EXPECT_THAT(Call(&Stub::InspectDocument, request, &response),
              HasReason(errors::v1::ERROR_REASON_UNKNOWN_FORMAT));
  EXPECT_TRUE(catalog_.articles().empty());
}

// An unchanged entry answers a position from before, and the last batch need not write anything.
TEST_F(DocumentsServiceTest, AnswersAPositionThatIncludesAllOfADocument) {
  std::string items;
  for (int i = 0; i < 450; ++i) {
    absl::StrAppend(&items, RssItem(absl::StrCat(i), absl::StrCat("Title ", i)));
  }
  catalog_.AnswerPositions(
      {catalog_.PositionAt(3), catalog_.PositionAt(9), catalog_.PositionAt(5)});
  v1::IngestDocumentResponse response;
  ASSERT_THAT(Ingest("news", Rss(items), &response), IsOk());
  EXPECT_EQ(response.counts().created(), 450);
  EXPECT_EQ(catalog_.batches().size(), 3U);
  EXPECT_EQ(response.position(), catalog_.PositionAt(9));
}

TEST_F(DocumentsServiceTest, RejectsABodyThatIsTooLongAndKeepsIt) {
  const std::string word(limits::kMaxBodyBytes / 4, 'x');
  for (const std::string& body :
       {std::string(limits::kMaxBodyBytes + 100, 'x'),
        std::string(7 * limits::kMaxBodyBytes / 4, 'y'),
        absl::StrCat("<p>", word, "</p><p>", word, "</p><p>", word, "</p><p>", word, "</p>"),
        absl::StrCat("<p>", word, " ", word, "</p><p>", word, " ", word, " ", word, "</p>")}) {
    SCOPED_TRACE(body.size());
    v1::IngestDocumentResponse response;
    ASSERT_THAT(Ingest("news",
                       Rss(absl::StrCat("<item><guid>", body.size(), "</guid><title>Long</title>",
                                        "<content:encoded><![CDATA[", body,
                                        "]]></content:encoded></item>")),
                       &response),
                IsOk());
    ASSERT_EQ(response.entries_size(), 1);
    EXPECT_EQ(response.counts().rejected(), 1);
    EXPECT_NE(response.entries(0).error().message().find("body"), std::string::npos)
        << response.entries(0).error().message();
    const auto rejects = ListRejects("sources/news");
    ASSERT_FALSE(rejects.empty());
    EXPECT_GT(rejects[0].content_bytes(), static_cast<int64_t>(limits::kMaxBodyBytes));
  }
  EXPECT_TRUE(catalog_.articles().empty());
}

}  // namespace
}  // namespace dateline::ingestion
