#include "services/cli/import/markdown.h"

#include <md4c-html.h>

namespace dateline::cli {

std::string MarkdownToHtml(absl::string_view markdown) {
  std::string html;
  html.reserve(markdown.size() + markdown.size() / 4);
  const auto append = [](const MD_CHAR* text, MD_SIZE size, void* out) {
    static_cast<std::string*>(out)->append(text, size);
  };
  // Fails only if memory runs out.
  md_html(markdown.data(), static_cast<MD_SIZE>(markdown.size()), append, &html,
          MD_DIALECT_GITHUB & ~static_cast<unsigned>(MD_FLAG_TASKLISTS),
          MD_HTML_FLAG_SKIP_UTF8_BOM);
  return html;
}

}  // namespace dateline::cli
