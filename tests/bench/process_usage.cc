#include "tests/bench/process_usage.h"

#include <sys/resource.h>

namespace dateline::bench {

absl::Duration CpuTime() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return absl::DurationFromTimeval(used.ru_utime) + absl::DurationFromTimeval(used.ru_stime);
}

}  // namespace dateline::bench
