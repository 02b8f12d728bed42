#include "common/html/html_tree.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/html/arena.h"
#include "common/html/text_runs.h"

namespace dateline::html {
namespace {

TEST(ParseFragment, DoesNotDependOnWhatTheArenaHeldBefore) {
  constexpr size_t kBytes = size_t{1} << 20;
  // 1 is the number of gumbo's quirks mode, in which a <table> may stand in a <p>.
  for (const unsigned before : {0u, 1u, 2u}) {
    Arena arena(kBytes);
    auto* const words = static_cast<unsigned*>(arena.Allocate(kBytes / 4));
    std::fill(words, words + kBytes / 4 / sizeof(unsigned), before);
    arena.Reset(kBytes);
    TextRuns runs;
    const GumboNode* const root = ParseFragment("<p>a<table></table>", &arena, &runs);
    ASSERT_NE(root, nullptr);
    EXPECT_EQ(root->v.element.children.length, 2u) << before;
  }
}

}  // namespace
}  // namespace dateline::html
