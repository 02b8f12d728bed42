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

// The articles that stand first on a topic's page.
struct Pins {
  std::vector<std::string> articles;  // Names, in order.
  std::string etag;                   // Of the pins, not of the topic.
};

// Topics with their names, their tree and their pins. Thread-safe. Every call may also fail with
// DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED, and every write with
// REQUEST_ID_REUSED; every write of a topic that is there already with RESOURCE_NOT_FOUND and
// ETAG_MISMATCH.
class TopicStore {
 public:
  explicit TopicStore(StoreContext context) : postgres_(std::move(context)) {}

  // Stores a new topic under `topic.name`; version, etag and times are the store's to set.
  // RESOURCE_EXISTS; RESOURCE_NOT_FOUND for a parent that does not exist; a merged parent is its
  // target.
  absl::StatusOr<Written<content::v1::Topic>> CreateTopic(const RequestContext& context,
                                                          const WriteOptions& options,
                                                          const content::v1::Topic& topic);

  // Changes a topic under its row's lock: `change` gets it as stored and makes it what it shall be;
  // an error that it returns is answered. STATE_CONFLICT for one that is merged or deleted;
  // RESOURCE_NOT_FOUND, also for a parent that is new; INVALID_FIELD, naming the cycle, if the
  // parents would form one.
  absl::StatusOr<Written<content::v1::Topic>> UpdateTopic(
      const RequestContext& context, const WriteOptions& options, absl::string_view id,
      const std::function<absl::Status(content::v1::Topic*)>& change);

  // Makes those of `topics` whose names nobody has and answers all, in order, each as it is stored,
  // whatever its state; in one transaction, so whoever asks at the same time gets the same. Names
  // may stand twice; of these the first counts. One that is called like a topic that was deleted is
  // not made: the deleted one is answered. `position` is one at which all are included.
  absl::StatusOr<Written<std::vector<EnsuredTopic>>> EnsureTopics(
      const RequestContext& context, const std::vector<content::v1::Topic>& topics);

  // Deletes a topic and what was merged into it, which takes its pins away; topics below it are not
  // rewritten, and articles that carry it by ArticleStore::RemoveTopic. `check` gets it as stored;
  // an error that it returns is answered. RESOURCE_IN_USE, with how many use it, unless `force` is
  // set.
  absl::StatusOr<Written<content::v1::Topic>> DeleteTopic(
      const RequestContext& context, const WriteOptions& options, absl::string_view id, bool force,
      const std::function<absl::Status(const content::v1::Topic&)>& check);

  // Puts `target_id` in the place of each of `merged_ids`, and of what was merged into these
  // before; answers the target, which itself is not written. The merged ones lose their parents and
  // pins; articles and topics below them are not rewritten. RESOURCE_NOT_FOUND; STATE_CONFLICT for
  // one that is merged or deleted; INVALID_FIELD, naming the cycle, if the target stands below one
  // of them. options.etag is the target's.
  absl::StatusOr<Written<content::v1::Topic>> MergeTopics(
      const RequestContext& context, const WriteOptions& options, const std::string& target_id,
      const std::vector<std::string>& merged_ids);

  // A topic's pins and the position of their last change; those of a merged topic are its target's.
  // RESOURCE_NOT_FOUND.
  absl::StatusOr<Written<Pins>> GetPins(const RequestContext& context, absl::string_view id);

  // Sets a topic's pins to the articles of these ids. options.etag is the pins'. RESOURCE_NOT_FOUND
  // for topic or article; STATE_CONFLICT for a topic that is merged or deleted, and for an article
  // that is deleted or taken down.
  absl::StatusOr<Written<Pins>> SetPins(const RequestContext& context, const WriteOptions& options,
                                        const std::string& id,
                                        const std::vector<std::string>& article_ids);

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
