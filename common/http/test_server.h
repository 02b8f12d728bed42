#ifndef DATELINE_COMMON_HTTP_TEST_SERVER_H_
#define DATELINE_COMMON_HTTP_TEST_SERVER_H_

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"

namespace dateline::http {

// One connection as a hostile server sees it: bytes, no manners.
class TestConnection {
 public:
  explicit TestConnection(int fd) : fd_(fd) {}

  // False when the client has gone.
  bool Send(absl::string_view bytes) const;
  // Makes the end of the connection a reset.
  void Reset() const;
  // Waits up to `milliseconds` for the client to go; true if it has.
  bool ClientGone(int milliseconds) const;

 private:
  int fd_;
};

// A server on 127.0.0.1 and a free port that reads one request of each connection, head and body,
// hands it to its script, and closes. Thread-safe.
class TestServer {
 public:
  using Script = std::function<void(TestConnection&, const std::string& request)>;

  explicit TestServer(Script script);
  // Ends when all connections have.
  ~TestServer();

  // A server that always sends `answer`.
  static Script Always(std::string answer);

  int port() const { return port_; }
  std::string Url(absl::string_view path) const;
  // The requests so far, in order.
  std::vector<std::string> requests() const;

 private:
  void Accept();
  void Serve(int fd);

  const Script script_;
  int listener_ = -1;
  int port_ = 0;
  mutable Mutex mutex_;
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> connections_;  // of the accepting thread, then of the destructor
  std::thread acceptor_;
};

// An answer with its Content-Length. `headers` are whole lines.
std::string Answer(absl::string_view status, absl::string_view headers, absl::string_view body);

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_TEST_SERVER_H_
