// Articles in bulk over gRPC, delivered to a catalog in memory.

#include <future>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/details.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "services/ingestion/testing/ingestion_test_server.h"

namespace dateline::ingestion {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using Answers = std::vector<v1::IngestArticlesResponse>;
using Stream = grpc::ClientReaderWriter<v1::IngestArticlesRequest, v1::IngestArticlesResponse>;

v1::IngestArticlesRequest Item(const std::string& id, const std::string& title,
                               const std::string& body = "<p>Some text.</p>") {
  v1::IngestArticlesRequest item;
  item.set_source("sources/archive");
  item.set_entry_id(id);
  item.mutable_article()->set_title(title);
  item.mutable_article()->set_body_html(body);
  return item;
}

class BulkServiceTest : public testing::IngestionTest {
 protected:
  void SetUp() override { ASSERT_THAT(CreateSource("archive"), IsOk()); }

  // Sends items, ends and reads what is answered.
  absl::Status Send(const std::vector<v1::IngestArticlesRequest>& items, Answers* answers) {
    grpc::ClientContext context;
    const auto stream = stub_->IngestArticles(&context);
    std::thread writer([&] {
      for (const auto& item : items) {
        if (!stream->Write(item)) return;
      }
      stream->WritesDone();
    });
    answers->clear();
    v1::IngestArticlesResponse answer;
    while (stream->Read(&answer)) answers->push_back(answer);
    writer.join();
    return rpc::FromGrpcStatus(stream->Finish());
  }

