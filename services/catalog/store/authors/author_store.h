#ifndef DATELINE_SERVICES_CATALOG_STORE_AUTHORS_AUTHOR_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_AUTHORS_AUTHOR_STORE_H_

#include <functional>
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

// Authors. Thread-safe. Every call may also fail with DATABASE_UNAVAILABLE, OVERLOADED,
// DEADLINE_EXCEEDED or CANCELLED, and every write with REQUEST_ID_REUSED; every write of an author
// who is there already with RESOURCE_NOT_FOUND and ETAG_MISMATCH.
class AuthorStore {
 public:
  explicit AuthorStore(StoreContext context) : postgres_(std::move(context)) {}

  // Stores a new author under `author.name`; version, etag and times are the store's to
  // set. RESOURCE_EXISTS.
  absl::StatusOr<Written<content::v1::Author>> CreateAuthor(const RequestContext& context,
                                                            const WriteOptions& options,
                                                            const content::v1::Author& author);

  // Changes an author under the row's lock: `change` gets it as stored and makes it what it shall
  // be; an error that it returns is answered. STATE_CONFLICT for one who is merged or deleted.
  absl::StatusOr<Written<content::v1::Author>> UpdateAuthor(
      const RequestContext& context, const WriteOptions& options, absl::string_view id,
      const std::function<absl::Status(content::v1::Author*)>& change);

  // Deletes an author and who was merged into this one; articles are not rewritten. STATE_CONFLICT
  // for one who is merged or deleted.
  absl::StatusOr<Written<content::v1::Author>> DeleteAuthor(const RequestContext& context,
                                                            const WriteOptions& options,
                                                            absl::string_view id);

  // Puts `target_id` in the place of each of `merged_ids`, and of who was merged into these before;
  // what these are called becomes a variant of the target, whom it answers. Articles are not
  // rewritten. STATE_CONFLICT for one who is merged or deleted; INVALID_FIELD for more variants
  // than an author may have. options.etag is the target's.
  absl::StatusOr<Written<content::v1::Author>> MergeAuthors(
      const RequestContext& context, const WriteOptions& options, const std::string& target_id,
      const std::vector<std::string>& merged_ids);

  // An author, merged and deleted ones too. RESOURCE_NOT_FOUND.
  absl::StatusOr<content::v1::Author> GetAuthor(const RequestContext& context,
                                                absl::string_view id);

  // Up to `limit` authors who are neither merged nor deleted with an id above `after_id`, by id in
  // byte order, whose display name begins with `prefix`, without regard to case.
  absl::StatusOr<Page<content::v1::Author>> ListAuthors(const RequestContext& context,
                                                        absl::string_view prefix,
                                                        absl::string_view after_id, int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_AUTHORS_AUTHOR_STORE_H_
