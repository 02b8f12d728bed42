// The small server as well-behaved and hostile clients see it, over loopback.
#include "common/http/server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "common/http/test_client.h"

namespace dateline::http {
namespace {

using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using ::testing::HasSubstr;

// A client with bytes and no manners.
class RawClient {
 public:
  explicit RawClient(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~RawClient() { close(fd_); }

  bool Send(const std::string& bytes) const {
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // All that comes until the server closes.
  std::string ReadAll() const {
    std::string all;
    char buffer[4'096];
    for (ssize_t count; (count = recv(fd_, buffer, sizeof(buffer), 0)) > 0;) {
      all.append(buffer, static_cast<size_t>(count));
    }
    return all;
  }
  // Sends a byte now and then until the server closes; false if it does not within a minute.
  bool DripUntilClosed() const {
    for (int i = 0; i < 1'200; ++i) {
      Send("x");
      pollfd waiting{fd_, POLLIN, 0};
      if (poll(&waiting, 1, 50) > 0) return true;
    }
    return false;
  }

 private:
  const int fd_;
};

std::unique_ptr<HttpServer> Serve(HttpServer::Handler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_THAT(server, IsOk());
  return *std::move(server);
}

TEST(HttpServerTest, HandsOverWholeRequests) {
  ServerRequest seen;
  const auto server = Serve([&](const ServerRequest& request) {
    seen = request;
    return ServerResponse{202, "text/plain", "taken"};
  });
  HttpRequest request;
  request.url = absl::StrCat("http://127.0.0.1:", server->port(), "/a%20b?x=1&y=%26&x=2&z");
  request.method = Method::kPost;
  request.body = std::string("a\0b", 3);
  request.headers = {{"X-One", "1"}};
  const auto response = MakeClient()->FetchBlocking(RequestContext::Background("test"), request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 202);
  EXPECT_EQ(response->body, "taken");
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/a b");
  EXPECT_EQ(seen.Argument("x"), "1");
  EXPECT_EQ(seen.Argument("y"), "&");
  EXPECT_EQ(seen.arguments.size(), 4U);
  EXPECT_EQ(seen.Header("x-one"), "1");
  EXPECT_EQ(seen.body, std::string("a\0b", 3));
}

TEST(HttpServerTest, TakesBodiesOfItsBoundAndNoMore) {
  std::atomic<size_t> bytes{0};
  HttpServerOptions options;
  options.max_body_bytes = 1'000'000;
  const auto server = Serve(
      [&](const ServerRequest& request) {
        bytes = request.body.size();
        return ServerResponse{};
      },
      options);
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  RawClient fits(server->port());
  fits.Send(head + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
  EXPECT_THAT(fits.ReadAll(), HasSubstr("200 OK"));
  EXPECT_EQ(bytes, 1'000'000U);
  bytes = 0;
  RawClient announced(server->port());
  announced.Send(head + "Content-Length: 1000001\r\n\r\n");
  EXPECT_THAT(announced.ReadAll(), HasSubstr("413"));
  RawClient chunked(server->port());
  chunked.Send(head + "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) chunked.Send("10000\r\n" + std::string(0x10000, 'x') + "\r\n");
  chunked.ReadAll();
  EXPECT_EQ(bytes, 0U);
}

TEST(HttpServerTest, EndsWhatIsTooLongOrTooSlow) {
  std::atomic<int> handled{0};
  HttpServerOptions options;
  options.idle_timeout = absl::Seconds(1);
  options.total_timeout = absl::Milliseconds(500);
  const auto server = Serve(
      [&](const ServerRequest&) {
        ++handled;
        return ServerResponse{};
      },
      options);
  RawClient long_header(server->port());
  long_header.Send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'x'));
  long_header.ReadAll();
  // Neither of these three ever sends a whole request; each call ends because the server ends it.
  RawClient silent(server->port());
  silent.ReadAll();
  RawClient slow_header(server->port());
  slow_header.Send("GET / HTTP/1.1\r\nX: ");
  EXPECT_TRUE(slow_header.DripUntilClosed());
  RawClient slow_body(server->port());
  slow_body.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_TRUE(slow_body.DripUntilClosed());
  EXPECT_EQ(handled, 0);
}

TEST(HttpServerTest, ServesAgainWhenConnectionsAreFreed) {
  HttpServerOptions options;
  options.max_connections = 4;
  options.threads = 2;
  options.idle_timeout = absl::Seconds(1);
  options.total_timeout = absl::Seconds(1);
  const auto server = Serve([](const ServerRequest&) { return ServerResponse{}; }, options);
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 20; ++i) idle.push_back(std::make_unique<RawClient>(server->port()));
  for (const auto& client : idle) client->ReadAll();
  RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadAll(), HasSubstr("200 OK"));
}

TEST(HttpServerTest, AnswersWhatIsNoRequestAndOutlivesAHandlerThatThrows) {
  const auto server = Serve([](const ServerRequest&) -> ServerResponse { throw 1; });
  RawClient throwing(server->port());
  throwing.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(throwing.ReadAll(), HasSubstr("500"));
  RawClient nonsense(server->port());
  nonsense.Send("\x16\x03\x01 nonsense\r\n\r\n");
  nonsense.ReadAll();
}

TEST(HttpServerTest, SaysWhyItCannotStart) {
  const auto handler = [](const ServerRequest&) { return ServerResponse{}; };
  EXPECT_THAT(HttpServer::Start({.address = "nonsense"}, handler),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(HttpServer::Start({.threads = 0}, handler),
              StatusIs(absl::StatusCode::kInvalidArgument));
  const auto first = Serve(handler);
  EXPECT_THAT(HttpServer::Start({.address = absl::StrCat("127.0.0.1:", first->port())}, handler),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace dateline::http
