#include "services/ingestion/pipeline/plain_paragraphs.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::pipeline {

std::string ParagraphsOf(absl::string_view text, LineBreak line_break) {
  std::string html;
  bool is_open = false;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view words = absl::StripAsciiWhitespace(line);
    const bool begins_one =
        line_break == LineBreak::kWrapping && !line.empty() && (line[0] == ' ' || line[0] == '\t');
    if (is_open && (words.empty() || begins_one)) {
      html += "</p>";
      is_open = false;
    }
    if (words.empty()) continue;
    html += !is_open ? "<p>" : line_break == LineBreak::kKept ? "<br>" : "\n";
    is_open = true;
    parse::AppendEscaped(words, html);
  }
  if (is_open) html += "</p>";
  return html;
}

}  // namespace dateline::ingestion::pipeline
