#ifndef DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FEED_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FEED_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::ingestion::deliver {

// The catalog's topics as a follower sees them. Both calls block the calling thread.
class TopicFeed {
 public:
  virtual ~TopicFeed() = default;

  // Reads the present state of all topics, deleted ones included, and from where to follow their
  // changes. UNAVAILABLE when it breaks off.
  virtual absl::Status ReadTopics(std::vector<catalog::v1::ResourceState>* topics,
                                  std::string* position) = 0;

  // Calls `on_batch` with each batch of changes of topics behind `position`; batches without
  // changes tell how far it is. Ends only with an error: UNAVAILABLE when the stream breaks off,
  // FAILED_PRECONDITION with reason POSITION_EXPIRED, or that of `on_batch`.
  virtual absl::Status Follow(
      const std::string& position,
      const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>& on_batch) = 0;

  // Ends the running call, and every later one at once, with CANCELLED. Callable from any thread.
  virtual void Cancel() = 0;
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_TOPIC_FEED_H_
