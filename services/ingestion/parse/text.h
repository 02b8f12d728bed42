#ifndef DATELINE_SERVICES_INGESTION_PARSE_TEXT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

// Small text rules that all formats share. All functions are thread-safe.
namespace dateline::ingestion::parse {

// A title that may be HTML or not (RSS never settled it), as plain text: one layer of tags removed,
// references decoded twice, white space collapsed. A tag counts as one if its element is HTML's and
// is closed, empty or has attributes; so "List<String>" and "the <blink> tag" stay.
std::string PlainTitle(absl::string_view html);

// A title that is HTML, as plain text.
std::string HtmlToPlainTitle(absl::string_view html);

// A title that should be plain text: references that were escaped twice are decoded unless markup
// shows that the text means itself.
std::string PlainTextTitle(absl::string_view text);

// Whether a text that does not say what it is has a tag or a reference of HTML.
bool LooksLikeHtml(absl::string_view text);

// White space (no-break spaces too) collapsed to single blanks and trimmed.
std::string CollapseSpace(absl::string_view text);

// `text` without ASCII white space at its ends.
std::string Trim(absl::string_view text);

// Appends `text` with &, < and > (and double quotes) as references.
void AppendEscaped(absl::string_view text, std::string& out);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_TEXT_H_
