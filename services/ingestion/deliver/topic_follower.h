#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FOLLOWER_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FOLLOWER_H_

#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/deliver/topic_feed.h"

namespace dateline::ingestion::deliver {

// Keeps a directory of topics up to date: reads them all, then follows their changes; goes on where
// it was after an interruption, and reads them all again when its position has expired. While it
// cannot, the directory lists the topics itself. Thread-safe.
class TopicFollower {
 public:
  // Starts. Both must outlive it.
  TopicFollower(TopicDirectory& directory, TopicFeed& feed);
  // Stops.
  ~TopicFollower();
  TopicFollower(const TopicFollower&) = delete;
  TopicFollower& operator=(const TopicFollower&) = delete;

 private:
  void Run();
  absl::Status ReadAll();
  absl::Status Follow();
  // Calls ReadAll or Follow; what it throws becomes INTERNAL.
  absl::Status Guarded(absl::Status (TopicFollower::*step)());
  // Waits before the next attempt; false when stopping.
  bool BackOff(int failures);

  TopicDirectory& directory_;
  TopicFeed& feed_;
  std::string position_;  // Empty: all are to be read. Of the thread alone.
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FOLLOWER_H_
