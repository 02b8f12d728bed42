#include <cstdint>

#include "services/ingestion/parse/dates.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto time =
      dateline::ingestion::parse::ParseDate({reinterpret_cast<const char*>(data), size});
  if (time.has_value() && (*time == absl::InfiniteFuture() || *time == absl::InfinitePast())) {
    __builtin_trap();
  }
  return 0;
}
