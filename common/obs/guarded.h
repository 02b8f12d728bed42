#ifndef DATELINE_COMMON_OBS_GUARDED_H_
#define DATELINE_COMMON_OBS_GUARDED_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dateline::obs {

// Runs one unit of work of a thread that must go on whatever becomes of it. Gives the unit's
// status; INTERNAL if it threw, which is also logged under `unit`, a literal. Thread-safe.
absl::Status Guarded(absl::string_view unit, absl::FunctionRef<absl::Status()> run);

}  // namespace dateline::obs

#endif  // DATELINE_COMMON_OBS_GUARDED_H_
