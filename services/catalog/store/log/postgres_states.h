#ifndef DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_STATES_H_
#define DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_STATES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <pqxx/pqxx>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::catalog::store {

// States by key, in the order of keys.
using StatesByKey = std::map<int64_t, v1::ResourceState>;

// Told of each tombstone that stands for a state which cannot be sent.
using OnWithheld = std::function<void(const v1::ResourceState&)>;

// The present states of resources as readers may know them: a tombstone for what they must not
// show. One that cannot be read, or that is above limits::kMaxSentStateBytes, was stored by another
// build: it is a tombstone, too, of which `on_withheld` is told. Keys that do not exist (any more)
// are left out.
StatesByKey LoadStates(pqxx::transaction_base& transaction, v1::ResourceKind kind,
                       const std::vector<int64_t>& keys, v1::ExportView view,
                       const OnWithheld& on_withheld);

// About how many bytes the contents of states take; next to nothing for those that are left out.
absl::flat_hash_map<int64_t, size_t> LoadStateSizes(pqxx::transaction_base& transaction,
                                                    v1::ResourceKind kind,
                                                    const std::vector<int64_t>& keys);

// A tombstone for a resource that is not in the database any more.
v1::ResourceState GoneState(v1::ResourceKind kind, int64_t key, int64_t version);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_LOG_POSTGRES_STATES_H_
