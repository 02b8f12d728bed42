#ifndef DATELINE_COMMON_RPC_STREAM_REGISTRY_H_
#define DATELINE_COMMON_RPC_STREAM_REGISTRY_H_

#include <cstddef>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"

namespace dateline::rpc {

// A stream that is open at a server.
class OpenStream {
 public:
  virtual ~OpenStream() = default;
  // Ends the stream with `status` when what is under way is done. Later calls have no effect.
  // Thread-safe.
  virtual void End(const absl::Status& status) = 0;
};

// The open streams of one kind: bounds their number, and ends them when the server goes down. Owns
// none of them. Thread-safe.
class StreamRegistry {
 public:
  // So many may be open at once.
  explicit StreamRegistry(size_t limit) : limit_(limit) {}

  // False, and the stream is to be ended with OVERLOADED, if there are as many as may be, or EndAll
  // was called. A stream that was taken may be ended from here on.
  [[nodiscard]] bool Add(const std::shared_ptr<OpenStream>& stream);
  // The stream has ended. No effect if it was not taken.
  void Remove(const OpenStream* stream);
  // Ends all streams with OVERLOADED and takes no new ones.
  void EndAll();

  size_t size() const;

 private:
  const size_t limit_;
  mutable Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<const OpenStream*, std::weak_ptr<OpenStream>> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_STREAM_REGISTRY_H_
