#ifndef DATELINE_SERVICES_CATALOG_STORE_TOPICS_POSTGRES_TOPIC_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_TOPICS_POSTGRES_TOPIC_STORE_H_

#include <utility>
#include <vector>

#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::store {

// TopicStore on PostgreSQL. Thread-safe.
class PostgresTopicStore : public TopicStore {
 public:
  explicit PostgresTopicStore(PostgresContext postgres) : postgres_(std::move(postgres)) {}

  absl::StatusOr<Written<content::v1::Topic>> CreateTopic(const RequestContext& context,
                                                          const WriteOptions& options,
                                                          const content::v1::Topic& topic) override;
  absl::StatusOr<Written<content::v1::Topic>> UpdateTopic(
      const RequestContext& context, const WriteOptions& options, absl::string_view id,
      const std::function<absl::Status(content::v1::Topic*)>& change) override;
  absl::StatusOr<Written<std::vector<EnsuredTopic>>> EnsureTopics(
      const RequestContext& context, const std::vector<content::v1::Topic>& topics) override;
  absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context,
                                              absl::string_view id) override;
  absl::StatusOr<Page<content::v1::Topic>> ListTopics(const RequestContext& context,
                                                      const TopicFilter& filter,
                                                      absl::string_view after_id,
                                                      int limit) override;

 private:
  const PostgresContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_TOPICS_POSTGRES_TOPIC_STORE_H_
