#ifndef DATELINE_SERVICES_CATALOG_STORE_PAGE_H_
#define DATELINE_SERVICES_CATALOG_STORE_PAGE_H_

#include <vector>

namespace dateline::catalog::store {

// A page of a list, of limits::kPageByteBudget bytes at most; what a single message makes larger,
// stored by an older build, is left out.
template <typename Message>
struct Page {
  std::vector<Message> items;  // At least one if there is one.
  bool more = false;           // There are others behind the last one.
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_PAGE_H_
