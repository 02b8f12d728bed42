// Polling from a server on loopback, by call and in the background.

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/http/test_server.h"
#include "services/ingestion/poll/scheduler.h"
#include "services/ingestion/testing/ingestion_test_server.h"
#include "services/ingestion/testing/test_documents.h"

namespace dateline::ingestion {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using http::Answer;
using http::TestConnection;
using http::TestServer;
using testing::Rss;
using testing::RssItem;
using Stub = v1::IngestionService::Stub;

// Answers with a feed, or with 304 to who has it.
void ServeFeed(TestConnection& connection, const std::string& request) {
  if (absl::StrContains(request, "If-None-Match: W/\"a\"")) {
    connection.Send(Answer("304 Not Modified", "ETag: W/\"a\"\r\n", ""));
    return;
  }
  connection.Send(Answer("200 OK", "ETag: W/\"a\"\r\nContent-Type: text/html\r\n",
                         Rss(RssItem("1", "One") + RssItem("2", "Two"))));
}

class PollingTest : public testing::IngestionTest {
 protected:
  v1::PollSourceResponse MustPoll(const std::string& id) {
    v1::PollSourceResponse response;
    EXPECT_THAT(Poll(id, &response), IsOk());
    return response;
  }
};

TEST_F(PollingTest, TakesAFeedOnceAndAsksConditionallyThen) {
  TestServer server(ServeFeed);
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  const auto first = MustPoll("news");
  EXPECT_EQ(first.fetch().outcome(), v1::FETCH_OUTCOME_TAKEN) << first.fetch().error().message();
  EXPECT_EQ(first.fetch().http_status(), 200);
  EXPECT_EQ(first.fetch().counts().created(), 2);
  EXPECT_EQ(first.entries_size(), 2);
  EXPECT_EQ(first.position(), catalog_.Head());
  ASSERT_EQ(catalog_.epochs().size(), 1U);
  EXPECT_GT(catalog_.epochs()[0], 0);
  const auto second = MustPoll("news");
  EXPECT_EQ(second.fetch().outcome(), v1::FETCH_OUTCOME_NOT_MODIFIED);
  EXPECT_EQ(second.entries_size(), 0);
  v1::PollSourceRequest unconditional;
  v1::PollSourceResponse third;
  unconditional.set_name("sources/news");
  unconditional.set_unconditional(true);
  ASSERT_THAT(Call(&Stub::PollSource, unconditional, &third), IsOk());
  EXPECT_EQ(third.fetch().counts().unchanged(), 2);
  v1::ListFetchesRequest list;
  v1::ListFetchesResponse fetches;
  list.set_parent("sources/news");
  ASSERT_THAT(Call(&Stub::ListFetches, list, &fetches), IsOk());
  ASSERT_EQ(fetches.fetches_size(), 3);
  EXPECT_EQ(fetches.fetches(0).name(), third.fetch().name());
  EXPECT_EQ(GetSource("news").health().consecutive_failures(), 0);
}

TEST_F(PollingTest, RecordsThatALongTextIsNoFeed) {
  for (const char* piece : {"a,b;c\n", "var x = 1;", "\xE9t\xE9 "}) {
    std::string text;
    while (text.size() < 70'000) text += piece;
    TestServer server([&](TestConnection& connection, const std::string&) {
      connection.Send(Answer("200 OK", "Content-Type: text/plain\r\n", text));
    });
    const std::string id =
        absl::StrCat("s", static_cast<int>(static_cast<unsigned char>(piece[0])));
    ASSERT_THAT(CreateSource(id, server.Url("/feed")), IsOk());
    const auto polled = MustPoll(id);
    EXPECT_EQ(polled.fetch().outcome(), v1::FETCH_OUTCOME_FAILED);
    EXPECT_EQ(error::ReasonOf(error::FromProto(polled.fetch().error())),
              errors::v1::ERROR_REASON_UNKNOWN_FORMAT)
        << polled.fetch().error().message();
  }
}

TEST_F(PollingTest, KeepsValidatorsOnlyOnceAllIsDelivered) {
  TestServer server(ServeFeed);
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  catalog_.FailUpserts(1, error::DatabaseUnavailable());
  v1::PollSourceResponse response;
  EXPECT_THAT(Poll("news", &response), HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  // The catalog's outage is not the source's fault, and the next poll brings everything.
  EXPECT_EQ(GetSource("news").health().consecutive_failures(), 0);
  EXPECT_EQ(MustPoll("news").fetch().counts().created(), 2);
}

TEST_F(PollingTest, RecordsWhatGoesWrong) {
  const struct {
    std::string answer;
    errors::v1::ErrorReason reason;
    int rejects;
    v1::SourceState state;
  } kCases[] = {
      {Answer("500 Oops", "", "oops"), errors::v1::ERROR_REASON_FETCH_FAILED, 0,
       v1::SOURCE_STATE_ACTIVE},
      {Answer("410 Gone", "", ""), errors::v1::ERROR_REASON_FETCH_FAILED, 0,
       v1::SOURCE_STATE_PAUSED},
      {Answer("200 OK", "", "<html>maintenance</html>"), errors::v1::ERROR_REASON_UNKNOWN_FORMAT, 1,
       v1::SOURCE_STATE_ACTIVE},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf", errors::v1::ERROR_REASON_FETCH_FAILED,
       0, v1::SOURCE_STATE_ACTIVE},
  };
  int number = 0;
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.answer);
    TestServer server(TestServer::Always(c.answer));
    const std::string id = absl::StrCat("s", number++);
    ASSERT_THAT(CreateSource(id, server.Url("/")), IsOk());
    const auto polled = MustPoll(id);
    EXPECT_EQ(polled.fetch().outcome(), v1::FETCH_OUTCOME_FAILED);
    EXPECT_THAT(error::FromProto(polled.fetch().error()), HasReason(c.reason));
    EXPECT_EQ(ListRejects("sources/" + id).size(), static_cast<size_t>(c.rejects));
    const v1::Source source = GetSource(id);
    EXPECT_EQ(source.state(), c.state);
    EXPECT_EQ(source.health().consecutive_failures(), 1);
    EXPECT_EQ(source.health().last_error(), polled.fetch().error().message());
  }
}

