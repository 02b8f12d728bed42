#include "services/cli/import/progress_display.h"

#include <sstream>

#include "common/testing/fake_clock.h"

namespace dateline::cli {
namespace {

WorkDone Done(int64_t items, double fraction, absl::Duration elapsed, int64_t rejects = 0) {
  WorkDone done;
  done.items = items;
  done.fraction = fraction;
  done.elapsed = elapsed;
  done.rejects = rejects;
  return done;
}

TEST(RenderProgress, ShowsItemsRateTimeLeftAndRejects) {
  EXPECT_EQ(RenderProgress(Done(12'345, 0.5, absl::Seconds(10), 3), 10),
            "[#####.....]  50 %  12,345 items  1,235/s  10 s left  3 rejected");
  EXPECT_EQ(RenderProgress(Done(1'000'000, 0.25, absl::Seconds(1'000)), 0),
            " 25 %  1,000,000 items  1,000/s  50 min 00 s left  0 rejected");
  EXPECT_EQ(RenderProgress(Done(100, 0.001, absl::Seconds(100)), 0),
            "  0 %  100 items  1/s  27 h 45 min left  0 rejected");
  EXPECT_EQ(RenderProgress(Done(7, 1, absl::Seconds(7)), 4),
            "[####] 100 %  7 items  1/s  0 rejected");
  // Of standard input the end is not known.
  EXPECT_EQ(RenderProgress(Done(7, 0, absl::Seconds(7)), 4), "7 items  1/s  0 rejected");
  // What earlier runs did is not in the rate.
  WorkDone again = Done(1'100, 0, absl::Seconds(10));
  again.items_before = 1'000;
  EXPECT_EQ(RenderProgress(again, 0), "1,100 items  10/s  0 rejected");
}

TEST(ProgressDisplay, DrawsALineAnewOnATerminal) {
  dateline::testing::FakeClock clock;
  std::ostringstream out;
  ProgressDisplay display(out, /*is_terminal=*/true, &clock);
  display.Update(Done(1, 0, {}));
  EXPECT_EQ(out.str(), "");
  clock.Advance(absl::Seconds(1));
  display.Update(Done(2, 0, {}));
  clock.Advance(absl::Milliseconds(100));
  display.Update(Done(3, 0, {}));
  display.Note("a note");
  clock.Advance(absl::Milliseconds(900));
  display.End(Done(4, 0, {}));
  EXPECT_EQ(out.str(), "2 items  2/s  0 rejected\r\x1b[Ka note\n4 items  2/s  0 rejected\n");
}

TEST(ProgressDisplay, PrintsALineNowAndThenElsewhere) {
  dateline::testing::FakeClock clock;
  std::ostringstream out;
  ProgressDisplay display(out, /*is_terminal=*/false, &clock);
  for (int i = 1; i <= 25; ++i) {
    clock.Advance(absl::Seconds(1));
    display.Update(Done(i, 0, {}));
  }
  EXPECT_EQ(out.str(), "10 items  1/s  0 rejected\n20 items  1/s  0 rejected\n");
}

}  // namespace
}  // namespace dateline::cli
