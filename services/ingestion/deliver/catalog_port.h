#ifndef DATELINE_SERVICES_INGESTION_DELIVER_CATALOG_PORT_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_CATALOG_PORT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "dateline/content/v1/topic.pb.h"

namespace dateline::ingestion::deliver {

// The catalog as ingestion uses it. Errors are the catalog's own; PEER_UNAVAILABLE if it cannot be
// reached. Thread-safe.
class CatalogPort {
 public:
  virtual ~CatalogPort() = default;

  // All topics, active, proposed and merged.
  virtual absl::StatusOr<std::vector<content::v1::Topic>> ListAllTopics(
      const RequestContext& context) = 0;
  // Topics by id; makes those that are missing.
  virtual absl::StatusOr<catalog::v1::EnsureTopicsResponse> EnsureTopics(
      const RequestContext& context, const catalog::v1::EnsureTopicsRequest& request) = 0;
  // A topic of any state. RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<content::v1::Topic> GetTopic(const RequestContext& context,
                                                      const std::string& name) = 0;
  virtual absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                                  const std::string& name) = 0;
  virtual absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> Upsert(
      const RequestContext& context, const catalog::v1::BatchUpsertArticlesRequest& request) = 0;
  virtual absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> AddArticleTopics(
      const RequestContext& context, const catalog::v1::BatchAddArticleTopicsRequest& request) = 0;
  // Calls `on_page` with the pages of an export behind `page_token`, which may be empty, until it
  // is whole (OK), breaks off, or `on_page` fails, whose status is then returned.
  virtual absl::Status Export(
      const RequestContext& context, const std::string& page_token,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) = 0;
  // About how many articles there are.
  virtual absl::StatusOr<int64_t> CountArticles(const RequestContext& context) = 0;
  // OK if the catalog answers.
  virtual absl::Status Ping(const RequestContext& context) = 0;
};

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_CATALOG_PORT_H_
