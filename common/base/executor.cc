#include "common/base/executor.h"

#include <utility>

namespace dateline {

BoundedExecutor::BoundedExecutor(int threads, size_t queue_limit, DepthCallback on_depth)
    : queue_limit_(queue_limit), on_depth_(std::move(on_depth)) {
  MutexLock lock(join_mutex_);
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

BoundedExecutor::~BoundedExecutor() { Shutdown(); }

bool BoundedExecutor::TrySubmit(Task task) {
  MutexLock lock(mutex_);
  if (stopping_ || queue_.size() >= queue_limit_) return false;
  queue_.push_back(std::move(task));
  ReportDepth();
  changed_.Signal();
  return true;
}

void BoundedExecutor::Shutdown() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  MutexLock lock(join_mutex_);
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t BoundedExecutor::queue_depth() {
  MutexLock lock(mutex_);
  return queue_.size();
}

void BoundedExecutor::ReportDepth() {
  if (on_depth_) on_depth_(queue_.size());
}

void BoundedExecutor::Run() {
  while (true) {
    Task task;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) changed_.Wait(mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ReportDepth();
    }
    task();
  }
}

}  // namespace dateline
