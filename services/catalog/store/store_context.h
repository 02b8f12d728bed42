#ifndef DATELINE_SERVICES_CATALOG_STORE_STORE_CONTEXT_H_
#define DATELINE_SERVICES_CATALOG_STORE_STORE_CONTEXT_H_

#include <functional>

#include "common/pg/pool.h"
#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::catalog::store {

// What every store works with. `on_commit` is called after each commit that wrote to the log, from
// the thread that wrote; it must be quick.
struct StoreContext {
  pg::Pool* pool;
  std::function<void()> on_commit = [] {};
  // Told of each tombstone that stands for a state which cannot be sent; must be quick.
  std::function<void(const v1::ResourceState&)> on_withheld = [](const v1::ResourceState&) {};
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_STORE_CONTEXT_H_
