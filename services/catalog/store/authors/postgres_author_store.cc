#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "common/text/slug.h"
#include "services/catalog/store/authors/author_store.h"
#include "services/catalog/store/postgres_merge.h"

namespace dateline::catalog::store {
namespace {

using content::v1::Author;

constexpr ResourceTable kTable = {v1::RESOURCE_KIND_AUTHOR, api::kAuthors, "author"};
// As the contract bounds them.
constexpr int kMaxVariants = 64;

absl::Status CheckAlive(const Author& author) {
  if (author.has_delete_time()) return error::StateConflict(author.name(), "DELETED");
  if (!author.merged_into().empty()) return error::StateConflict(author.name(), "MERGED");
  return absl::OkStatus();
}

// Adds what the merged authors are called to the target's variants, each once.
absl::Status AddVariants(const std::vector<LockedResource<Author>>& merged, Author* target) {
  absl::flat_hash_set<std::string> known(target->byline_variants().begin(),
                                         target->byline_variants().end());
  known.insert(target->display_name());
  const auto add = [&](const std::string& name) {
    if (known.insert(name).second) target->add_byline_variants(name);
  };
  for (const auto& author : merged) {
    add(author.message.display_name());
    for (const std::string& variant : author.message.byline_variants()) add(variant);
  }
  if (target->byline_variants_size() <= kMaxVariants) return absl::OkStatus();
  return error::InvalidField("merged",
                             absl::StrCat("would give the target ", target->byline_variants_size(),
                                          " byline variants, more than ", kMaxVariants));
}

}  // namespace

absl::StatusOr<Written<Author>> AuthorStore::CreateAuthor(const RequestContext& context,
                                                          const WriteOptions& options,
                                                          const Author& author) {
  return CreateResource(postgres_, context, options, kTable, author);
}

absl::StatusOr<Written<Author>> AuthorStore::UpdateAuthor(
    const RequestContext& context, const WriteOptions& options, absl::string_view id,
    const std::function<absl::Status(Author*)>& change) {
  return UpdateResource<Author>(postgres_, context, options, kTable, id, v1::CHANGE_KIND_UPDATED,
                                [&](pqxx::transaction_base&, const LogContext&,
                                    LockedResource<Author>* author) -> absl::StatusOr<std::string> {
                                  DATELINE_RETURN_IF_ERROR(CheckAlive(author->message));
                                  DATELINE_RETURN_IF_ERROR(change(&author->message));
                                  return "";
                                });
}

absl::StatusOr<Written<Author>> AuthorStore::DeleteAuthor(const RequestContext& context,
                                                          const WriteOptions& options,
                                                          absl::string_view id) {
  return WriteResource<Author>(
      postgres_, context, options, kTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Author>* written) -> absl::StatusOr<int64_t> {
        DATELINE_ASSIGN_OR_RETURN(
            auto author,
            LockResource<Author>(transaction, kTable, id, options.etag, RowLock::kDelete));
        DATELINE_RETURN_IF_ERROR(CheckAlive(author.message));
        std::vector<ChangeRow> changes;
        const auto remove = [&](LockedResource<Author>* gone) -> absl::Status {
          *gone->message.mutable_delete_time() = TimeToProto(log.now);
          DATELINE_ASSIGN_OR_RETURN(const ChangeRow row,
                                    StoreResource(transaction, log, kTable, v1::CHANGE_KIND_DELETED,
                                                  ", deleted = true", gone));
          changes.push_back(row);
          return absl::OkStatus();
        };
        for (auto& merged : LockMergedInto<Author>(transaction, kTable, author.key)) {
          DATELINE_RETURN_IF_ERROR(remove(&merged));
          AppendAudit(transaction, context, options.method, merged.message.name(), merged.version);
        }
        DATELINE_RETURN_IF_ERROR(remove(&author));
        written->position = AppendChanges(transaction, log, changes);
        written->message = std::move(author.message);
        return author.key;
      });
}

absl::StatusOr<Written<Author>> AuthorStore::MergeAuthors(
    const RequestContext& context, const WriteOptions& options, const std::string& target_id,
    const std::vector<std::string>& merged_ids) {
  return WriteResource<Author>(
      postgres_, context, options, kTable,
      [&](pqxx::transaction_base& transaction, const LogContext& log,
          Written<Author>* written) -> absl::StatusOr<int64_t> {
        DATELINE_ASSIGN_OR_RETURN(auto merge, LockMerge<Author>(transaction, kTable, target_id,
                                                                merged_ids, options.etag));
        DATELINE_RETURN_IF_ERROR(CheckAlive(merge.target.message));
        for (const auto& author : merge.merged) {
          DATELINE_RETURN_IF_ERROR(CheckAlive(author.message));
        }
        DATELINE_RETURN_IF_ERROR(AddVariants(merge.merged, &merge.target.message));
        DATELINE_ASSIGN_OR_RETURN(
            const ChangeRow target,
            StoreResource(transaction, log, kTable, v1::CHANGE_KIND_UPDATED, "", &merge.target));
        const std::string columns = absl::StrCat(", merged_into = ", merge.target.key);
        DATELINE_ASSIGN_OR_RETURN(std::vector<ChangeRow> changes,
                                  StoreMerged(
                                      transaction, context, log, options, kTable,
                                      [&](const Author&) { return columns; }, &merge));
        changes.push_back(target);
        written->position = AppendChanges(transaction, log, changes);
        written->message = std::move(merge.target.message);
        return merge.target.key;
      });
}

absl::StatusOr<Author> AuthorStore::GetAuthor(const RequestContext& context, absl::string_view id) {
  return ReadResource<Author>(postgres_, context, kTable, id);
}

absl::StatusOr<Page<Author>> AuthorStore::ListAuthors(const RequestContext& context,
                                                      absl::string_view prefix,
                                                      absl::string_view after_id, int limit) {
  const std::string folded = text::Fold(prefix);
  Page<Author> matching;
  std::string after(after_id);
  size_t bytes = 0;
  // Names are folded here and not by the database, whose rules are others: one more than asked for
  // tells that there are more.
  for (bool more = true; more && matching.items.size() <= static_cast<size_t>(limit);) {
    DATELINE_ASSIGN_OR_RETURN(Page<Author> page,
                              ListResources<Author>(postgres_, context, kTable, after,
                                                    folded.empty() ? limit : limits::kMaxPageSize,
                                                    "NOT deleted AND merged_into IS NULL"));
    if (folded.empty()) return page;
    more = page.more;
    for (Author& author : page.items) {
      after = std::string(api::IdInName(api::kAuthors, author.name()));
      if (!absl::StartsWith(text::Fold(author.display_name()), folded)) continue;
      bytes += author.ByteSizeLong();
      matching.more = bytes > limits::kPageByteBudget && !matching.items.empty();
      if (matching.more) return matching;
      matching.items.push_back(std::move(author));
    }
  }
  matching.more = matching.items.size() > static_cast<size_t>(limit);
  if (matching.more) matching.items.resize(static_cast<size_t>(limit));
  return matching;
}

}  // namespace dateline::catalog::store
