#include <gtest/gtest.h>

#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace dateline::http {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using errors::v1::ERROR_REASON_CANCELLED;
using errors::v1::ERROR_REASON_DEADLINE_EXCEEDED;
using errors::v1::ERROR_REASON_OVERLOADED;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(HttpClientTest, AnswersWithEverything) {
  TestServer server(TestServer::Always(
      Answer("404 Not Found", "ETag: \"1\"\r\nX-Two: a\r\nX-Two:  b \r\n", "gone")));
  const auto response = Get(server.Url("/feed?x=1#part"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->http_major_version, 1);
  EXPECT_EQ(response->body, "gone");
  EXPECT_EQ(response->Header("etag"), "\"1\"");
  ASSERT_EQ(response->headers.size(), 4u);
  EXPECT_EQ(response->headers[2].value, "b");
  EXPECT_EQ(response->final_url, server.Url("/feed?x=1"));
  EXPECT_EQ(response->remote_address, "127.0.0.1");
  EXPECT_GT(response->timing.total, absl::ZeroDuration());
}

TEST_F(HttpClientTest, SendsWhatWasAskedAndNothingElse) {
  TestServer server(TestServer::Always(Answer("304 Not Modified", "", "")));
  HttpRequest request;
  request.url = server.Url("/feed");
  request.headers = {{"Accept", "application/atom+xml"}, {"X-Empty", ""}};
  request.if_none_match = "\"abc\"";
  request.if_modified_since = "Sat, 01 Jan 2022 00:00:00 GMT";
  request.basic = {"reader", "word"};
  const auto response = Fetch(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 304);
  EXPECT_EQ(server.requests().at(0),
            absl::StrCat("GET /feed HTTP/1.1\r\nHost: 127.0.0.1:", server.port(),
                         "\r\nUser-Agent: Dateline/1.0\r\nAccept-Encoding: gzip, deflate, br\r\n"
                         "Accept: application/atom+xml\r\nX-Empty:\r\n"
                         "Authorization: Basic cmVhZGVyOndvcmQ=\r\nIf-None-Match: \"abc\"\r\n"
                         "If-Modified-Since: Sat, 01 Jan 2022 00:00:00 GMT\r\n\r\n"));
}

TEST_F(HttpClientTest, PostsItsBody) {
  TestServer server(TestServer::Always(Answer("202 Accepted", "", "")));
  HttpRequest request;
  request.url = server.Url("/hook");
  request.method = Method::kPost;
  request.body = std::string("a\0b", 3);
  request.headers = {{"Content-Type", "application/json"}};
  request.bearer_token = "token";
  ASSERT_THAT(Fetch(request), IsOk());
  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(sent, HasSubstr("Authorization: Bearer token\r\n"));
  EXPECT_TRUE(absl::EndsWith(sent, std::string("\r\n\r\na\0b", 7)));
}

TEST_F(HttpClientTest, Decompresses) {
  const std::string brotli(
      "\x1b\x23\x00\xf8\x1d\x89\x71\x2c\x89\xbb\xef\x11\x4a\xb1\x30\xb9\x4e\x63\x7b\x9b\x93\x20\x74"
      "\x79\xa5\xcc\x40\x25\x82\x4a\x73\x89\xfb\xd0\x20",
      35);
  TestServer br(TestServer::Always(Answer("200 OK", "Content-Encoding: br\r\n", brotli)));
  TestServer gzip(
      TestServer::Always(Answer("200 OK", "Content-Encoding: gzip\r\n", Gzip("gzip says hello"))));
  TestServer deflate(TestServer::Always(
      Answer("200 OK", "Content-Encoding: deflate\r\n", Deflate("deflate says hello"))));
  EXPECT_EQ(Get(deflate.Url("/"))->body, "deflate says hello");
  EXPECT_EQ(Get(br.Url("/"))->body, "brotli says hello, brotli says hello");
  EXPECT_EQ(Get(gzip.Url("/"))->body, "gzip says hello");
}

TEST_F(HttpClientTest, FollowsRedirectsAndTellsThem) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    if (absl::StartsWith(request, "GET /old ")) {
      connection.Send(Answer("301 Moved", "Location: mid\r\n", "not this"));
    } else if (absl::StartsWith(request, "GET /mid ")) {
      connection.Send(Answer("302 Found", "Location: /new\r\n", "nor this"));
    } else {
      connection.Send(Answer("200 OK", "", "this"));
    }
  });
  const auto response = Get(server.Url("/old"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "this");
  EXPECT_EQ(response->final_url, server.Url("/new"));
  ASSERT_EQ(response->redirects.size(), 2u);
  EXPECT_EQ(response->redirects[0].status, 301);
  EXPECT_EQ(response->redirects[0].to, server.Url("/mid"));
  EXPECT_EQ(response->redirects[1].status, 302);
  HttpRequest request;
  request.url = server.Url("/old");
  EXPECT_EQ(client_->FetchBlocking(context_, request)->status, 301);
}

