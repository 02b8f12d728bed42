#include "services/ingestion/pipeline/clean.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/limits.h"

namespace dateline::ingestion::pipeline {
namespace {

html::CleanResult CleanText(const parse::Text& text, const std::string& fallback_base) {
  if (text.value.empty()) return {};
  html::CleanOptions options;
  options.base_url = text.base_url.empty() ? fallback_base : text.base_url;
  options.embed_hosts = html::DefaultEmbedHosts();
  // A body that is too long is rejected as it is, never cut.
  options.max_output_bytes = limits::kMaxDocumentBytes;
  if (text.is_html) return html::CleanHtml(text.value, options);
  const std::string escaped =
      absl::StrReplaceAll(text.value, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
  return html::CleanHtml(absl::StrCat("<p>", escaped, "</p>"), options);
}

}  // namespace

CleanedEntry CleanEntry(const v1::FeedEntry& entry, const parse::EntryExtras& extras) {
  return {CleanText(extras.content, entry.link()), CleanText(extras.summary, entry.link())};
}

const html::CleanResult& BodyOf(const CleanedEntry& cleaned) {
  const bool has_content = !cleaned.content.text.empty() || !cleaned.content.html.empty();
  return has_content ? cleaned.content : cleaned.summary;
}

}  // namespace dateline::ingestion::pipeline
