// What fetching owes to servers and says to its callers, over the whole service.

#include <algorithm>
#include <atomic>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/errors/details.h"
#include "common/errors/status_proto.h"
#include "common/http/test_server.h"
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

class MannersTest : public testing::IngestionTest {
 protected:
  v1::Fetch MustPoll(const std::string& id, bool unconditional = false) {
    v1::PollSourceRequest request;
    v1::PollSourceResponse response;
    request.set_name("sources/" + id);
    request.set_unconditional(unconditional);
    EXPECT_THAT(Call(&Stub::PollSource, request, &response), IsOk());
    return response.fetch();
  }
  v1::ListFetchesResponse ListFetches(const std::string& id, int size, const std::string& token) {
    v1::ListFetchesRequest request;
    v1::ListFetchesResponse response;
    request.set_parent("sources/" + id);
    request.set_page_size(size);
    request.set_page_token(token);
    EXPECT_THAT(Call(&Stub::ListFetches, request, &response), IsOk());
    return response;
  }
};

TEST_F(MannersTest, SendsBothValidatorsByteForByteAndKeepsThemOverA304WithoutAny) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    if (absl::StrContains(request, "If-None-Match")) {
      connection.Send("HTTP/1.1 304 Not Modified\r\n\r\n");
      return;
    }
    connection.Send(Answer("200 OK", "ETag: W/\"a , b\"\r\nLast-Modified: sometime  in May\r\n",
                           Rss(RssItem("1", "One"))));
  });
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  EXPECT_EQ(MustPoll("news").outcome(), v1::FETCH_OUTCOME_TAKEN);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(MustPoll("news").outcome(), v1::FETCH_OUTCOME_NOT_MODIFIED);
    const std::string request = server.requests().back();
    EXPECT_TRUE(absl::StrContains(request, "\r\nIf-None-Match: W/\"a , b\"\r\n")) << request;
    EXPECT_TRUE(absl::StrContains(request, "\r\nIf-Modified-Since: sometime  in May\r\n"));
  }
}

TEST_F(MannersTest, BelievesNo304ThatItDidNotAskFor) {
  TestServer server(TestServer::Always("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"));
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  const v1::Fetch fetch = MustPoll("news");
  EXPECT_EQ(fetch.outcome(), v1::FETCH_OUTCOME_FAILED);
  EXPECT_THAT(error::FromProto(fetch.error()), HasReason(errors::v1::ERROR_REASON_FETCH_FAILED));
  EXPECT_FALSE(absl::StrContains(server.requests()[0], "If-None-Match"));
  EXPECT_EQ(MustPoll("news").outcome(), v1::FETCH_OUTCOME_FAILED);
}

TEST_F(MannersTest, TheSameBytesAreNotReadAgainUnlessThatIsWanted) {
  TestServer server(TestServer::Always(Answer("200 OK", "", Rss(RssItem("1", "One")))));
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  EXPECT_EQ(MustPoll("news").outcome(), v1::FETCH_OUTCOME_TAKEN);
  EXPECT_EQ(MustPoll("news").outcome(), v1::FETCH_OUTCOME_NOT_MODIFIED);
  EXPECT_EQ(catalog_.batches().size(), 1U);
  EXPECT_EQ(MustPoll("news", /*unconditional=*/true).outcome(), v1::FETCH_OUTCOME_TAKEN);
  // Another policy may make another thing of them.
  v1::UpdateSourceRequest update;
  v1::UpdateSourceResponse updated;
  update.mutable_source()->set_name("sources/news");
  (*update.mutable_source()->mutable_topics()->mutable_mapping())["x"] = "";
  ASSERT_THAT(Call(&Stub::UpdateSource, update, &updated), IsOk());
  EXPECT_EQ(MustPoll("news").outcome(), v1::FETCH_OUTCOME_TAKEN);
}

