#include "services/query/replica/guard.h"

#include <exception>

#include "absl/strings/str_cat.h"
#include "common/obs/log.h"

namespace dateline::query::replica {

absl::Status Guarded(absl::string_view unit, absl::FunctionRef<absl::Status()> run) {
  try {
    return run();
  } catch (const std::exception& error) {
    obs::Log(obs::Level::kError, "a unit of work threw", {{"unit", unit}, {"error", error.what()}});
  } catch (...) {
    obs::Log(obs::Level::kError, "a unit of work threw",
             {{"unit", unit}, {"error", "no std::exception"}});
  }
  return absl::InternalError(absl::StrCat(unit, " failed"));
}

}  // namespace dateline::query::replica
