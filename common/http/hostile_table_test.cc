// Every way in which a server is known to abuse its clients, over loopback: each ends in its bound,
// with its reason. No case says how long it takes; one that is not bounded would not end.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "common/http/test_certificate.h"
#include "common/http/test_client.h"
#include "common/http/test_server.h"

namespace dateline::http {
namespace {

using Script = TestServer::Script;

// Sends `head`, then `piece` again and again until the client goes.
Script Endless(std::string head, std::string piece) {
  return [=](TestConnection& connection, const std::string&) {
    connection.Send(head);
    while (connection.Send(piece)) {
    }
  };
}

// Sends `head`, then a byte now and then until the client goes.
Script Drip(std::string head) {
  return [=](TestConnection& connection, const std::string&) {
    connection.Send(head);
    while (!connection.ClientGone(50) && connection.Send("x")) {
    }
  };
}

// Sends `head` and resets the connection.
Script Reset(std::string head) {
  return [=](TestConnection& connection, const std::string&) {
    connection.Send(head);
    connection.Reset();
  };
}

Script Silent() {
  return [](TestConnection& connection, const std::string&) { connection.ClientGone(60'000); };
}

// Each address leads to the other.
Script Loop() {
  return [](TestConnection& connection, const std::string& request) {
    const bool at_a = absl::StartsWith(request, "GET /a ");
    connection.Send(Answer("302 Found", at_a ? "Location: /b\r\n" : "Location: /a\r\n", ""));
  };
}

// Each address leads to another one, for ever.
Script Flight() {
  return [](TestConnection& connection, const std::string& request) {
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    connection.Send(Answer("307 Temporary Redirect", "Location: " + path + "x\r\n", ""));
  };
}

Script Always(std::string answer) { return TestServer::Always(std::move(answer)); }

constexpr char kOk[] = "HTTP/1.1 200 OK\r\n";

std::string Ok(const std::string& rest) { return kOk + rest; }

// The bound that a case is to run into; the others are out of its reach.
enum class Bound { kAny, kSpeed, kTime };

struct HostileCase {
  const char* name;
  Script script;
  const char* cause;
  Bound bound = Bound::kAny;
};

HttpRequest RequestWith(Bound bound) {
  HttpRequest request;
  request.max_bytes = size_t{1} << 20;
  if (bound == Bound::kSpeed) {
    request.min_bytes_per_second = 10'000;
    request.low_speed_window = absl::Seconds(1);
  }
  if (bound == Bound::kTime) {
    request.min_bytes_per_second = 1;
    request.total_timeout = absl::Milliseconds(300);
  }
  return request;
}

std::vector<HostileCase> Cases() {
  const std::string bomb = Gzip(std::string(size_t{32} << 20, 'x'));
  const std::string chunked = Ok("Transfer-Encoding: chunked\r\n\r\n");
  const std::string x1000(1'000, 'x');
  return {
      {"slow drip of a body", Drip(Ok("Content-Length: 1000000\r\n\r\n")), "too-slow",
       Bound::kSpeed},
      {"slow drip of a header", Drip(Ok("X-Slow: ")), "too-slow", Bound::kSpeed},
      {"slow drip until the time is up", Drip(Ok("\r\n")), "timeout", Bound::kTime},
      {"accepts and says nothing", Silent(), "too-slow", Bound::kSpeed},
      {"says nothing until the time is up", Silent(), "timeout", Bound::kTime},
      {"endless body", Endless(Ok("\r\n"), std::string(10'000, 'x')), "too-large"},
      {"endless chunks", Endless(chunked, "3e8\r\n" + x1000 + "\r\n"), "too-large"},
      {"announces too much", Always(Ok("Content-Length: 99999999999\r\n\r\nx")), "too-large"},
      {"gzip bomb", Always(Answer("200 OK", "Content-Encoding: gzip\r\n", bomb)), "too-large"},
      {"gzip bomb in gzip",
       Always(Answer("200 OK", "Content-Encoding: gzip, gzip\r\n", Gzip(bomb))), "too-large"},
      {"deflate bomb",
       Always(Answer("200 OK", "Content-Encoding: deflate\r\n",
                     Deflate(std::string(size_t{32} << 20, 'x')))),
       "too-large"},
      {"gzip bomb in a redirect",
       Always(Answer("302 Found", "Location: /x\r\nContent-Encoding: gzip\r\n", bomb)),
       "too-large"},
      {"header line without end", Endless(Ok("X: "), x1000), "header-too-large"},
      {"headers without end", Endless(kOk, "X: " + x1000 + "\r\n"), "header-too-large"},
      {"huge headers", Always(Ok("X: " + std::string(90'000, 'x') + "\r\n\r\n")),
       "header-too-large"},
      {"interim answers without end", Endless("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
       "header-too-large"},
      {"redirect loop", Loop(), "redirect-loop"},
      {"redirects without end", Flight(), "redirect-loop"},
      {"redirect to a file", Always(Answer("302 Found", "Location: file:///etc/passwd\r\n", "")),
       "bad-redirect"},
      {"redirect to gopher", Always(Answer("302 Found", "Location: gopher://x/\r\n", "")),
       "bad-redirect"},
      {"redirect with a password", Always(Answer("302 Found", "Location: //a:b@x/\r\n", "")),
       "bad-redirect"},
      {"less than announced", Always(Ok("Content-Length: 10\r\n\r\nabc")), "protocol"},
      {"no length that one can read", Always(Ok("Content-Length: ten\r\n\r\nabc")), "protocol"},
      {"cut chunk", Always(chunked + "10\r\nabc"), "protocol"},
      {"garbage for chunks", Always(chunked + "zz\r\nabc"), "protocol"},
      {"chunk longer than numbers", Always(chunked + "fffffffffffffffff\r\nabc"), "protocol"},
      {"reset in the middle", Reset(Ok("Content-Length: 10\r\n\r\nabc")), "protocol"},
      {"reset before the answer", Reset(""), "connect"},
      {"nothing at all", Always(""), "connect"},
      {"HTTP/0.9", Always("<html>hello</html>"), "protocol"},
      {"no gzip", Always(Answer("200 OK", "Content-Encoding: gzip\r\n", "abc")), "protocol"},
      {"cut gzip",
       Always(Answer("200 OK", "Content-Encoding: gzip\r\n", Gzip(x1000).substr(0, 12))),
       "protocol"},
      {"no Brotli", Always(Answer("200 OK", "Content-Encoding: br\r\n", "abc")), "protocol"},
      {"unknown encoding", Always(Answer("200 OK", "Content-Encoding: pigeon\r\n", "abc")),
       "protocol"},
  };
}

TEST_F(HttpClientTest, EndsEveryAbuseInItsBoundWithItsReason) {
  for (const HostileCase& test : Cases()) {
    TestServer server(test.script);
    HttpRequest request = RequestWith(test.bound);
    request.url = server.Url("/a");
    const auto response = Fetch(request);
    EXPECT_THAT(response, FailsWith(test.cause)) << test.name;
    std::printf("%-34s %s\n", test.name, std::string(response.status().message()).c_str());
  }
}

TEST_F(HttpClientTest, SaysWhereNobodyIs) {
  int port;
  {
    TestServer gone(Silent());
    port = gone.port();
  }
  EXPECT_THAT(Get(absl::StrCat("http://127.0.0.1:", port, "/")), FailsWith("connect"));
  EXPECT_THAT(Get("http://no-such-host.invalid/"), FailsWith("dns"));
  TestServer plain(Always(Ok("\r\n")));
  EXPECT_THAT(Get(absl::StrCat("https://127.0.0.1:", plain.port(), "/")), FailsWith("tls"));
}

}  // namespace
}  // namespace dateline::http