  static catalog::v1::UpsertOutcome OutcomeOf(const v1::IngestArticlesResponse& answer) {
    return answer.result().outcome();
  }
};

TEST_F(BulkServiceTest, AnswersEveryItemInOrderAndABadOneByItself) {
  std::vector<v1::IngestArticlesRequest> items;
  for (int i = 0; i < 1'500; ++i) {
    items.push_back(Item(absl::StrCat("id-", i), absl::StrCat("Title ", i)));
    items.back().set_entry_position(i + 1);
    if (i > 0) items.back().clear_source();
  }
  items[700].mutable_article()->set_title(std::string(2'000, 'x'));  // refused by ingestion
  items[900].mutable_article()->set_title("please refuse this");     // refused by the catalog
  Answers answers;
  ASSERT_THAT(Send(items, &answers), IsOk());
  ASSERT_EQ(answers.size(), 1'500U);
  for (int i = 0; i < 1'500; ++i) {
    const v1::IngestArticlesResponse& answer = answers[static_cast<size_t>(i)];
    EXPECT_EQ(answer.result().entry_id(), absl::StrCat("id-", i));
    EXPECT_EQ(answer.result().entry_position(), i + 1);
    const bool is_bad = i == 700 || i == 900;
    EXPECT_EQ(OutcomeOf(answer),
              is_bad ? catalog::v1::UPSERT_OUTCOME_REJECTED : catalog::v1::UPSERT_OUTCOME_CREATED);
    EXPECT_EQ(answer.result().article().empty(), is_bad);
    EXPECT_EQ(answer.position().empty(), false);
  }
  EXPECT_THAT(error::FromProto(answers[700].result().error()),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_EQ(catalog_.articles().size(), 1'498U);
  for (const int batch : catalog_.batches()) EXPECT_LE(batch, 200);
  const std::vector<v1::Reject> rejects = ListRejects("sources/archive");
  ASSERT_EQ(rejects.size(), 2U);
  EXPECT_EQ(rejects[0].entry_position(), 901);
  EXPECT_EQ(rejects[1].entry_position(), 701);
  // Kept with a title of 1,000 characters, which is what an article may have.
  EXPECT_GT(rejects[1].content_bytes(), 1'000);
}

TEST_F(BulkServiceTest, TakesArticlesTheWayOfFeeds) {
  content::v1::Topic given;
  given.set_name("topics/given");
  catalog_.PutTopic(given);
  v1::IngestArticlesRequest item =
      Item("1", "A  title", "<p onclick='x()'>Hello <script>bad()</script><b>there</b></p>");
  item.add_categories()->set_term("Rail");
  item.mutable_article()->set_subtitle("Below");
  item.mutable_article()->add_labels("opinion");
  item.mutable_article()->add_topics("topics/given");
  item.mutable_article()->mutable_publish_time()->set_seconds(1'000'000'000);
  v1::IngestArticlesRequest plain = Item("2", "Plain", "");
  plain.mutable_article()->set_body_text("First <IBM>\nline.\n    Second.\n\nThird.");
  Answers answers;
  ASSERT_THAT(Send({item, plain}, &answers), IsOk());
  std::map<std::string, content::v1::Article> by_title;
  for (const auto& [key, article] : catalog_.articles()) by_title[article.title()] = article;
  const content::v1::Article& cleaned = by_title["A title"];
  EXPECT_EQ(cleaned.body_html(), "<p>Hello <b>there</b></p>");
  EXPECT_EQ(cleaned.subtitle(), "Below");
  EXPECT_EQ(cleaned.labels(0), "opinion");
  EXPECT_EQ(cleaned.publish_time().seconds(), 1'000'000'000);
  ASSERT_EQ(cleaned.topics_size(), 2);
  EXPECT_EQ(cleaned.topics(0).topic(), "topics/given");
  EXPECT_EQ(cleaned.topics(1).topic(), "topics/rail");
  EXPECT_EQ(by_title["Plain"].body_html(),
            "<p>First &lt;IBM&gt;\nline.</p><p>Second.</p><p>Third.</p>");
}

TEST_F(BulkServiceTest, WhatLiesInTheFutureIsNotShownNow) {
  v1::IngestArticlesRequest item = Item("1", "Tomorrow");
  item.mutable_article()->mutable_publish_time()->set_seconds(
      absl::ToUnixSeconds(RealClock()->Now() + absl::Hours(24)));
  Answers answers;
  ASSERT_THAT(Send({item}, &answers), IsOk());
  EXPECT_EQ(OutcomeOf(answers[0]), catalog::v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_TRUE(catalog_.articles().empty());
}

TEST_F(BulkServiceTest, AnUnknownSourceIsTheItemsFault) {
  v1::IngestArticlesRequest item = Item("1", "One");
  item.set_source("sources/none");
  v1::IngestArticlesRequest nameless = Item("1", "One");
  nameless.set_source("archive");
  Answers answers;
  ASSERT_THAT(Send({item, nameless, Item("2", "Two")}, &answers), IsOk());
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_THAT(error::FromProto(answers[0].result().error()),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(error::FromProto(answers[1].result().error()),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_EQ(OutcomeOf(answers[2]), catalog::v1::UPSERT_OUTCOME_CREATED);
}

TEST_F(BulkServiceTest, TheSameRequestGetsItsFirstAnswer) {
  v1::IngestArticlesRequest first = Item("1", "One");
  first.set_request_id("r1");
  v1::IngestArticlesRequest bad = Item("2", "please refuse");
  bad.set_request_id("r2");
  Answers before, after;
  ASSERT_THAT(Send({first, bad}, &before), IsOk());
  EXPECT_EQ(before[0].request_id(), "r1");
  EXPECT_EQ(OutcomeOf(before[0]), catalog::v1::UPSERT_OUTCOME_CREATED);
  v1::IngestArticlesRequest other = Item("1", "One, but another");
  other.set_request_id("r1");
  v1::IngestArticlesRequest unnamed = Item("1", "One");
  const size_t batches = catalog_.batches().size();
  ASSERT_THAT(Send({first, bad, other}, &after), IsOk());
  EXPECT_EQ(catalog_.batches().size(), batches);
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[0].SerializeAsString(), before[0].SerializeAsString());
  EXPECT_EQ(OutcomeOf(after[1]), catalog::v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_THAT(error::FromProto(after[2].result().error()),
              HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  // Without a request id it is known by its origin.
  ASSERT_THAT(Send({unnamed}, &after), IsOk());
  EXPECT_EQ(OutcomeOf(after[0]), catalog::v1::UPSERT_OUTCOME_UNCHANGED);
  // Twice in one batch: one result.
  v1::IngestArticlesRequest twice = Item("3", "Three");
  twice.set_request_id("r3");
  ASSERT_THAT(Send({twice, twice}, &after), IsOk());
  EXPECT_EQ(OutcomeOf(after[0]), catalog::v1::UPSERT_OUTCOME_CREATED);
  EXPECT_EQ(OutcomeOf(after[1]), catalog::v1::UPSERT_OUTCOME_CREATED);
}

TEST_F(BulkServiceTest, WithoutTheCatalogNothingIsAcknowledgedAndComesThroughLater) {
  // One more than the channel tries by itself.
  catalog_.FailUpserts(100, error::DatabaseUnavailable());
  std::vector<v1::IngestArticlesRequest> items;
  for (int i = 0; i < 300; ++i) {
    items.push_back(Item(absl::StrCat(i), absl::StrCat("Title ", i)));
    items.back().set_request_id(absl::StrCat("r", i));
  }
  Answers answers;
  const absl::Status failed = Send(items, &answers);
  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(error::RetryDelayOf(failed), absl::ZeroDuration());
  EXPECT_TRUE(answers.empty());
  catalog_.FailUpserts(0, absl::OkStatus());
  ASSERT_THAT(Send(items, &answers), IsOk());
  ASSERT_EQ(answers.size(), 300U);
  EXPECT_EQ(OutcomeOf(answers[299]), catalog::v1::UPSERT_OUTCOME_CREATED);
}

TEST_F(BulkServiceTest, TheOlderFormOfAnArticleDoesNotReplaceTheNewer) {
  std::vector<v1::IngestArticlesRequest> items;
  for (int i = 0; i < 1'000; ++i) items.push_back(Item("same", absl::StrCat("Form ", i)));
  Answers answers;
  ASSERT_THAT(Send(items, &answers), IsOk());
  const auto articles = catalog_.articles();
  ASSERT_EQ(articles.size(), 1U);
  EXPECT_EQ(articles.begin()->second.title(), "Form 999");
}

TEST_F(BulkServiceTest, BytesThatAreNoItemAreNotTakenForTheEnd) {
  Answers answers;
  const absl::Status status = Send({Item("1", "\xFF")}, &answers);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(status.message(), "article.title: must be UTF-8");
  EXPECT_EQ(error::ReasonOf(status), errors::v1::ERROR_REASON_INVALID_FIELD);
}

TEST_F(BulkServiceTest, AnItemOverItsBoundsIsRejectedAndTheOthersAreTaken) {
  Answers answers;
  EXPECT_THAT(
      Send({Item("1", "One"), Item("2", std::string("a\0b", 3)), Item("3", "Three")}, &answers),
      IsOk());
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(OutcomeOf(answers[0]), catalog::v1::UPSERT_OUTCOME_CREATED);
  EXPECT_EQ(OutcomeOf(answers[1]), catalog::v1::UPSERT_OUTCOME_REJECTED);
  EXPECT_EQ(OutcomeOf(answers[2]), catalog::v1::UPSERT_OUTCOME_CREATED);
}

TEST_F(BulkServiceTest, AnswersRepeatLittleOfAnItem) {
  Answers answers;
  EXPECT_THAT(Send({Item("1", std::string(300'000, 'a'))}, &answers), IsOk());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_LT(answers[0].ByteSizeLong(), 8'000U);
}

// An upsert that waits until it is let go.
struct Gate {
  std::promise<void> reached;
  std::promise<void> open;
  std::shared_future<void> opened{open.get_future()};
  std::atomic<bool> first{true};
  std::promise<void> cancelled;

  void Pass(const std::function<bool()>& is_cancelled) {
    if (!first.exchange(false)) return;
    reached.set_value();
    while (opened.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
      if (!is_cancelled()) continue;
      cancelled.set_value();
      return;
    }
  }
};

TEST_F(BulkServiceTest, AnEndingServerAcknowledgesWhatIsUnderWay) {
  Gate gate;
  catalog_.OnUpsert([&](const auto& is_cancelled) { gate.Pass(is_cancelled); });
  grpc::ClientContext context;
  const auto stream = stub_->IngestArticles(&context);
  ASSERT_TRUE(stream->Write(Item("1", "One")));
  gate.reached.get_future().wait();
  ASSERT_TRUE(stream->Write(Item("2", "Two")));
  service_->EndStreams();
  gate.open.set_value();
  v1::IngestArticlesResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.result().entry_id(), "1");
  EXPECT_EQ(OutcomeOf(answer), catalog::v1::UPSERT_OUTCOME_CREATED);
  EXPECT_FALSE(stream->Read(&answer));
  const absl::Status ended = rpc::FromGrpcStatus(stream->Finish());
  EXPECT_THAT(ended, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(error::RetryDelayOf(ended), absl::ZeroDuration());
  EXPECT_EQ(catalog_.articles().size(), 1U);
  Answers answers;
  EXPECT_THAT(Send({Item("2", "Two")}, &answers), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(BulkServiceTest, ACallerThatGoesEndsWhatIsUnderWay) {
  Gate gate;
  catalog_.OnUpsert([&](const auto& is_cancelled) { gate.Pass(is_cancelled); });
  {
    grpc::ClientContext context;
    const auto stream = stub_->IngestArticles(&context);
    ASSERT_TRUE(stream->Write(Item("1", "One")));
    gate.reached.get_future().wait();
    context.TryCancel();
    EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), StatusIs(absl::StatusCode::kCancelled));
  }
  // Nobody opens the gate.
  EXPECT_EQ(gate.cancelled.get_future().wait_for(std::chrono::seconds(60)),
            std::future_status::ready);
}

TEST_F(BulkServiceTest, ADeadlineReachesTheCatalog) {
  Gate gate;
  catalog_.OnUpsert([&](const auto& is_cancelled) { gate.Pass(is_cancelled); });
  {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
    const auto stream = stub_->IngestArticles(&context);
    ASSERT_TRUE(stream->Write(Item("1", "One")));
    EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()),
                StatusIs(absl::StatusCode::kDeadlineExceeded));
  }
  EXPECT_EQ(gate.cancelled.get_future().wait_for(std::chrono::seconds(60)),
            std::future_status::ready);
}

// However much is sent, only so much is in hand.
TEST_F(BulkServiceTest, ReadsNoFurtherThanItsBound) {
  Gate gate;
  catalog_.OnUpsert([&](const auto& is_cancelled) { gate.Pass(is_cancelled); });
  grpc::ClientContext context;
  const auto stream = stub_->IngestArticles(&context);
  // Each item is larger than what gRPC's own windows hold of a stream.
  constexpr int kItems = 60;
  std::atomic<int> written{0};
  std::thread writer([&] {
    for (int i = 0; i < kItems; ++i) {
      if (!stream->Write(Item(absl::StrCat(i), "Large",
                              absl::StrCat("<p>", std::string(1'000'000, 'x'), "</p>")))) {
        break;
      }
      ++written;
    }
    stream->WritesDone();
  });
  gate.reached.get_future().wait();
  // Held up at the bound of 16 MiB and what is under way to it, not at the end.
  EXPECT_LT(written, kItems * 2 / 3);
  gate.open.set_value();
  int answered = 0;
  v1::IngestArticlesResponse answer;
  while (stream->Read(&answer)) ++answered;
  writer.join();
  EXPECT_EQ(answered, kItems);
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), IsOk());
}

}  // namespace
}  // namespace dateline::ingestion
