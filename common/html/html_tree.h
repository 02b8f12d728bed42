#ifndef DATELINE_COMMON_HTML_HTML_TREE_H_
#define DATELINE_COMMON_HTML_HTML_TREE_H_

#include <gumbo.h>

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "common/html/arena.h"
#include "common/html/text_runs.h"

namespace dateline::html {

// Parses `html`, valid UTF-8 without U+0000, as the content of a <div>. The tree lives in `*arena`
// and points into `html` or a copy in the arena. Null when the tree would outgrow the arena or
// parsing would take time out of proportion: gumbo searches its stack of open elements at every tag
// and compares each attribute with those before it, so both are counted first. The tree's texts are
// to be read through `*runs`; its attributes are as they are.
const GumboNode* ParseFragment(absl::string_view html, Arena* arena, TextRuns* runs);

// `html` with every tag, comment and script made a space: what is left when ParseFragment refuses.
std::string StripTags(absl::string_view html);

// The first element in the content of `node`, in its order, for which `matches` is true; null if
// there is none.
template <typename Matches>
const GumboNode* FindNode(const GumboNode* node, Matches matches) {
  std::vector<const GumboNode*> open = {node};
  while (!open.empty()) {
    const GumboNode* next = open.back();
    open.pop_back();
    if (next->type != GUMBO_NODE_ELEMENT) continue;
    if (next != node && matches(next->v.element)) return next;
    const GumboVector& children = next->v.element.children;
    for (unsigned int i = children.length; i > 0; --i) {
      open.push_back(static_cast<const GumboNode*>(children.data[i - 1]));
    }
  }
  return nullptr;
}

// The ids, without prefix (anchors.h), that the links in the content of `root` lead to.
// Thread-safe.
absl::flat_hash_set<std::string> TargetsIn(const GumboNode* root);

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_HTML_TREE_H_
