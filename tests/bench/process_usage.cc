#include "tests/bench/process_usage.h"

#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace dateline::bench {

int64_t PrivateBytes() {
  std::ifstream file("/proc/self/status");
  constexpr absl::string_view kField = "RssAnon:";
  for (std::string line; std::getline(file, line);) {
    if (!absl::StartsWith(line, kField)) continue;
    return std::strtoll(line.c_str() + kField.size(), nullptr, 10) * 1'024;
  }
  return 0;
}

absl::Duration CpuTime() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return absl::DurationFromTimeval(used.ru_utime) + absl::DurationFromTimeval(used.ru_stime);
}

}  // namespace dateline::bench
