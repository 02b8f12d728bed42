#ifndef DATELINE_SERVICES_INGESTION_PARSE_TEXT_H_
#define DATELINE_SERVICES_INGESTION_PARSE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/ingestion/parse/feed.h"

// Small text rules that all formats share. All functions are thread-safe.
namespace dateline::ingestion::parse {

// A title that may be HTML, as plain text: one layer of tags removed, references decoded twice (RSS
// never settled whether titles are HTML), white space collapsed.
std::string PlainTitle(absl::string_view html);

// White space collapsed to single blanks and trimmed.
std::string CollapseSpace(absl::string_view text);

// Appends `text` with &, < and > (and double quotes) as references.
void AppendEscaped(absl::string_view text, std::string& out);

// A person in one of the forms "mail (Name)", "Name <mail>", "Name (mail)", a mail or a name.
Person ParsePerson(absl::string_view text);

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_TEXT_H_
