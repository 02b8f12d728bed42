#include "common/base/guard.h"

#include <atomic>
#include <exception>

namespace dateline {
namespace {

std::atomic<int64_t> caught = 0;

}  // namespace

absl::Status RunGuarded(absl::FunctionRef<absl::Status()> unit,
                        absl::FunctionRef<absl::Status(absl::string_view what)> on_throw) {
  try {
    return unit();
  } catch (const std::exception& error) {
    ++caught;
    return on_throw(error.what());
  } catch (...) {
    ++caught;
    return on_throw("an exception of an unknown type");
  }
}

int64_t CaughtExceptions() { return caught; }

}  // namespace dateline
