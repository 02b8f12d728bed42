#ifndef DATELINE_SERVICES_CLI_IMPORT_PROGRESS_DISPLAY_H_
#define DATELINE_SERVICES_CLI_IMPORT_PROGRESS_DISPLAY_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/clock.h"

namespace dateline::cli {

// What a long work has done.
struct WorkDone {
  int64_t items = 0;
  int64_t rejects = 0;
  double fraction = 0;       // of the whole, 0 to 1; 0 if the whole is not known
  absl::Duration elapsed;    // of this run
  int64_t items_before = 0;  // done by earlier runs; not in the rate
};

// One line: a bar if `width` is above zero and the whole is known, items, rate, time left, rejects.
// Pure.
std::string RenderProgress(const WorkDone& done, int width);

// Shows progress: on a terminal a line that is drawn anew, five times a second at most; else a line
// every ten seconds. Not thread-safe.
class ProgressDisplay {
 public:
  ProgressDisplay(std::ostream& out, bool is_terminal, Clock* clock)
      : out_(out), is_terminal_(is_terminal), clock_(clock), start_(clock->Elapsed()) {}

  void Update(WorkDone done);
  // Prints a line of its own above the progress.
  void Note(const std::string& line);
  // Draws the last state and ends the line.
  void End(WorkDone done);

 private:
  void Draw(WorkDone* done);
  void Clear();

  std::ostream& out_;
  const bool is_terminal_;
  Clock* const clock_;
  const absl::Duration start_;
  absl::Duration drawn_ = -absl::InfiniteDuration();
  bool has_line_ = false;
};

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_PROGRESS_DISPLAY_H_
