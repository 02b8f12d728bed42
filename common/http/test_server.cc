#include "common/http/test_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dateline::http {
namespace {

// The length that a request's head announces; 0 without one.
size_t ContentLength(const std::string& head) {
  constexpr absl::string_view kName = "\r\nContent-Length: ";
  const size_t at = head.find(std::string(kName));
  size_t length = 0;
  if (at == std::string::npos) return 0;
  const size_t start = at + kName.size();
  return absl::SimpleAtoi(absl::ClippedSubstr(head, start, head.find('\r', start) - start), &length)
             ? length
             : 0;
}

std::string ReadRequest(int fd) {
  std::string request;
  char buffer[4'096];
  while (true) {
    const size_t end = request.find("\r\n\r\n");
    if (end != std::string::npos && request.size() >= end + 4 + ContentLength(request)) break;
    const ssize_t count = recv(fd, buffer, sizeof(buffer), 0);
    if (count <= 0) break;
    request.append(buffer, static_cast<size_t>(count));
    // No HTTP but a TLS handshake (RFC 8446, 5.1): it has no empty line.
    if (request[0] == '\x16') break;
  }
  return request;
}

}  // namespace

bool TestConnection::Send(absl::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void TestConnection::Reset() const {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

bool TestConnection::ClientGone(int milliseconds) const {
  pollfd waiting{fd_, POLLIN, 0};
  if (poll(&waiting, 1, milliseconds) == 0) return false;
  char byte;
  return recv(fd_, &byte, 1, MSG_PEEK) <= 0;
}

TestServer::TestServer(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

TestServer::~TestServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  for (std::thread& connection : connections_) connection.join();
}

TestServer::Script TestServer::Always(std::string answer) {
  return [answer = std::move(answer)](TestConnection& connection, const std::string&) {
    connection.Send(answer);
  };
}

std::string TestServer::Url(absl::string_view path) const {
  return absl::StrCat("http://127.0.0.1:", port_, path);
}

std::vector<std::string> TestServer::requests() const {
  MutexLock lock(mutex_);
  return requests_;
}

void TestServer::Accept() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    connections_.emplace_back([this, fd] { Serve(fd); });
  }
}

void TestServer::Serve(int fd) {
  const std::string request = ReadRequest(fd);
  {
    MutexLock lock(mutex_);
    requests_.push_back(request);
  }
  TestConnection connection(fd);
  script_(connection, request);
  close(fd);
}

std::string Answer(absl::string_view status, absl::string_view headers, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\n", headers, "Content-Length: ", body.size(),
                      "\r\n\r\n", body);
}

}  // namespace dateline::http
