#ifndef DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_PUBLICATION_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_PUBLICATION_STORE_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// Publications, a small set. Thread-safe. Every call may also fail with DATABASE_UNAVAILABLE,
// OVERLOADED, DEADLINE_EXCEEDED or CANCELLED, and every write with REQUEST_ID_REUSED.
class PublicationStore {
 public:
  explicit PublicationStore(StoreContext context) : postgres_(std::move(context)) {}

  // Stores a new publication under `publication.name`, which may have been another's that was
  // deleted; version, etag and times are the store's to set. RESOURCE_EXISTS.
  absl::StatusOr<Written<content::v1::Publication>> CreatePublication(
      const RequestContext& context, const WriteOptions& options,
      const content::v1::Publication& publication);

  // Changes a publication under its row's lock: `change` gets it as stored and makes it what it
  // shall be; an error that it returns is answered. RESOURCE_NOT_FOUND; ETAG_MISMATCH.
  absl::StatusOr<Written<content::v1::Publication>> UpdatePublication(
      const RequestContext& context, const WriteOptions& options, absl::string_view id,
      const std::function<absl::Status(content::v1::Publication*)>& change);

  // Deletes a publication; answers it as it was last. RESOURCE_NOT_FOUND; ETAG_MISMATCH;
  // RESOURCE_IN_USE, with how many, while it has articles of any state.
  absl::StatusOr<Written<content::v1::Publication>> DeletePublication(const RequestContext& context,
                                                                      const WriteOptions& options,
                                                                      absl::string_view id);

  // RESOURCE_NOT_FOUND, also for one that was deleted.
  absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                          absl::string_view id);

  // Up to `limit` publications with an id above `after_id`, by id in byte order.
  absl::StatusOr<Page<content::v1::Publication>> ListPublications(const RequestContext& context,
                                                                  absl::string_view after_id,
                                                                  int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_PUBLICATION_STORE_H_