TEST_F(MannersTest, AHostThatAsksForPatienceGetsItForAllItsSources) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    if (absl::StartsWith(request, "GET /busy ")) {
      connection.Send(Answer("429 Too Many Requests", "Retry-After: 3600\r\n", ""));
    } else {
      connection.Send(Answer("200 OK", "", Rss(RssItem("1", "One"))));
    }
  });
  ASSERT_THAT(CreateSource("busy", server.Url("/busy")), IsOk());
  ASSERT_THAT(CreateSource("quiet", server.Url("/quiet")), IsOk());
  const v1::Fetch fetch = MustPoll("busy");
  EXPECT_EQ(fetch.http_status(), 429);
  EXPECT_GE(fetch.next_fetch_time().seconds(), fetch.start_time().seconds() + 3'600);
  v1::PollSourceResponse response;
  const absl::Status refused = Poll("quiet", &response);
  EXPECT_THAT(refused, HasReason(errors::v1::ERROR_REASON_FETCH_FAILED));
  EXPECT_GT(error::RetryDelayOf(refused), absl::Minutes(55));
  EXPECT_LE(error::RetryDelayOf(refused), absl::Hours(1));
  // So does every other process: it is in the database.
  const RequestContext context = RequestContext::Background("test");
  const auto due = store_->TakeDueLease(context, absl::Minutes(1));
  ASSERT_THAT(due, IsOk());
  EXPECT_FALSE(due->has_value());
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(MannersTest, ACallWaitsForTheFetchThatTheHostIsBusyWith) {
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  TestServer server([&](TestConnection& connection, const std::string&) {
    most = std::max(most.load(), ++at_once);
    connection.ClientGone(100);
    --at_once;
    connection.Send(Answer("200 OK", "", Rss(RssItem("1", "One"))));
  });
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    const std::string id = absl::StrCat("s", i);
    ASSERT_THAT(CreateSource(id, server.Url(absl::StrCat("/", i))), IsOk());
    callers.emplace_back(
        [this, id] { EXPECT_EQ(MustPoll(id).outcome(), v1::FETCH_OUTCOME_TAKEN); });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(most, 1);
}

TEST_F(MannersTest, AsksRobotsForTheCrawlDelayOnlyIfTheSourceWantsThat) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    if (absl::StartsWith(request, "GET /robots.txt ")) {
      connection.Send(Answer("200 OK", "", "User-agent: dateline\nCrawl-delay: 120\n"));
    } else {
      connection.Send(Answer("200 OK", "", Rss(RssItem("1", "One"))));
    }
  });
  v1::Source source;
  source.mutable_credentials()->set_value("hush");
  ASSERT_THAT(CreateSource("plain", server.Url("/plain"), source), IsOk());
  source.mutable_polling()->set_honour_crawl_delay(true);
  ASSERT_THAT(CreateSource("polite", server.Url("/polite"), source), IsOk());
  MustPoll("plain");
  EXPECT_EQ(server.requests().size(), 1U);
  MustPoll("polite");
  MustPoll("polite");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_TRUE(absl::StartsWith(requests[1], "GET /robots.txt "));
  EXPECT_FALSE(absl::StrContains(requests[1], "Authorization"));
  EXPECT_TRUE(absl::StrContains(requests[2], "Authorization: Bearer hush"));
  EXPECT_TRUE(absl::StartsWith(requests[3], "GET /polite "));
  // Nobody fetches from the host on schedule for as long as it asked.
  const RequestContext context = RequestContext::Background("test");
  const auto lease = store_->TakeLease(context, "sources/polite", absl::Minutes(1));
  ASSERT_THAT(lease, IsOk());
  EXPECT_EQ(lease->crawl_delay.delay, absl::Minutes(2));
  EXPECT_GT(lease->crawl_delay.believed_until, absl::Now() + absl::Hours(23));
}

TEST_F(MannersTest, TheLogSaysWhyWhoAndWhenNextAndIsPaged) {
  TestServer server(TestServer::Always(Answer("200 OK", "", Rss(RssItem("1", "One")))));
  ASSERT_THAT(CreateSource("news", server.Url("/feed")), IsOk());
  for (int i = 0; i < 5; ++i) MustPoll("news");
  v1::ListFetchesResponse page = ListFetches("news", 2, "");
  std::set<std::string> names;
  while (true) {
    for (const v1::Fetch& fetch : page.fetches()) {
      names.insert(fetch.name());
      EXPECT_EQ(fetch.trigger(), v1::FETCH_TRIGGER_REQUEST);
      EXPECT_NE(fetch.caller(), "");
      EXPECT_TRUE(fetch.has_next_fetch_time());
      EXPECT_EQ(fetch.http_status(), 200);
      EXPECT_EQ(fetch.final_url(), server.Url("/feed"));
      EXPECT_GT(fetch.bytes(), 0);
    }
    if (page.next_page_token().empty()) break;
    page = ListFetches("news", 2, page.next_page_token());
  }
  EXPECT_EQ(names.size(), 5U);
}