TEST_F(HttpClientTest, TellsSecretsToTheFirstOriginOnly) {
  TestServer other(TestServer::Always(Answer("200 OK", "", "")));
  TestServer first([&](TestConnection& connection, const std::string& request) {
    const bool again = absl::StartsWith(request, "GET /again ");
    const std::string target = again ? other.Url("/") : "/again";
    connection.Send(Answer("302 Found", "Location: " + target + "\r\n", ""));
  });
  HttpRequest request;
  request.url = first.Url("/");
  request.bearer_token = "hush";
  request.secret_headers = {{"X-Key", "hush"}};
  request.headers = {{"Accept", "text/xml"}};
  ASSERT_THAT(Fetch(request), IsOk());
  for (const std::string& sent : first.requests()) {
    EXPECT_THAT(sent, HasSubstr("Authorization: Bearer hush\r\n"));
    EXPECT_THAT(sent, HasSubstr("X-Key: hush\r\n"));
  }
  EXPECT_EQ(first.requests().size(), 2u);
  EXPECT_THAT(other.requests().at(0), Not(HasSubstr("hush")));
  EXPECT_THAT(other.requests().at(0), Not(HasSubstr("Referer")));
  EXPECT_THAT(other.requests().at(0), HasSubstr("Accept: text/xml\r\n"));
}

TEST_F(HttpClientTest, SendsNoCookiesBack) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    const bool first = absl::StartsWith(request, "GET / ");
    connection.Send(first ? Answer("302 Found", "Set-Cookie: a=b\r\nLocation: /2\r\n", "")
                          : Answer("200 OK", "", ""));
  });
  ASSERT_THAT(Get(server.Url("/")), IsOk());
  EXPECT_THAT(server.requests().at(1), Not(HasSubstr("ookie")));
}

TEST_F(HttpClientTest, LeavesSecretsOutOfErrors) {
  TestServer server(TestServer::Always(""));
  HttpRequest request;
  request.url = server.Url("/feed?key=hush");
  request.bearer_token = "hush";
  const absl::Status status = Fetch(request).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.ToString(), Not(HasSubstr("hush")));
}

void Stall(TestConnection& connection, const std::string&) { connection.ClientGone(60'000); }

TEST_F(HttpClientTest, EndsWithItsCaller) {
  TestServer server(Stall);
  HttpRequest request;
  request.url = server.Url("/");
  EXPECT_THAT(client_->FetchBlocking(context_.WithTimeout(absl::Milliseconds(50)), request),
              HasReason(ERROR_REASON_DEADLINE_EXCEEDED));
  const RequestContext gone(
      RealClock(), absl::InfiniteDuration(), [&] { return !server.requests().empty(); }, "test");
  EXPECT_THAT(client_->FetchBlocking(gone, request), HasReason(ERROR_REASON_CANCELLED));
}

TEST_F(HttpClientTest, CallsBackOnceWhenCancelledOrDestroyed) {
  TestServer server(Stall);
  std::atomic<int> cancelled{0};
  const auto count = [&](absl::StatusOr<HttpResponse> result) {
    EXPECT_THAT(result, HasReason(ERROR_REASON_CANCELLED));
    ++cancelled;
  };
  HttpRequest request;
  request.url = server.Url("/");
  const auto first = client_->Fetch(request, count);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(client_->Fetch(request, count), IsOk());
  client_->Cancel(*first);
  client_->Cancel(*first);
  client_->Cancel(12'345);
  client_.reset();
  EXPECT_EQ(cancelled.load(), 2);
}

TEST_F(HttpClientTest, RefusesMoreThanItsBound) {
  TestServer server(Stall);
  const auto client = MakeClient({.max_in_flight = 1});
  HttpRequest request;
  request.url = server.Url("/");
  ASSERT_THAT(client->Fetch(request, [](auto) {}), IsOk());
  EXPECT_THAT(client->Fetch(request, [](auto) { ADD_FAILURE(); }),
              HasReason(ERROR_REASON_OVERLOADED));
  request.url = "nonsense";
  EXPECT_THAT(client->Fetch(request, [](auto) { ADD_FAILURE(); }),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(HttpClientOptionsTest, RefusesWhatMakesNoSense) {
  const HttpClientOptions cases[] = {
      {.allowed_networks = {"loopback"}},
      {.user_agent = "Dateline\r\nCookie: a=b"},
      {.max_connections = 0},
      {.max_connections_per_host = -1},
      {.max_in_flight = 0},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_THAT(HttpClient::Create(cases[i]), StatusIs(absl::StatusCode::kInvalidArgument)) << i;
  }
}

}  // namespace
}  // namespace dateline::http
