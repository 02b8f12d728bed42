#ifndef DATELINE_COMMON_BASE_STATUS_MACROS_H_
#define DATELINE_COMMON_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status of `expr` from the enclosing function unless it is OK.
#define DATELINE_RETURN_IF_ERROR(expr)                   \
  do {                                                   \
    absl::Status dateline_status_ = (expr);              \
    if (!dateline_status_.ok()) return dateline_status_; \
  } while (false)

#define DATELINE_STATUS_CONCAT_INNER_(a, b) a##b
#define DATELINE_STATUS_CONCAT_(a, b) DATELINE_STATUS_CONCAT_INNER_(a, b)

// Evaluates `expr` (an absl::StatusOr<T>); on error returns its status, else moves the value into
// `lhs`, which may be a declaration: DATELINE_ASSIGN_OR_RETURN(auto rows, store.Read(key));
#define DATELINE_ASSIGN_OR_RETURN(lhs, expr) \
  DATELINE_ASSIGN_OR_RETURN_IMPL_(DATELINE_STATUS_CONCAT_(dateline_or_, __LINE__), lhs, expr)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
#define DATELINE_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                    \
  if (!tmp.ok()) return std::move(tmp).status();        \
  lhs = *std::move(tmp)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // DATELINE_COMMON_BASE_STATUS_MACROS_H_
