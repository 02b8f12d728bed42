#include "common/rpc/stream/registry.h"

#include "common/errors/errors.h"

namespace dateline::rpc {

bool StreamRegistry::Add(const std::shared_ptr<OpenStream>& stream) {
  MutexLock lock(mutex_);
  if (ending_ || open_.size() >= limit_) return false;
  open_[stream.get()] = stream;
  return true;
}

void StreamRegistry::Remove(const OpenStream* stream) {
  MutexLock lock(mutex_);
  open_.erase(stream);
}

void StreamRegistry::EndAll() {
  std::map<const OpenStream*, std::weak_ptr<OpenStream>> open;
  {
    MutexLock lock(mutex_);
    ending_ = true;
    open = open_;
  }
  // Without the lock: a stream that ends is removed.
  for (const auto& [key, stream] : open) {
    if (const auto alive = stream.lock()) alive->End(error::Overloaded());
  }
}

size_t StreamRegistry::size() const {
  MutexLock lock(mutex_);
  return open_.size();
}

}  // namespace dateline::rpc
