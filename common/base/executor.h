#ifndef DATELINE_COMMON_BASE_EXECUTOR_H_
#define DATELINE_COMMON_BASE_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"

namespace dateline {

// A fixed number of threads before a bounded queue: work beyond the bound is refused, never queued
// for ever. Thread-safe. Tasks must not throw; one that does ends the program.
class BoundedExecutor {
 public:
  using Task = std::function<void()>;
  // Told the number of waiting tasks whenever it changes, one call at a time, under the executor's
  // lock: it must be quick and must not call back.
  using DepthCallback = std::function<void(size_t depth)>;

  // `threads` >= 1; `queue_limit` bounds the tasks that wait, not those that run.
  BoundedExecutor(int threads, size_t queue_limit, DepthCallback on_depth = nullptr);
  // Shuts down.
  ~BoundedExecutor();
  BoundedExecutor(const BoundedExecutor&) = delete;
  BoundedExecutor& operator=(const BoundedExecutor&) = delete;

  // Queues `task`; false, and `task` is dropped, when the queue is full or Shutdown has begun. A
  // task that was taken always runs: whether its caller still waits is for the task to ask.
  [[nodiscard]] bool TrySubmit(Task task);

  // Takes no more tasks, runs those that wait, returns when all have ended. May be called
  // repeatedly, but not from a task.
  void Shutdown();

  // Number of tasks that wait.
  size_t queue_depth();

 private:
  void Run();
  void ReportDepth() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t queue_limit_;
  const DepthCallback on_depth_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Mutex join_mutex_;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_EXECUTOR_H_
