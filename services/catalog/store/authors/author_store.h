#ifndef DATELINE_SERVICES_CATALOG_STORE_AUTHORS_AUTHOR_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_AUTHORS_AUTHOR_STORE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/author.pb.h"
#include "services/catalog/store/page.h"
#include "services/catalog/store/store_context.h"
#include "services/catalog/store/write_options.h"

namespace dateline::catalog::store {

// Authors. Thread-safe. Every call may also
// fail with DATABASE_UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class AuthorStore {
 public:
  explicit AuthorStore(StoreContext context) : postgres_(std::move(context)) {}

  // Stores a new author under `author.name`; version, etag and times are the store's to
  // set. RESOURCE_EXISTS; REQUEST_ID_REUSED.
  absl::StatusOr<Written<content::v1::Author>> CreateAuthor(const RequestContext& context,
                                                            const WriteOptions& options,
                                                            const content::v1::Author& author);

  // RESOURCE_NOT_FOUND.
  absl::StatusOr<content::v1::Author> GetAuthor(const RequestContext& context,
                                                absl::string_view id);

  // Up to `limit` authors with an id above `after_id`, by id in byte order.
  absl::StatusOr<Page<content::v1::Author>> ListAuthors(const RequestContext& context,
                                                        absl::string_view after_id, int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_AUTHORS_AUTHOR_STORE_H_
