#include "common/testing/tcp_proxy.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"

namespace dateline::testing {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Closes with a reset instead of an orderly end.
void Reset(int fd) {
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(fd);
}

// One direction of a connection.
struct Flow {
  int from;
  int to;
  std::string buffer;
  bool ended = false;  // `from` sends no more

  bool wants_read() const { return !ended && buffer.size() < kBufferBytes; }
  bool wants_write() const { return !buffer.empty(); }

  // False when the connection broke.
  bool Read() {
    char bytes[16'384];
    const ssize_t count = recv(from, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count > 0) buffer.append(bytes, static_cast<size_t>(count));
    ended = count == 0;
    return FinishIfDrained();
  }

  bool Write() {
    const ssize_t count = send(to, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    buffer.erase(0, static_cast<size_t>(count));
    return FinishIfDrained();
  }

 private:
  bool FinishIfDrained() {
    if (ended && buffer.empty()) shutdown(to, SHUT_WR);
    return true;
  }
};

}  // namespace

// A client's connection and ours to the server.
struct TcpProxy::Pair {
  Pair(int client, int server) : flows{{{client, server, ""}, {server, client, ""}}} {}

  std::array<Flow, 2> flows;
  bool broken = false;

  bool over() const {
    return broken ||
           (flows[0].ended && flows[1].ended && flows[0].buffer.empty() && flows[1].buffer.empty());
  }
  void Close() const {
    for (const Flow& flow : flows) {
      if (broken) {
        Reset(flow.from);
      } else {
        close(flow.from);
      }
    }
  }
  // What to wait for on `flows[side].from`.
  pollfd Waiting(size_t side) const {
    const int events =
        (flows[side].wants_read() ? POLLIN : 0) | (flows[1 - side].wants_write() ? POLLOUT : 0);
    // Without anything to wait for, a hang-up would wake the loop for ever.
    return {events == 0 ? -1 : flows[side].from, static_cast<short>(events), 0};
  }
  void Pass(size_t side, short events) {
    const bool failed = (events & POLLERR) != 0;
    const bool readable = (events & (POLLIN | POLLHUP)) != 0 && flows[side].wants_read();
    const bool writable = (events & POLLOUT) != 0 && flows[1 - side].wants_write();
    if (failed || (readable && !flows[side].Read()) || (writable && !flows[1 - side].Write())) {
      broken = true;
    }
  }
};

TcpProxy::TcpProxy(int target_port) : target_port_(target_port) {}

absl::StatusOr<std::unique_ptr<TcpProxy>> TcpProxy::Start(int target_port) {
  std::unique_ptr<TcpProxy> proxy(new TcpProxy(target_port));
  if (pipe2(proxy->wake_, O_CLOEXEC | O_NONBLOCK) != 0) {
    return absl::UnavailableError("cannot make a pipe");
  }
  {
    MutexLock lock(proxy->mutex_);
    DATELINE_RETURN_IF_ERROR(proxy->Listen());
  }
  proxy->thread_ = std::thread([raw = proxy.get()] { raw->Run(); });
  return proxy;
}

TcpProxy::~TcpProxy() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
  Cut();
  Refuse();
  for (const int fd : wake_) {
    if (fd >= 0) close(fd);
  }
}

int TcpProxy::connections() const {
  MutexLock lock(mutex_);
  return static_cast<int>(pairs_.size());
}

void TcpProxy::Cut() {
  {
    MutexLock lock(mutex_);
    for (Pair& pair : pairs_) {
      pair.broken = true;
      pair.Close();
    }
    pairs_.clear();
  }
  Wake();
}

void TcpProxy::Stall() {
  MutexLock lock(mutex_);
  stalled_ = true;
  Wake();
}

void TcpProxy::Refuse() {
  MutexLock lock(mutex_);
  if (listener_ >= 0) {
    // poll() in the proxy's thread still holds a closed socket open; this ends it at once.
    shutdown(listener_, SHUT_RDWR);
    close(listener_);
  }
  listener_ = -1;
  Wake();
}

absl::Status TcpProxy::Resume() {
  MutexLock lock(mutex_);
  stalled_ = false;
  if (listener_ < 0) DATELINE_RETURN_IF_ERROR(Listen());
  Wake();
  return absl::OkStatus();
}

absl::Status TcpProxy::Listen() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address = Loopback(port_);
  socklen_t size = sizeof(address);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(fd, 128) != 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    if (fd >= 0) close(fd);
    return absl::UnavailableError("cannot listen on 127.0.0.1");
  }
  listener_ = fd;
  // Unchanged when it listens again: others read it without the lock.
  if (port_ == 0) port_ = ntohs(address.sin_port);
  return absl::OkStatus();
}

void TcpProxy::Wake() const {
  // A full pipe wakes as well.
  if (write(wake_[1], "", 1) < 0) return;
}

void TcpProxy::Run() {
  while (Step()) {
  }
}

// Waits without the lock, then moves bytes under it. Descriptors may have been closed meanwhile, so
// only what is there before and after is touched.
bool TcpProxy::Step() {
  std::vector<pollfd> waiting{{wake_[0], POLLIN, 0}};
  {
    MutexLock lock(mutex_);
    if (stopping_) return false;
    waiting.push_back({listener_, POLLIN, 0});
    for (const Pair& pair : pairs_) {
      for (const size_t side : {0, 1}) {
        waiting.push_back(stalled_ ? pollfd{-1, 0, 0} : pair.Waiting(side));
      }
    }
  }
  poll(waiting.data(), waiting.size(), -1);
  if (waiting[0].revents != 0) {
    char bytes[64];
    while (read(wake_[0], bytes, sizeof(bytes)) > 0) {
    }
    // Somebody changed something: look at everything again.
    return true;
  }
  MutexLock lock(mutex_);
  size_t next = 2;
  for (auto pair = pairs_.begin(); pair != pairs_.end() && !stalled_;) {
    for (const size_t side : {0, 1}) {
      const bool known = next < waiting.size() && waiting[next].fd == pair->flows[side].from;
      if (known && waiting[next].revents != 0) pair->Pass(side, waiting[next].revents);
      ++next;
    }
    if (pair->over()) pair->Close();
    pair = pair->over() ? pairs_.erase(pair) : std::next(pair);
  }
  // Last, so that what was seen on a descriptor is not taken for a new one of the same number.
  if (listener_ >= 0 && listener_ == waiting[1].fd && waiting[1].revents != 0) Accept();
  return true;
}

void TcpProxy::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(target_port_);
  // On loopback this ends at once, one way or the other.
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(server);
    Reset(client);
    return;
  }
  pairs_.emplace_back(client, server);
}

}  // namespace dateline::testing
