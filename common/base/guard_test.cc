#include "common/base/guard.h"

#include <new>
#include <stdexcept>
#include <string>

#include "gtest/gtest.h"

namespace dateline {
namespace {

absl::Status AsInternal(absl::string_view what) { return absl::InternalError(what); }

TEST(RunGuarded, ReturnsTheStatusOfTheUnit) {
  EXPECT_EQ(RunGuarded([] { return absl::OkStatus(); }, AsInternal), absl::OkStatus());
  EXPECT_EQ(RunGuarded([] { return absl::AbortedError("x"); }, AsInternal),
            absl::AbortedError("x"));
}

TEST(RunGuarded, MakesAStatusOfWhatIsThrown) {
  EXPECT_EQ(
      RunGuarded([]() -> absl::Status { throw std::out_of_range("behind the end"); }, AsInternal),
      absl::InternalError("behind the end"));
  EXPECT_EQ(RunGuarded([]() -> absl::Status { throw 7; }, AsInternal).code(),
            absl::StatusCode::kInternal);
}

TEST(RunGuarded, CountsWhatItCatches) {
  const int64_t before = CaughtExceptions();
  RunGuarded([] { return absl::AbortedError("x"); }, AsInternal).IgnoreError();
  EXPECT_EQ(CaughtExceptions(), before);
  RunGuarded([]() -> absl::Status { throw std::bad_alloc(); }, AsInternal).IgnoreError();
  RunGuarded([]() -> absl::Status { throw 7; }, AsInternal).IgnoreError();
  EXPECT_EQ(CaughtExceptions(), before + 2);
}

}  // namespace
}  // namespace dateline