TEST_F(MannersTest, SaysWhyASourceIsPaused) {
  TestServer gone(TestServer::Always(Answer("410 Gone", "", "")));
  ASSERT_THAT(CreateSource("news", gone.Url("/feed")), IsOk());
  v1::PauseSourceRequest pause;
  v1::PauseSourceResponse paused;
  pause.set_name("sources/news");
  pause.set_reason("moves house");
  ASSERT_THAT(Call(&Stub::PauseSource, pause, &paused), IsOk());
  EXPECT_EQ(paused.source().state(), v1::SOURCE_STATE_PAUSED);
  EXPECT_EQ(paused.source().pause().reason(), "moves house");
  EXPECT_NE(paused.source().pause().caller(), "");
  v1::ResumeSourceRequest resume;
  v1::ResumeSourceResponse resumed;
  resume.set_name("sources/news");
  ASSERT_THAT(Call(&Stub::ResumeSource, resume, &resumed), IsOk());
  EXPECT_FALSE(resumed.source().has_pause());
  MustPoll("news");
  EXPECT_TRUE(absl::StrContains(GetSource("news").pause().reason(), "410"));
  EXPECT_EQ(GetSource("news").pause().caller(), "");
  pause.set_reason(std::string(2'000, 'x'));
  EXPECT_THAT(Call(&Stub::PauseSource, pause, &paused),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
}

TEST_F(MannersTest, AnAddressHoldsNoPassword) {
  EXPECT_THAT(CreateSource("news", "https://user:hush@news.example.org/"),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(CreateSource("news", "https://news.example.org/@user"), IsOk());
}

TEST_F(MannersTest, FindsTheFeedsOfAPage) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    const auto asks = [&](const char* path) {
      return absl::StartsWith(request, absl::StrCat("GET ", path, " "));
    };
    if (asks("/")) {
      connection.Send(
          Answer("200 OK", "Link: </two>; rel=\"alternate\"; type=\"application/atom+xml\"\r\n",
                 "<html><head><base href='/sub/'><LINK REL='x ALTERNATE' HREF=one"
                 " TYPE='application/rss+xml; charset=utf-8'><link rel=alternate"
                 " type=application/rss+xml href=/broken><link rel=alternate type=application/json"
                 " href=/wp-json/x></head></html>"));
    } else if (asks("/sub/one") || asks("/index.xml")) {
      connection.Send(Answer("200 OK", "", Rss(RssItem("1", "One") + RssItem("2", "Two"))));
    } else if (asks("/two")) {
      connection.Send(Answer("302 Found", "Location: /two.atom\r\n", ""));
    } else if (asks("/two.atom")) {
      connection.Send(Answer("200 OK", "",
                             "<feed xmlns='http://www.w3.org/2005/Atom'><title>Atom</title>"
                             "<id>x</id></feed>"));
    } else if (asks("/many")) {
      std::string page = "<html><head>";
      for (int i = 1; i <= 13; ++i) {
        absl::StrAppend(&page, "<link rel=alternate type=application/rss+xml href=/named/", i, ">");
      }
      connection.Send(Answer("200 OK", "", page));
    } else if (absl::StartsWith(request, "GET /named/")) {
      connection.Send(Answer("200 OK", "", Rss(RssItem("1", "One"))));
    } else if (asks("/silent")) {
      connection.Send(Answer("200 OK", "", "<html>nothing named</html>"));
    } else {
      connection.Send(Answer("404 Not Found", "", ""));
    }
  });
  const auto discover = [&](const std::string& url) {
    v1::DiscoverFeedsRequest request;
    v1::DiscoverFeedsResponse response;
    request.set_url(url);
    std::string text;
    const absl::Status status = Call(&Stub::DiscoverFeeds, request, &response);
    if (!status.ok()) return error::ReasonName(error::ReasonOf(status));
    for (const v1::DiscoveredFeed& feed : response.feeds()) {
      absl::StrAppend(&text, feed.url().substr(server.Url("").size()), " ", feed.title(), " ",
                      feed.entries(), " ", v1::FeedFormat_Name(feed.format()).substr(12), " ",
                      v1::FeedDiscovery_Name(feed.found_by()).substr(15), "\n");
    }
    return text;
  };
  EXPECT_EQ(discover(server.Url("/")),
            "/two.atom Atom 0 ATOM_10 LINK_HEADER\n/sub/one News 2 RSS_20 LINK_ELEMENT\n");
  EXPECT_EQ(discover(server.Url("/two")), "/two.atom Atom 0 ATOM_10 ADDRESS\n");
  EXPECT_EQ(discover(server.Url("/silent")), "/index.xml News 2 RSS_20 WELL_KNOWN\n");
  const std::string many = discover(server.Url("/many"));
  EXPECT_EQ(std::count(many.begin(), many.end(), '\n'), 13) << many;
  EXPECT_EQ(discover(server.Url("/missing")), "FETCH_FAILED");
  EXPECT_EQ(discover("nonsense"), "INVALID_FIELD");
  EXPECT_EQ(discover("http://10.0.0.1/"), "ADDRESS_NOT_PUBLIC");
}

}  // namespace
}  // namespace dateline::ingestion
