#include "services/catalog/store/publications/postgres_publication_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Author;
using content::v1::Publication;

constexpr ResourceTable kPublicationTable = {v1::RESOURCE_KIND_PUBLICATION, api::kPublications,
                                             "publication"};
constexpr ResourceTable kAuthorTable = {v1::RESOURCE_KIND_AUTHOR, api::kAuthors, "author"};

template <typename Message>
absl::StatusOr<Written<Message>> Create(const PostgresContext& postgres,
                                        const RequestContext& context, const WriteOptions& options,
                                        const ResourceTable& table, const Message& message) {
  return WriteResource<Message>(
      postgres, context, options, table,
      [&](pqxx::transaction_base& transaction, const LogContext& log, Written<Message>* written) {
        written->message = message;
        return InsertResource(transaction, log, table, "", "", written);
      });
}

}  // namespace

absl::StatusOr<Written<Publication>> PostgresPublicationStore::CreatePublication(
    const RequestContext& context, const WriteOptions& options, const Publication& publication) {
  return Create(postgres_, context, options, kPublicationTable, publication);
}

absl::StatusOr<Publication> PostgresPublicationStore::GetPublication(const RequestContext& context,
                                                                     absl::string_view id) {
  return ReadResource<Publication>(postgres_, context, kPublicationTable, id);
}

absl::StatusOr<Page<Publication>> PostgresPublicationStore::ListPublications(
    const RequestContext& context, absl::string_view after_id, int limit) {
  return ListResources<Publication>(postgres_, context, kPublicationTable, after_id, limit,
                                    "NOT deleted");
}

absl::StatusOr<Written<Author>> PostgresPublicationStore::CreateAuthor(
    const RequestContext& context, const WriteOptions& options, const Author& author) {
  return Create(postgres_, context, options, kAuthorTable, author);
}

absl::StatusOr<Author> PostgresPublicationStore::GetAuthor(const RequestContext& context,
                                                           absl::string_view id) {
  return ReadResource<Author>(postgres_, context, kAuthorTable, id);
}

absl::StatusOr<Page<Author>> PostgresPublicationStore::ListAuthors(const RequestContext& context,
                                                                   absl::string_view after_id,
                                                                   int limit) {
  return ListResources<Author>(postgres_, context, kAuthorTable, after_id, limit, "NOT deleted");
}

}  // namespace dateline::catalog::store
