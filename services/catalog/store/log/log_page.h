#ifndef DATELINE_SERVICES_CATALOG_STORE_LOG_LOG_PAGE_H_
#define DATELINE_SERVICES_CATALOG_STORE_LOG_LOG_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "services/catalog/store/log/change_log.h"

// How rows of the log become a page, apart from where they are read. All functions are pure.
namespace dateline::catalog::store {

// How many of `changes` a page takes: whole transactions, until the states that it carries (each
// resource counted once, by `size_of`) are over `byte_budget`; a single transaction that is over
// `hard_limit` by itself is cut within. At least one if there is one.
size_t FitPage(const std::vector<LoggedChange>& changes, size_t byte_budget, size_t hard_limit,
               const std::function<size_t(const v1::Change&)>& size_of);

// Marks every change as superseded that a later one of the same resource follows, takedowns apart.
void MarkSuperseded(std::vector<LoggedChange>* changes);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_LOG_LOG_PAGE_H_
