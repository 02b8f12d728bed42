#include "common/base/guard.h"

#include <exception>

namespace dateline {

absl::Status RunGuarded(absl::FunctionRef<absl::Status()> unit,
                        absl::FunctionRef<absl::Status(absl::string_view what)> on_throw) {
  try {
    return unit();
  } catch (const std::exception& error) {
    return on_throw(error.what());
  } catch (...) {
    return on_throw("an exception of an unknown type");
  }
}

}  // namespace dateline
