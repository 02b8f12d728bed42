#ifndef DATELINE_SERVICES_CLI_IMPORT_MARKDOWN_H_
#define DATELINE_SERVICES_CLI_IMPORT_MARKDOWN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace dateline::cli {

// Markdown (CommonMark with tables, strikethrough and bare links) as HTML, which is not cleaned
// yet. Pure.
std::string MarkdownToHtml(absl::string_view markdown);

}  // namespace dateline::cli

#endif  // DATELINE_SERVICES_CLI_IMPORT_MARKDOWN_H_
