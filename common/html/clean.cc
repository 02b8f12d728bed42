#include "common/html/clean.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/html/arena.h"
#include "common/html/cleaner.h"
#include "common/html/html_tree.h"
#include "common/html/text_value.h"
#include "common/text/utf8.h"

namespace dateline::html {
namespace {

// What gumbo may use for one document, however long. A text that fits a body needs less, whatever
// it holds: the smallest elements that are written take 77 times their size.
constexpr size_t kMaxArenaBytes = size_t{256} << 20;
static_assert(kMaxArenaBytes >= limits::kMaxBodyBytes * 128, "a cleaned body is not cut again");

// A text without tags takes up to 8 times its size; longer ones are cut.
constexpr size_t kMaxStrippedBytes = kMaxArenaBytes / 16;

// What gumbo may use for `html`: real articles need about 60 times their size in the arena, short
// ones a constant.
size_t ArenaBound(absl::string_view html) {
  if (html.size() > kMaxArenaBytes / 128) return kMaxArenaBytes;
  return std::min(kMaxArenaBytes, (size_t{4} << 20) + html.size() * 128);
}

// The arena of this thread for one use; nearly all of its memory is freed at the end.
class ArenaUse {
 public:
  explicit ArenaUse(Arena* arena) : arena_(arena) {}
  ~ArenaUse() { arena_->Reset(0); }
  ArenaUse(const ArenaUse&) = delete;
  ArenaUse& operator=(const ArenaUse&) = delete;

 private:
  Arena* const arena_;
};

// Cleans valid UTF-8; `*unsettled` as Cleaner says.
CleanResult CleanOnce(absl::string_view html, const CleanOptions& options, bool* unsettled) {
  thread_local Arena arena(0);
  const ArenaUse use(&arena);
  arena.Reset(ArenaBound(html));
  TextRuns runs;
  const GumboNode* root = ParseFragment(html, &arena, &runs);
  const bool reduced = root == nullptr;
  std::string stripped;
  if (reduced) {
    stripped = StripTags(html);
    stripped.resize(text::TruncateUtf8(stripped, kMaxStrippedBytes).size());
    arena.Reset(kMaxArenaBytes);
    root = ParseFragment(stripped, &arena, &runs);
  }
  CleanResult result;
  if (root != nullptr) result = Cleaner(options, html.size(), runs).Run(root, unsettled);
  result.truncated = result.truncated || reduced;
  return result;
}

}  // namespace

CleanResult CleanHtml(absl::string_view html, const CleanOptions& options) {
  std::string copy;
  bool unsettled = false;
  CleanResult result = CleanOnce(ParseableBytes(html, &copy), options, &unsettled);
  if (!unsettled) return result;
  CleanResult settled = CleanOnce(result.html, options, &unsettled);
  settled.truncated = true;
  settled.dropped_elements += result.dropped_elements;
  settled.dropped_attributes += result.dropped_attributes;
  settled.dropped_trackers += result.dropped_trackers;
  return settled;
}

}  // namespace dateline::html
