#include "services/ingestion/wordpress/paragraphs.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "services/ingestion/wordpress/markup.h"

namespace dateline::ingestion::wordpress {
namespace {

using absl::string_view;

constexpr string_view kBlocks[] = {
    "address", "area",    "article", "aside",   "blockquote", "caption",  "col",        "colgroup",
    "dd",      "details", "div",     "dl",      "dt",         "fieldset", "figcaption", "figure",
    "footer",  "form",    "h1",      "h2",      "h3",         "h4",       "h5",         "h6",
    "header",  "hgroup",  "hr",      "legend",  "li",         "map",      "menu",       "nav",
    "ol",      "p",       "section", "summary", "table",      "tbody",    "td",         "tfoot",
    "th",      "thead",   "tr",      "ul"};
// Blocks without content.
constexpr string_view kEmptyBlocks[] = {"area", "col", "hr"};
// Parts of players and lists of choices.
constexpr string_view kParts[] = {"embed", "optgroup", "option", "param", "source", "track"};
// Elements whose content stays as it is; those that count as a word of a paragraph, and those that
// are not shown.
constexpr string_view kVerbatimWords[] = {"math", "svg", "textarea"};
constexpr string_view kVerbatimHidden[] = {"script", "style"};

template <size_t kSize>
bool Has(const string_view (&names)[kSize], string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

class ParagraphWriter {
 public:
  explicit ParagraphWriter(string_view html) : in_(html), markup_(html) {
    out_.reserve(html.size() + html.size() / 8);
  }

  std::string Run() && {
    while (at_ < in_.size()) {
      const char c = in_[at_];
      if (c == '\n') {
        ++line_breaks_;
        ++at_;
      } else if (IsBlank(c)) {
        has_space_ = true;
        ++at_;
      } else if (c == '<') {
        TakeMarkup();
      } else {
        TakeText();
      }
    }
    EndParagraph();
    return std::move(out_);
  }

 private:
  // What a text that comes now would stand in.
  enum class Place { kNothing, kParagraph, kBlock };

  void TakeText() {
    const size_t end = std::min(in_.find_first_of("<\n \t\r\f", at_ + 1), in_.size());
    TakeWord(end);
  }

  // Something that stands in a line of text, up to `end`.
  void TakeWord(size_t end) {
    BeginWord();
    Copy(end);
    is_begun_ = true;
    is_behind_part_ = false;
  }

  void TakeMarkup() {
    const Markup markup = markup_.Read(at_);
    if (markup.kind == Markup::Kind::kNone) return TakeText();
    // What is not shown neither begins nor ends a paragraph.
    if (markup.kind == Markup::Kind::kComment) return Copy(markup.end);
    const string_view name = markup.name;
    if (name == "br") {
      ++br_tags_;
      at_ = markup.end;
    } else if (name == "pre") {
      TakePreformatted(markup);
    } else if (Has(kBlocks, name)) {
      TakeBlockTag(markup);
    } else if (Has(kParts, name)) {
      TakePart(markup.end);
    } else if (!markup.is_end && Has(kVerbatimHidden, name)) {
      Copy(VerbatimEnd(markup));
    } else if (!markup.is_end && Has(kVerbatimWords, name)) {
      TakeWord(VerbatimEnd(markup));
    } else if (markup.is_end && WouldBegin()) {
      // What it ends began in the paragraph before.
      Copy(markup.end);
    } else {
      TakeWord(markup.end);
    }
  }

  size_t VerbatimEnd(const Markup& start) {
    const size_t end = markup_.EndOf(start.name, start.end);
    return end == string_view::npos ? start.end : end;
  }

  // Whether a word would begin a paragraph.
  bool WouldBegin() const { return place_ == Place::kNothing || IsBreak(); }

  bool IsBreak() const { return line_breaks_ > 1 || br_tags_ > 1; }

  // Writes what is between the last word and the next one.
  void BeginWord() {
    if (IsBreak()) {
      EndParagraph();
      place_ = Place::kNothing;
    }
    if (place_ == Place::kNothing) {
      out_ += "<p>";
      place_ = Place::kParagraph;
    } else if (line_breaks_ + br_tags_ > 0) {
      out_ += is_begun_ && !is_behind_part_ ? "<br>" : "\n";
    } else if (has_space_) {
      out_ += ' ';
    }
    ForgetSpace();
  }

  void TakePart(size_t end) {
    if (WouldBegin()) return TakeWord(end);
    ForgetSpace();
    Copy(end);
    is_begun_ = true;
    is_behind_part_ = true;
  }

  void TakePreformatted(const Markup& markup) {
    const size_t end = markup.is_end ? string_view::npos : markup_.EndOf("pre", markup.end);
    EndParagraph();
    Copy(end == string_view::npos ? markup.end : end);
    place_ = Place::kNothing;
  }

  void TakeBlockTag(const Markup& markup) {
    const bool was_open = place_ == Place::kParagraph;
    EndParagraph();
    const bool is_paragraph = markup.name == "p";
    // A paragraph of the post's own ends as one that is added: EndParagraph has written its end.
    if (markup.is_end && is_paragraph && (was_open || place_ == Place::kNothing)) {
      at_ = markup.end;
      place_ = Place::kNothing;
      return;
    }
    Copy(markup.end);
    is_begun_ = false;
    if (markup.is_end || Has(kEmptyBlocks, markup.name) || markup.name == "blockquote") {
      place_ = Place::kNothing;
    } else {
      place_ = is_paragraph ? Place::kParagraph : Place::kBlock;
    }
  }

  void EndParagraph() {
    if (place_ == Place::kParagraph) out_ += "</p>";
    if (place_ == Place::kParagraph) place_ = Place::kNothing;
    ForgetSpace();
    is_begun_ = false;
    is_behind_part_ = false;
  }

  void ForgetSpace() {
    line_breaks_ = 0;
    br_tags_ = 0;
    has_space_ = false;
  }

  void Copy(size_t end) {
    out_.append(in_.data() + at_, end - at_);
    at_ = end;
  }

  string_view in_;
  MarkupReader markup_;
  size_t at_ = 0;
  std::string out_;
  Place place_ = Place::kNothing;
  // Since the last word or tag of a block.
  size_t line_breaks_ = 0;
  size_t br_tags_ = 0;
  bool has_space_ = false;
  // Whether the paragraph or the block's own text has a word already.
  bool is_begun_ = false;
  bool is_behind_part_ = false;
};

}  // namespace

std::string WithParagraphs(string_view html) { return ParagraphWriter(html).Run(); }

}  // namespace dateline::ingestion::wordpress
