#include "common/obs/guarded.h"

#include "absl/strings/str_cat.h"
#include "common/base/guard.h"
#include "common/obs/log.h"

namespace dateline::obs {

absl::Status Guarded(absl::string_view unit, absl::FunctionRef<absl::Status()> run) {
  return RunGuarded(run, [unit](absl::string_view what) {
    Log(Level::kError, "a unit of work threw", {{"unit", unit}, {"error", what}});
    return absl::InternalError(absl::StrCat(unit, " failed"));
  });
}

}  // namespace dateline::obs
