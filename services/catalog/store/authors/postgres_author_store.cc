#include "services/catalog/store/authors/author_store.h"
#include "services/catalog/store/postgres_resources.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Author;

constexpr ResourceTable kTable = {v1::RESOURCE_KIND_AUTHOR, api::kAuthors, "author"};

}  // namespace

absl::StatusOr<Written<Author>> AuthorStore::CreateAuthor(const RequestContext& context,
                                                          const WriteOptions& options,
                                                          const Author& author) {
  return CreateResource(postgres_, context, options, kTable, author);
}

absl::StatusOr<Author> AuthorStore::GetAuthor(const RequestContext& context, absl::string_view id) {
  return ReadResource<Author>(postgres_, context, kTable, id);
}

absl::StatusOr<Page<Author>> AuthorStore::ListAuthors(const RequestContext& context,
                                                      absl::string_view after_id, int limit) {
  return ListResources<Author>(postgres_, context, kTable, after_id, limit, "NOT deleted");
}

}  // namespace dateline::catalog::store
