#ifndef DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_PUBLICATION_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_PUBLICATION_STORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/author.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// Publications and authors: small sets that articles refer to. Thread-safe. Every call may also
// fail with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class PublicationStore {
 public:
  virtual ~PublicationStore() = default;

  // Stores a new publication under `publication.name`; version, etag and times are the store's to
  // set. RESOURCE_EXISTS; REQUEST_ID_REUSED.
  virtual absl::StatusOr<Written<content::v1::Publication>> CreatePublication(
      const RequestContext& context, const WriteOptions& options,
      const content::v1::Publication& publication) = 0;

  // RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                                  absl::string_view id) = 0;

  // Up to `limit` publications with an id above `after_id`, by id in byte order.
  virtual absl::StatusOr<Page<content::v1::Publication>> ListPublications(
      const RequestContext& context, absl::string_view after_id, int limit) = 0;

  // As for publications.
  virtual absl::StatusOr<Written<content::v1::Author>> CreateAuthor(
      const RequestContext& context, const WriteOptions& options,
      const content::v1::Author& author) = 0;
  virtual absl::StatusOr<content::v1::Author> GetAuthor(const RequestContext& context,
                                                        absl::string_view id) = 0;
  virtual absl::StatusOr<Page<content::v1::Author>> ListAuthors(const RequestContext& context,
                                                                absl::string_view after_id,
                                                                int limit) = 0;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_PUBLICATION_STORE_H_
