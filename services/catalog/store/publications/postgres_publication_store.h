#ifndef DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_POSTGRES_PUBLICATION_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_POSTGRES_PUBLICATION_STORE_H_

#include <string>
#include <utility>
#include <vector>

#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/publications/publication_store.h"

namespace dateline::catalog::store {

// PublicationStore on PostgreSQL. Thread-safe.
class PostgresPublicationStore : public PublicationStore {
 public:
  explicit PostgresPublicationStore(PostgresContext postgres) : postgres_(std::move(postgres)) {}

  absl::StatusOr<Written<content::v1::Publication>> CreatePublication(
      const RequestContext& context, const WriteOptions& options,
      const content::v1::Publication& publication) override;
  absl::StatusOr<content::v1::Publication> GetPublication(const RequestContext& context,
                                                          absl::string_view id) override;
  absl::StatusOr<Page<content::v1::Publication>> ListPublications(const RequestContext& context,
                                                                  absl::string_view after_id,
                                                                  int limit) override;
  absl::StatusOr<Written<content::v1::Author>> CreateAuthor(
      const RequestContext& context, const WriteOptions& options,
      const content::v1::Author& author) override;
  absl::StatusOr<content::v1::Author> GetAuthor(const RequestContext& context,
                                                absl::string_view id) override;
  absl::StatusOr<Page<content::v1::Author>> ListAuthors(const RequestContext& context,
                                                        absl::string_view after_id,
                                                        int limit) override;

 private:
  const PostgresContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_PUBLICATIONS_POSTGRES_PUBLICATION_STORE_H_
