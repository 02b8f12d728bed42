#include "common/testing/tcp_proxy.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/testing/status_matchers.h"

namespace dateline::testing {
namespace {

// A socket that closes itself.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

  void Send(const std::string& text) const {
    EXPECT_EQ(send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Waits for `size` bytes; fewer when the connection ends.
  std::string Receive(size_t size) const {
    std::string text(size, '\0');
    const ssize_t count = recv(fd_, text.data(), size, MSG_WAITALL);
    text.resize(count < 0 ? 0 : static_cast<size_t>(count));
    return text;
  }
  bool HasSomething(int milliseconds) const {
    pollfd waiting{fd_, POLLIN, 0};
    return poll(&waiting, 1, milliseconds) == 1;
  }

 private:
  int fd_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class TcpProxyTest : public ::testing::Test {
 protected:
  TcpProxyTest() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_.fd(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_.fd(), 8), 0);
    EXPECT_EQ(getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    auto proxy = TcpProxy::Start(ntohs(address.sin_port));
    EXPECT_THAT(proxy, IsOk());
    proxy_ = *std::move(proxy);
  }

  // Through the proxy; -1 within when refused.
  Socket Connect() const {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = Loopback(proxy_->port());
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
      return Socket(fd);
    }
    close(fd);
    return Socket(-1);
  }
  Socket Accept() const { return Socket(accept(listener_.fd(), nullptr, nullptr)); }

  Socket listener_;
  std::unique_ptr<TcpProxy> proxy_;
};

TEST_F(TcpProxyTest, ForwardsBothWaysAndTheEnd) {
  const Socket client = Connect();
  const Socket server = Accept();
  client.Send("question");
  EXPECT_EQ(server.Receive(8), "question");
  shutdown(client.fd(), SHUT_WR);
  EXPECT_EQ(server.Receive(1), "");
  server.Send("answer");
  EXPECT_EQ(client.Receive(6), "answer");
  EXPECT_EQ(proxy_->connections(), 1);
}

TEST_F(TcpProxyTest, ForwardsMoreThanItsBuffer) {
  const Socket client = Connect();
  const Socket server = Accept();
  const std::string much(size_t{8} << 20, 'x');
  std::thread sender([&] {
    client.Send(much);
    shutdown(client.fd(), SHUT_WR);
  });
  EXPECT_EQ(server.Receive(much.size() + 1), much);
  sender.join();
}

TEST_F(TcpProxyTest, CutsWhatIsOpenOnly) {
  const Socket client = Connect();
  const Socket server = Accept();
  client.Send("a");
  EXPECT_EQ(server.Receive(1), "a");
  proxy_->Cut();
  EXPECT_EQ(proxy_->connections(), 0);
  EXPECT_EQ(client.Receive(1), "");
  EXPECT_EQ(server.Receive(1), "");
  const Socket again = Connect();
  const Socket anew = Accept();
  again.Send("b");
  EXPECT_EQ(anew.Receive(1), "b");
}

TEST_F(TcpProxyTest, StallsWithoutLoss) {
  const Socket client = Connect();
  const Socket server = Accept();
  proxy_->Stall();
  client.Send("late");
  EXPECT_FALSE(server.HasSomething(50));
  ASSERT_THAT(proxy_->Resume(), IsOk());
  EXPECT_EQ(server.Receive(4), "late");
}

TEST_F(TcpProxyTest, RefusesNewConnectionsUntilResumed) {
  const Socket client = Connect();
  const Socket server = Accept();
  const int port = proxy_->port();
  proxy_->Refuse();
  EXPECT_EQ(Connect().fd(), -1);
  client.Send("still here");
  EXPECT_EQ(server.Receive(10), "still here");
  ASSERT_THAT(proxy_->Resume(), IsOk());
  EXPECT_EQ(proxy_->port(), port);
  EXPECT_GE(Connect().fd(), 0);
}

}  // namespace
}  // namespace dateline::testing
