#include "services/query/reads/scores.h"

#include <algorithm>
#include <cmath>

namespace dateline::query::reads {

Scores ScoresOf(int64_t reads, absl::Time at) {
  constexpr double kSeconds[kWindows] = {3'600, 86'400, 604'800};
  const double seconds = absl::ToDoubleSeconds(at - absl::UnixEpoch());
  Scores scores{};
  for (size_t window = 0; window < kWindows; ++window) {
    scores[window] = std::log(static_cast<double>(reads)) + seconds * M_LN2 / kSeconds[window];
  }
  return scores;
}

double Sum(double a, double b) {
  if (a < b) std::swap(a, b);
  return a + std::log1p(std::exp(b - a));
}

}  // namespace dateline::query::reads
