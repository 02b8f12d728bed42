#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FOLLOWER_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FOLLOWER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/worker.h"
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
  // Reads or follows until that ends; answers how long to rest then.
  absl::Duration Step();
  absl::Status ReadAll();
  absl::Status Follow();

  TopicDirectory& directory_;
  TopicFeed& feed_;
  // Of the worker's thread alone.
  std::string position_;  // Empty: all are to be read.
  int failures_ = 0;
  Worker worker_;
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FOLLOWER_H_
