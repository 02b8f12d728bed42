#ifndef DATELINE_COMMON_HTML_CLEANER_H_
#define DATELINE_COMMON_HTML_CLEANER_H_

#include <gumbo.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "common/html/clean.h"
#include "common/html/plain_text.h"
#include "common/html/policy.h"
#include "common/html/text_runs.h"
#include "common/html/writer.h"

namespace dateline::html {

// Walks a tree once, without recursion, and gathers everything that CleanHtml gives. For one use.
class Cleaner {
 public:
  // `options` and `runs`, through which the tree's texts are read, must outlive the cleaner. The
  // document has `input_bytes`.
  Cleaner(const CleanOptions& options, size_t input_bytes, const TextRuns& runs)
      : options_(options),
        runs_(runs),
        writer_(options.max_output_bytes, options.max_depth, input_bytes + input_bytes / 8),
        text_(input_bytes) {}

  // Cleans the content of `root`. `*unsettled` tells whether the result must be cleaned again,
  // because it was cut within a player and may have lost what that would play.
  CleanResult Run(const GumboNode* root, bool* unsettled) &&;

 private:
  // An element whose children are being read.
  struct Frame {
    const GumboNode* node;
    const ElementRule* open;  // What was written for it, null if nothing was.
    bool block;               // Its end separates words.
    int dropped;              // What had been dropped before it.
    size_t links = 0;         // How many links there were before it.
    unsigned int next_child = 0;
  };

  // The last picture, as far as it matters to the noscript beside it.
  enum class LastImage { kNone, kLazy, kFallback };

  void Step();
  void Visit(const GumboNode* node);
  void VisitText(absl::string_view text);
  void VisitElement(const GumboNode* node);
  void VisitNoscript(const GumboNode* node);
  // What an emoji or smiley means stands in its place.
  void VisitSmiley(const GumboElement& element);
  void VisitFormula(const GumboNode* node, const ElementRule& rule);
  // Adds to the plain text what was written.
  void TakeText(absl::string_view text);
  // A link in the place of an iframe that may not be embedded, if a reader would have seen it.
  void LinkToFrame(const GumboElement& element);
  void Unwrap(const GumboNode* node, const ElementRule& rule);
  // A block or line begins or ends, whether its tag is written or not.
  void Break();
  void Drop() { ++result_.dropped_elements; }
  void Push(const GumboNode* node, const ElementRule* open, bool block);
  void Leave(const Frame& frame);
  void CleanAttributes(const GumboElement& element, const ElementRule& rule);
  // What an element needs beyond its own attributes, and whether it stays with those it has.
  ElementAction FinishAttributes(const GumboElement& element, const ElementRule& rule);
  ElementAction FinishImage(const GumboElement& element);
  // Leaves an <a> without address nothing but its id, if a link of the document leads there.
  bool KeepOnlyPlace();
  void Collect(const ElementRule& rule);
  int dropped() const { return result_.dropped_elements + result_.dropped_trackers; }

  const CleanOptions& options_;
  const TextRuns& runs_;
  HtmlWriter writer_;
  PlainText text_;
  CleanResult result_;
  std::vector<Frame> stack_;
  Attributes attributes_;  // Of the element at hand.
  std::string buffer_;
  std::string restored_;
  // Ids that links of the document lead to, once they were asked for.
  std::optional<absl::flat_hash_set<std::string>> targets_;
  LastImage last_image_ = LastImage::kNone;
  int noscripts_ = 0;  // Open ones of each kind.
  int players_ = 0;
  int preformatted_ = 0;
  bool full_ = false;
};

}  // namespace dateline::html

#endif  // DATELINE_COMMON_HTML_CLEANER_H_
