#ifndef DATELINE_COMMON_BASE_CLOCK_H_
#define DATELINE_COMMON_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace dateline {

// Where time comes from, so that tests decide what time it is. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The present instant on this machine's calendar clock; it may jump.
  virtual absl::Time Now() = 0;

  // Time since an arbitrary start that never runs backwards; for measuring and for deadlines.
  virtual absl::Duration Elapsed() = 0;
};

// The machine's own clocks. Never null, lives for ever.
Clock* RealClock();

}  // namespace dateline

#endif  // DATELINE_COMMON_BASE_CLOCK_H_
