#ifndef DATELINE_TESTS_BENCH_PROCESS_USAGE_H_
#define DATELINE_TESTS_BENCH_PROCESS_USAGE_H_

#include "absl/time/time.h"

// What this process has used so far.
namespace dateline::bench {

// Processor time, of the user's and the system's side together.
absl::Duration CpuTime();

}  // namespace dateline::bench

#endif  // DATELINE_TESTS_BENCH_PROCESS_USAGE_H_
