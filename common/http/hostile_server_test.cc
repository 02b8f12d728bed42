// What a server may do to the client, over loopback, beside the table in hostile_table_test.cc.
#include <gtest/gtest.h>

#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace dateline::http {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using errors::v1::ERROR_REASON_ADDRESS_NOT_PUBLIC;

TEST_F(HttpClientTest, TakesABodyOfExactlyTheLimit) {
  TestServer server(TestServer::Always(Answer("200 OK", "", "12345")));
  HttpRequest request;
  request.url = server.Url("/");
  request.max_bytes = 5;
  EXPECT_THAT(Fetch(request), IsOk());
  request.max_bytes = 4;
  EXPECT_THAT(Fetch(request), FailsWith("too-large"));
}

TEST_F(HttpClientTest, TakesNoMoreThanAnnouncedAndNothingOfItForTheNextAnswer) {
  TestServer server([](TestConnection& connection, const std::string&) {
    connection.Send(
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    connection.ClientGone(60'000);
  });
  EXPECT_EQ(Get(server.Url("/"))->body, "abc");
  EXPECT_EQ(Get(server.Url("/"))->body, "abc");
  EXPECT_EQ(server.requests().size(), 2U);
  client_.reset();
}

TEST_F(HttpClientTest, AnAnswer304NeedsNoEtag) {
  TestServer server(TestServer::Always("HTTP/1.1 304 Not Modified\r\n\r\n"));
  const auto response = Get(server.Url("/"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 304);
  EXPECT_EQ(response->Header("etag"), "");
  EXPECT_EQ(response->body, "");
}

TEST_F(HttpClientTest, SharesItsTimeAmongAllHops) {
  TestServer server([](TestConnection& connection, const std::string& request) {
    if (connection.ClientGone(200)) return;
    const std::string next = request.substr(4, request.find(' ', 4) - 4) + "x";
    connection.Send(Answer("302 Found", "Location: " + next + "\r\n", ""));
  });
  HttpRequest request;
  request.url = server.Url("/");
  request.max_redirects = 1'000;
  request.total_timeout = absl::Seconds(1);
  EXPECT_THAT(Fetch(request), FailsWith("timeout"));
}

TEST(HttpClientAddressTest, ConnectsToPublicAddressesOnly) {
  TestServer server(TestServer::Always(Answer("200 OK", "", "secret")));
  const auto client = HttpClient::Create({});
  ASSERT_THAT(client, IsOk());
  const RequestContext context = RequestContext::Background("test").WithTimeout(absl::Seconds(60));
  const std::string port = absl::StrCat(":", server.port(), "/");
  for (const char* host :
       {"127.0.0.1", "localhost", "0x7f.1", "2130706433", "0177.0.0.1", "0.0.0.0", "[::1]",
        "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "127.1", "10.0.0.1", "169.254.169.254"}) {
    HttpRequest request;
    request.url = absl::StrCat("http://", host, port);
    EXPECT_THAT((*client)->FetchBlocking(context, request).status(),
                HasReason(ERROR_REASON_ADDRESS_NOT_PUBLIC))
        << host;
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClientAddressTest, JudgesEveryHop) {
  TestServer inside(TestServer::Always(Answer("200 OK", "", "secret")));
  TestServer outside(TestServer::Always(Answer(
      "302 Found", absl::StrCat("Location: http://127.0.0.2:", inside.port(), "/\r\n"), "")));
  const auto client = HttpClient::Create({.allowed_networks = {"127.0.0.1/32"}});
  ASSERT_THAT(client, IsOk());
  HttpRequest request;
  request.url = outside.Url("/");
  request.redirects = RedirectPolicy::kAnyOrigin;
  EXPECT_THAT((*client)->FetchBlocking(RequestContext::Background("test"), request).status(),
              HasReason(ERROR_REASON_ADDRESS_NOT_PUBLIC));
  EXPECT_TRUE(inside.requests().empty());
}

TEST(HttpClientAddressTest, UsesNoProxyOfTheEnvironment) {
  TestServer proxy(TestServer::Always(Answer("200 OK", "", "from the proxy")));
  TestServer server(TestServer::Always(Answer("200 OK", "", "direct")));
  setenv("http_proxy", proxy.Url("").c_str(), 1);
  HttpRequest request;
  request.url = server.Url("/");
  const auto response = MakeClient()->FetchBlocking(RequestContext::Background("test"), request);
  unsetenv("http_proxy");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "direct");
}

}  // namespace
}  // namespace dateline::http
