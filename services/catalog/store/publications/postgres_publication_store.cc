#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/publications/publication_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Publication;

constexpr ResourceTable kTable = {v1::RESOURCE_KIND_PUBLICATION, api::kPublications, "publication"};

}  // namespace

absl::StatusOr<Written<Publication>> PublicationStore::CreatePublication(
    const RequestContext& context, const WriteOptions& options, const Publication& publication) {
  return CreateResource(postgres_, context, options, kTable, publication);
}

absl::StatusOr<Publication> PublicationStore::GetPublication(const RequestContext& context,
                                                             absl::string_view id) {
  return ReadResource<Publication>(postgres_, context, kTable, id);
}

absl::StatusOr<Page<Publication>> PublicationStore::ListPublications(const RequestContext& context,
                                                                     absl::string_view after_id,
                                                                     int limit) {
  return ListResources<Publication>(postgres_, context, kTable, after_id, limit, "NOT deleted");
}

}  // namespace dateline::catalog::store