TEST_F(PollingTest, SendsCredentialsToTheSourcesOriginOnly) {
  TestServer other(TestServer::Always(Answer("200 OK", "", Rss(RssItem("1", "One")))));
  TestServer own([&](TestConnection& connection, const std::string&) {
    connection.Send(
        Answer("302 Found", absl::StrCat("Location: ", other.Url("/moved"), "\r\n"), ""));
  });
  v1::Source source;
  source.mutable_credentials()->set_value("hush-hush");
  ASSERT_THAT(CreateSource("news", own.Url("/feed"), source), IsOk());
  const auto polled = MustPoll("news");
  EXPECT_EQ(polled.fetch().outcome(), v1::FETCH_OUTCOME_TAKEN) << polled.DebugString();
  ASSERT_EQ(own.requests().size(), 1U);
  EXPECT_TRUE(absl::StrContains(own.requests()[0], "Bearer hush-hush"));
  ASSERT_EQ(other.requests().size(), 1U);
  EXPECT_FALSE(absl::StrContains(other.requests()[0], "hush"));
  EXPECT_EQ(polled.DebugString().find("hush"), std::string::npos);
  // A temporary redirect changes nothing.
  EXPECT_EQ(GetSource("news").url(), own.Url("/feed"));
}

TEST_F(PollingTest, RefusesAnUploadSourceAndAnUnknownOne) {
  ASSERT_THAT(CreateSource("upload"), IsOk());
  v1::PollSourceResponse response;
  EXPECT_THAT(Poll("upload", &response), HasReason(errors::v1::ERROR_REASON_STATE_CONFLICT));
  EXPECT_THAT(Poll("none", &response), HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_THAT(Poll("Not A Name", &response), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(PollingTest, FetchesDueSourcesInTheBackgroundFromOneHostAtATime) {
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  TestServer server([&](TestConnection& connection, const std::string& request) {
    most = std::max(most.load(), ++at_once);
    ServeFeed(connection, request);
    --at_once;
  });
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_THAT(CreateSource(id, server.Url(absl::StrCat("/", id))), IsOk());
  }
  obs::Metrics metrics;
  poll::SchedulerOptions options;
  options.idle = absl::Milliseconds(10);
  const poll::Dependencies dependencies{*store_, *port_, *topics_, *http_, RealClock()};
  {
    const poll::Scheduler one(dependencies, options, metrics);
    const poll::Scheduler another(dependencies, options, metrics);
    const absl::Time until = absl::Now() + absl::Seconds(60);
    const auto all_fetched = [&] {
      for (const char* id : {"a", "b", "c"}) {
        if (!GetSource(id).health().has_last_success_time()) return false;
      }
      return true;
    };
    while (!all_fetched() && absl::Now() < until) absl::SleepFor(absl::Milliseconds(20));
    EXPECT_TRUE(all_fetched());
  }
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(most, 1);
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_GT(GetSource(id).health().next_fetch_time().seconds(),
              absl::ToUnixSeconds(absl::Now() + absl::Minutes(4)));
  }
}

TEST_F(PollingTest, StopsAtOnceInTheMiddleOfAFetch) {
  std::atomic<bool> asked{false};
  TestServer server([&](TestConnection& connection, const std::string&) {
    asked = true;
    // Says nothing until the client goes.
    while (!connection.ClientGone(1'000)) {
    }
  });
  ASSERT_THAT(CreateSource("slow", server.Url("/")), IsOk());
  obs::Metrics metrics;
  {
    const poll::Scheduler scheduler({*store_, *port_, *topics_, *http_, RealClock()}, {}, metrics);
    const absl::Time until = absl::Now() + absl::Seconds(60);
    while (!asked && absl::Now() < until) absl::SleepFor(absl::Milliseconds(5));
  }
  ASSERT_TRUE(asked);
  const v1::Source source = GetSource("slow");
  EXPECT_EQ(source.health().consecutive_failures(), 0);
  EXPECT_LE(source.health().next_fetch_time().seconds(),
            absl::ToUnixSeconds(absl::Now() + absl::Minutes(2)));
  EXPECT_THAT(
      store_->TakeLease(RequestContext::Background("test"), "sources/slow", absl::Minutes(1)),
      IsOk());
}

// As the background does: whoever asks meanwhile gets what is fetched behind it.
TEST_F(PollingTest, WaitsForTheFetchThatItsSourceIsUnder) {
  TestServer server(ServeFeed);
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  ASSERT_THAT(
      store_->TakeLease(RequestContext::Background("test"), "sources/news", absl::Seconds(1)),
      IsOk());
  const auto polled = MustPoll("news");
  EXPECT_EQ(polled.fetch().outcome(), v1::FETCH_OUTCOME_TAKEN);
  EXPECT_EQ(polled.fetch().trigger(), v1::FETCH_TRIGGER_REQUEST);
}

// Hosts that never answer take all threads for fetching, and none of the others.
TEST_F(PollingTest, HostsThatDoNotAnswerHoldUpNoOtherCalls) {
  std::atomic<bool> over{false};
  TestServer server([&](TestConnection& connection, const std::string&) {
    while (!over && !connection.ClientGone(100)) {
    }
  });
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  const auto discover = [&](grpc::ClientContext* context) {
    v1::DiscoverFeedsRequest request;
    v1::DiscoverFeedsResponse response;
    request.set_url(server.Url("/"));
    return rpc::FromGrpcStatus(stub_->DiscoverFeeds(context, request, &response));
  };
  constexpr int kThreads = 8;
  // Eight take all threads, four more may wait for one of them, the next is refused at once. A call
  // that ends before that, as on a busy machine, is made again.
  std::vector<std::thread> callers;
  for (int i = 0; i < kThreads + 4; ++i) {
    callers.emplace_back([&] {
      while (!over) {
        grpc::ClientContext context;
        EXPECT_FALSE(discover(&context).ok());
      }
    });
  }
  absl::Status refused;
  while (error::ReasonOf(refused) != errors::v1::ERROR_REASON_OVERLOADED) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
    refused = discover(&context);
  }
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_LT(error::RetryDelayOf(refused), absl::InfiniteDuration());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(GetSource("news").name(), "sources/news");
  v1::IngestDocumentResponse ingested;
  EXPECT_THAT(Ingest("news", Rss(RssItem("1", "One")), &ingested), IsOk());
  over = true;
  for (std::thread& caller : callers) caller.join();
}

}  // namespace
}  // namespace dateline::ingestion
