#ifndef DATELINE_COMMON_TESTING_TCP_PROXY_H_
#define DATELINE_COMMON_TESTING_TCP_PROXY_H_

#include <list>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"

namespace dateline::testing {

// A proxy on 127.0.0.1 between a client and a server on the same machine, which breaks the network
// as a test asks. One thread of its own. Thread-safe.
class TcpProxy {
 public:
  // Forwards connections from a free port to `target_port` on 127.0.0.1. UNAVAILABLE if no port can
  // be had.
  static absl::StatusOr<std::unique_ptr<TcpProxy>> Start(int target_port);

  // Cuts what is open.
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  int port() const { return port_; }
  // Connections open at present.
  int connections() const;

  // Ends all connections at once by a reset; new ones are forwarded.
  void Cut();
  // Passes nothing on, in either direction, and nothing is lost: as a network that hangs. New
  // connections are accepted and hang too.
  void Stall();
  // Refuses new connections; open ones go on.
  void Refuse();
  // Undoes Stall and Refuse. UNAVAILABLE if somebody else has taken the port.
  absl::Status Resume();

 private:
  struct Pair;

  explicit TcpProxy(int target_port);
  absl::Status Listen() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Wake() const;
  void Run();
  bool Step();
  void Accept() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int target_port_;
  int port_ = 0;
  int wake_[2] = {-1, -1};
  mutable Mutex mutex_;
  int listener_ ABSL_GUARDED_BY(mutex_) = -1;
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Pair> pairs_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_TCP_PROXY_H_
