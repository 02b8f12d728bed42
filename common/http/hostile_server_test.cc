// What a server may do to the client, over loopback.
#include <gtest/gtest.h>

#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace dateline::http {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using errors::v1::ERROR_REASON_ADDRESS_NOT_PUBLIC;

TEST_F(HttpClientTest, RefusesWhatIsTooLarge) {
  const std::string bomb = Gzip(std::string(size_t{32} << 20, 'x'));
  ASSERT_LT(bomb.size(), 100'000u);
  const struct {
    const char* name;
    TestServer::Script script;
  } cases[] = {
      {"gzip bomb", TestServer::Always(Answer("200 OK", "Content-Encoding: gzip\r\n", bomb))},
      {"two layers of gzip",
       TestServer::Always(Answer("200 OK", "Content-Encoding: gzip, gzip\r\n", Gzip(bomb)))},
      {"announced length",
       TestServer::Always("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx")},
      {"endless body",
       [](TestConnection& connection, const std::string&) {
         connection.Send("HTTP/1.1 200 OK\r\n\r\n");
         while (connection.Send(std::string(10'000, 'x'))) {
         }
       }},
      {"endless chunks",
       [](TestConnection& connection, const std::string&) {
         connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
         while (connection.Send("1000\r\n" + std::string(0x1000, 'x') + "\r\n")) {
         }
       }},
  };
  for (const auto& test : cases) {
    TestServer server(test.script);
    HttpRequest request;
    request.url = server.Url("/");
    request.max_bytes = size_t{1} << 20;
    EXPECT_THAT(Fetch(request), FailsWith("too-large")) << test.name;
  }
}

TEST_F(HttpClientTest, RefusesHeadersThatAreTooLarge) {
  const struct {
    const char* name;
    TestServer::Script script;
  } cases[] = {
      {"endless header line",
       [](TestConnection& connection, const std::string&) {
         connection.Send("HTTP/1.1 200 OK\r\nX-Long: ");
         while (connection.Send(std::string(10'000, 'x'))) {
         }
       }},
      {"endless headers",
       [](TestConnection& connection, const std::string&) {
         connection.Send("HTTP/1.1 200 OK\r\n");
         while (connection.Send("X-More: " + std::string(1'000, 'x') + "\r\n")) {
         }
       }},
      {"endless interim answers",
       [](TestConnection& connection, const std::string&) {
         while (connection.Send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")) {
         }
       }},
  };
  for (const auto& test : cases) {
    TestServer server(test.script);
    EXPECT_THAT(Get(server.Url("/")), FailsWith("header-too-large")) << test.name;
  }
}

TEST_F(HttpClientTest, TakesABodyOfExactlyTheLimit) {
  TestServer server(TestServer::Always(Answer("200 OK", "", "12345")));
  HttpRequest request;
  request.url = server.Url("/");
  request.max_bytes = 5;
  EXPECT_THAT(Fetch(request), IsOk());
  request.max_bytes = 4;
  EXPECT_THAT(Fetch(request), FailsWith("too-large"));
}

TEST_F(HttpClientTest, RefusesWhatIsNoProperAnswer) {
  const struct {
    const char* name;
    const char* answer;
    const char* cause;
  } cases[] = {
      {"less than announced", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "protocol"},
      {"cut chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc", "protocol"},
      {"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "protocol"},
      {"HTTP/0.9", "<html>hello</html>", "protocol"},
      {"no gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
       "protocol"},
      {"unknown encoding",
       "HTTP/1.1 200 OK\r\nContent-Encoding: pigeon\r\nContent-Length: 3\r\n\r\nabc", "protocol"},
      {"nothing", "", "connect"},
  };
  for (const auto& test : cases) {
    TestServer server(TestServer::Always(test.answer));
    EXPECT_THAT(Get(server.Url("/")), FailsWith(test.cause)) << test.name;
  }
  TestServer plain(TestServer::Always("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_THAT(Get(absl::StrCat("https://127.0.0.1:", plain.port(), "/")), FailsWith("tls"));
  EXPECT_THAT(Get("http://no-such-host.invalid/"), FailsWith("dns"));
}

TEST_F(HttpClientTest, GivesUpASlowServer) {
  TestServer drip([](TestConnection& connection, const std::string&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (!connection.ClientGone(50) && connection.Send("x")) {
    }
  });
  HttpRequest request;
  request.url = drip.Url("/");
  request.min_bytes_per_second = 10'000;
  request.low_speed_window = absl::Seconds(1);
  EXPECT_THAT(Fetch(request), FailsWith("too-slow"));
  request.min_bytes_per_second = 1;
  request.total_timeout = absl::Milliseconds(300);
  EXPECT_THAT(Fetch(request), FailsWith("timeout"));
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

TEST_F(HttpClientTest, EndsLoopsAndBadRedirects) {
  TestServer loop([](TestConnection& connection, const std::string& request) {
    const bool at_a = absl::StartsWith(request, "GET /a ");
    connection.Send(Answer("302 Found", at_a ? "Location: /b\r\n" : "Location: /a\r\n", ""));
  });
  TestServer to_file(
      TestServer::Always(Answer("302 Found", "Location: file:///etc/passwd\r\n", "")));
  EXPECT_THAT(Get(loop.Url("/a")), FailsWith("redirect-loop"));
  EXPECT_THAT(Get(to_file.Url("/")), FailsWith("bad-redirect"));
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
