#include "services/ingestion/clean/clean.h"

#include "services/ingestion/clean/arena.h"
#include "services/ingestion/clean/cleaner.h"
#include "services/ingestion/clean/html_tree.h"
#include "services/ingestion/clean/text_value.h"

namespace dateline::ingestion {
namespace {

// What gumbo may use: real articles need about 60 times their size in the arena, short ones a
// constant.
size_t ArenaBound(absl::string_view html) { return (size_t{4} << 20) + html.size() * 128; }

}  // namespace

CleanResult CleanHtml(absl::string_view html, const CleanOptions& options) {
  thread_local Arena arena(0);
  std::string copy;
  html = ParseableBytes(html, &copy);
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
  if (root != nullptr) result = Cleaner(options).Run(root);
  result.truncated = result.truncated || reduced;
  return result;
}

}  // namespace dateline::ingestion
