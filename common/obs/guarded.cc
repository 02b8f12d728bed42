#include "common/obs/guarded.h"

#include <exception>

#include "common/obs/log.h"

namespace dateline::obs {

bool Guarded(absl::string_view what, absl::FunctionRef<void()> work) {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    Log(Level::kError, "a unit of work threw", {{"work", what}, {"error", error.what()}});
  } catch (...) {
    Log(Level::kError, "a unit of work threw", {{"work", what}});
  }
  return false;
}

}  // namespace dateline::obs
