#include "common/html/clean.h"

#include "common/html/arena.h"
#include "common/html/cleaner.h"
#include "common/html/html_tree.h"
#include "common/html/text_value.h"

namespace dateline::html {
namespace {

// What gumbo may use: real articles need about 60 times their size in the arena, short ones a
// constant.
size_t ArenaBound(absl::string_view html) { return (size_t{4} << 20) + html.size() * 128; }

// Cleans valid UTF-8; `*unsettled` as Cleaner says.
CleanResult CleanOnce(absl::string_view html, const CleanOptions& options, bool* unsettled) {
  thread_local Arena arena(0);
  arena.Reset(ArenaBound(html));
  const GumboNode* root = ParseFragment(html, &arena);
  const bool reduced = root == nullptr;
  std::string stripped;
  if (reduced) {
    stripped = StripTags(html);
    arena.Reset(ArenaBound(stripped) + stripped.size() * 1'000);
    root = ParseFragment(stripped, &arena);
  }
  CleanResult result;
  if (root != nullptr) result = Cleaner(options, html.size()).Run(root, unsettled);
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
