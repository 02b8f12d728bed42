#ifndef DATELINE_SERVICES_CATALOG_STORE_TOPICS_TOPIC_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_TOPICS_TOPIC_STORE_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/topic.pb.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// Which topics a list holds.
struct TopicFilter {
  std::vector<content::v1::TopicState> states;  // At least one.
  std::string parent_id;                        // Of which they are children; empty for all.
  content::v1::TopicKind kind = content::v1::TOPIC_KIND_UNSPECIFIED;  // Unspecified for all.
  std::string prefix;  // Of the display name, without regard to case; empty for all.
};

// A topic that was asked for.
struct EnsuredTopic {
  content::v1::Topic topic;
  bool created = false;
};

// Topics with their names and their tree. Thread-safe. Every call may also fail with
// DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class TopicStore {
 public:
  explicit TopicStore(StoreContext context) : postgres_(std::move(context)) {}

  // Stores a new topic under `topic.name`; version, etag and times are the store's to set.
  // RESOURCE_EXISTS; RESOURCE_NOT_FOUND for a parent that does not exist; REQUEST_ID_REUSED.
  absl::StatusOr<Written<content::v1::Topic>> CreateTopic(const RequestContext& context,
                                                          const WriteOptions& options,
                                                          const content::v1::Topic& topic);

  // Changes a topic under its row's lock: `change` gets it as stored and makes it what it shall be;
  // an error that it returns is answered. RESOURCE_NOT_FOUND, also for a parent; INVALID_FIELD if
  // the parents would form a cycle; REQUEST_ID_REUSED.
  absl::StatusOr<Written<content::v1::Topic>> UpdateTopic(
      const RequestContext& context, const WriteOptions& options, absl::string_view id,
      const std::function<absl::Status(content::v1::Topic*)>& change);

  // Makes those of `topics` whose names nobody has and answers all, in order, each as it is stored,
  // whatever its state; in one transaction, so whoever asks at the same time gets the same. Names
  // may stand twice; of these the first counts. `position` is one at which all are included.
  absl::StatusOr<Written<std::vector<EnsuredTopic>>> EnsureTopics(
      const RequestContext& context, const std::vector<content::v1::Topic>& topics);

  // A topic of any state. RESOURCE_NOT_FOUND.
  absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context, absl::string_view id);

  // Up to `limit` topics that `filter` lets pass with an id above `after_id`, by id in byte order.
  absl::StatusOr<Page<content::v1::Topic>> ListTopics(const RequestContext& context,
                                                      const TopicFilter& filter,
                                                      absl::string_view after_id, int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_TOPICS_TOPIC_STORE_H_
