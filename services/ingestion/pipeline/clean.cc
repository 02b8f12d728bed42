#include "services/ingestion/pipeline/clean.h"

#include "common/base/limits.h"
#include "services/ingestion/pipeline/plain_paragraphs.h"

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
  return html::CleanHtml(ParagraphsOf(text.value, LineBreak::kKept), options);
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
