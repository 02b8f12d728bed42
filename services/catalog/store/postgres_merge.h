#ifndef DATELINE_SERVICES_CATALOG_STORE_POSTGRES_MERGE_H_
#define DATELINE_SERVICES_CATALOG_STORE_POSTGRES_MERGE_H_

#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/store/postgres_resources.h"

// What merges of topics and of authors have in common. For postgres_*.cc only.
namespace dateline::catalog::store {

// The resources of a merge, locked.
template <typename Message>
struct Merge {
  LockedResource<Message> target;
  std::vector<LockedResource<Message>> merged;
  // What was merged into these before: it goes into the target too, so that no merge leads to
  // another.
  std::vector<LockedResource<Message>> before;
};

// Locks what was merged into the resource `key`, which is locked, and reads it.
template <typename Message>
std::vector<LockedResource<Message>> LockMergedInto(pqxx::transaction_base& transaction,
                                                    const ResourceTable& table, int64_t key) {
  ArrayParam keys;
  keys.Add(key);
  return LockResources<Message>(transaction, table, "merged_into = ANY ($1::bigint[])", keys.str());
}

// Locks what a merge is about. RESOURCE_NOT_FOUND; ETAG_MISMATCH unless the target has `etag`, if
// set.
template <typename Message>
absl::StatusOr<Merge<Message>> LockMerge(pqxx::transaction_base& transaction,
                                         const ResourceTable& table, const std::string& target_id,
                                         const std::vector<std::string>& merged_ids,
                                         const std::string& etag) {
  ArrayParam ids, keys;
  ids.AddText(target_id);
  for (const std::string& id : merged_ids) ids.AddText(id);
  auto locked = LockResources<Message>(transaction, table, "id = ANY ($1::text[])", ids.str());
  const auto take = [&](const std::string& id) -> absl::StatusOr<LockedResource<Message>> {
    const std::string name = api::MakeName(table.collection, id);
    for (auto& resource : locked) {
      if (resource.message.name() == name) return std::move(resource);
    }
    return error::ResourceNotFound(name);
  };
  Merge<Message> merge;
  DATELINE_ASSIGN_OR_RETURN(merge.target, take(target_id));
  if (!etag.empty() && etag != merge.target.message.etag()) {
    return error::EtagMismatch(merge.target.message.name());
  }
  for (const std::string& id : merged_ids) {
    DATELINE_ASSIGN_OR_RETURN(auto resource, take(id));
    keys.Add(resource.key);
    merge.merged.push_back(std::move(resource));
  }
  // Nothing can be merged into these any more, as they are locked.
  merge.before =
      LockResources<Message>(transaction, table, "merged_into = ANY ($1::bigint[])", keys.str());
  return merge;
}

// Writes the merged resources and what was merged into them before, each with the name of the
// target and with `columns(message)` in SQL, as of StoreResource; and their audit. The rows for the
// log. INVALID_FIELD.
template <typename Message, typename Columns>
absl::StatusOr<std::vector<ChangeRow>> StoreMerged(pqxx::transaction_base& transaction,
                                                   const RequestContext& context,
                                                   const LogContext& log,
                                                   const WriteOptions& options,
                                                   const ResourceTable& table, Columns columns,
                                                   Merge<Message>* merge) {
  std::vector<ChangeRow> changes;
  for (auto* resources : {&merge->merged, &merge->before}) {
    for (LockedResource<Message>& resource : *resources) {
      resource.message.set_merged_into(merge->target.message.name());
      DATELINE_ASSIGN_OR_RETURN(const ChangeRow row,
                                StoreResource(transaction, log, table, v1::CHANGE_KIND_UPDATED,
                                              columns(resource.message), &resource));
      changes.push_back(row);
      AppendAudit(transaction, context, options.method, resource.message.name(), resource.version);
    }
  }
  return changes;
}

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_MERGE_H_
