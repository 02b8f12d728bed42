#ifndef DATELINE_SERVICES_QUERY_FOLLOW_CATALOG_FEED_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_CATALOG_FEED_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::query::follow {

// The catalog as a follower sees it. All calls block the calling thread; streams until they end.
class CatalogFeed {
 public:
  virtual ~CatalogFeed() = default;

  // Calls `on_page` with each page, until the export is whole (OK) or breaks off (UNAVAILABLE), or
  // `on_page` fails, whose status is then returned. `page_token` resumes behind a page; `view` and
  // `names` say what is exported.
  virtual absl::Status Export(
      const catalog::v1::ExportResourcesRequest& request,
      const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) = 0;

  // Calls `on_batch` with each batch behind `position`. Ends only with an error: UNAVAILABLE when
  // the stream breaks off, FAILED_PRECONDITION with reason POSITION_EXPIRED, or that of `on_batch`.
  virtual absl::Status Stream(
      const std::string& position,
      const std::function<absl::Status(catalog::v1::StreamChangesResponse)>& on_batch) = 0;

  // Makes the follower known as a consumer, or renews its lease; Export and Stream do so
  // themselves.
  virtual absl::Status Register() = 0;

  // Says that an article is erased here. RESOURCE_NOT_FOUND; STATE_CONFLICT if it is not taken
  // down. Register and Acknowledge may be called beside the other calls.
  virtual absl::Status Acknowledge(const std::string& article) = 0;

  // Ends the running calls, and every later one at once, with CANCELLED. Callable from any thread.
  virtual void Cancel() = 0;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_CATALOG_FEED_H_
