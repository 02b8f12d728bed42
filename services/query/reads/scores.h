#ifndef DATELINE_SERVICES_QUERY_READS_SCORES_H_
#define DATELINE_SERVICES_QUERY_READS_SCORES_H_

#include <array>
#include <cstdint>

#include "absl/time/time.h"

// Counts of reads that decay: one counts half after the window's length. All pure.
namespace dateline::query::reads {

// The windows over which reads count.
enum class Window { kHour = 0, kDay = 1, kWeek = 2 };
inline constexpr size_t kWindows = 3;
using Scores = std::array<double, kWindows>;

// The scores of `reads` (above 0) at an instant: the logarithm of their number, plus the instant
// times the rate of decay. Scores of one window compare like decayed counts at any later instant.
Scores ScoresOf(int64_t reads, absl::Time at);

// The score of both together.
double Sum(double a, double b);

}  // namespace dateline::query::reads

#endif  // DATELINE_SERVICES_QUERY_READS_SCORES_H_
