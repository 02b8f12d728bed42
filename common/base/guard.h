#ifndef DATELINE_COMMON_BASE_GUARD_H_
#define DATELINE_COMMON_BASE_GUARD_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline {

// Calls `unit`, one unit of work of a background thread, and returns its status. What it throws
// goes no further: `on_throw` is called with the exception's text and its status is returned, so
// that the thread can record the failure and go on with the next unit. The text is for logs, not
// for callers: it may hold anything. `on_throw` must not throw. Thread-safe.
absl::Status RunGuarded(absl::FunctionRef<absl::Status()> unit,
                        absl::FunctionRef<absl::Status(absl::string_view what)> on_throw);

// How often RunGuarded has caught something in this process. Thread-safe.
int64_t CaughtExceptions();

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_GUARD_H_
