#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_PLAIN_PARAGRAPHS_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_PLAIN_PARAGRAPHS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::ingestion::pipeline {

// What a single line break of a plain text means.
enum class LineBreak {
  kKept,     // A line of its own.
  kWrapping  // Nothing; a line that is indented, as newswires do it, begins a paragraph.
};

// Plain text as markup. Empty lines separate paragraphs. Thread-safe.
std::string ParagraphsOf(absl::string_view text, LineBreak line_break);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_PLAIN_PARAGRAPHS_H_
