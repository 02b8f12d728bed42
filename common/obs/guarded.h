#ifndef DATELINE_COMMON_OBS_GUARDED_H_
#define DATELINE_COMMON_OBS_GUARDED_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace dateline::obs {

// Runs one unit of a background thread's work, `what` for the log. False, and an error in the log,
// if it threw: the unit is lost, the thread and its process go on. Errors are statuses everywhere;
// this is the last resort for what a library throws. Thread-safe.
bool Guarded(absl::string_view what, absl::FunctionRef<void()> work);

}  // namespace dateline::obs

#endif  // DATELINE_COMMON_OBS_GUARDED_H_
