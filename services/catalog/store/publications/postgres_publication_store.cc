#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/publications/publication_store.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Publication;

constexpr ResourceTable kTable = {v1::RESOURCE_KIND_PUBLICATION, api::kPublications, "publication",
                                  "NOT deleted"};
// The same, for a new publication that takes a deleted one's name.
constexpr ResourceTable kDeletedTable = {v1::RESOURCE_KIND_PUBLICATION, api::kPublications,
                                         "publication", "deleted"};

}  // namespace

absl::StatusOr<Written<Publication>> PublicationStore::CreatePublication(
    const RequestContext& context, const WriteOptions& options, const Publication& publication) {
  return WriteResource<Publication>(
      postgres_, context, options, kTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Publication>* written) -> absl::StatusOr<int64_t> {
        written->message = publication;
        auto deleted = LockResource<Publication>(
            transaction, kDeletedTable, api::IdInName(api::kPublications, publication.name()),
            /*etag=*/"", RowLock::kChange);
        if (absl::IsNotFound(deleted.status())) {
          return InsertResource(transaction, log, kTable, "", "", written);
        }
        DATELINE_RETURN_IF_ERROR(deleted.status());
        deleted->message = publication;
        DATELINE_ASSIGN_OR_RETURN(const ChangeRow row,
                                  StoreResource(transaction, log, kTable, v1::CHANGE_KIND_CREATED,
                                                ", deleted = false", &*deleted));
        written->position = AppendChanges(transaction, log, {row});
        written->message = std::move(deleted->message);
        return deleted->key;
      });
}

absl::StatusOr<Written<Publication>> PublicationStore::UpdatePublication(
    const RequestContext& context, const WriteOptions& options, absl::string_view id,
    const std::function<absl::Status(Publication*)>& change) {
  return UpdateResource<Publication>(
      postgres_, context, options, kTable, id, v1::CHANGE_KIND_UPDATED,
      [&](pqxx::transaction_base&, const LogContext&,
          LockedResource<Publication>* publication) -> absl::StatusOr<std::string> {
        DATELINE_RETURN_IF_ERROR(change(&publication->message));
        return "";
      });
}

absl::StatusOr<Written<Publication>> PublicationStore::DeletePublication(
    const RequestContext& context, const WriteOptions& options, absl::string_view id) {
  return UpdateResource<Publication>(
      postgres_, context, options, kTable, id, v1::CHANGE_KIND_DELETED,
      [](pqxx::transaction_base& transaction, const LogContext&,
         LockedResource<Publication>* publication) -> absl::StatusOr<std::string> {
        const pqxx::result rows = transaction.exec_params(
            "SELECT count(*) FROM (SELECT FROM catalog.articles WHERE publication_key = $1 "
            "LIMIT $2::bigint + 1) AS u",
            publication->key, kMaxUsersCounted);
        if (const int64_t articles = Int(rows[0][0]); articles > 0) {
          return error::ResourceInUse(publication->message.name(),
                                      DescribeUsers(articles, "articles"));
        }
        return ", deleted = true";
      });
}

absl::StatusOr<Publication> PublicationStore::GetPublication(const RequestContext& context,
                                                             absl::string_view id) {
  return ReadResource<Publication>(postgres_, context, kTable, id);
}

absl::StatusOr<Page<Publication>> PublicationStore::ListPublications(const RequestContext& context,
                                                                     absl::string_view after_id,
                                                                     int limit) {
  return ListResources<Publication>(postgres_, context, kTable, after_id, limit, kTable.present);
}

}  // namespace dateline::catalog::store
