#include "services/ingestion/pipeline/inspect.h"

#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "services/ingestion/pipeline/clean.h"
#include "services/ingestion/pipeline/parse.h"

namespace dateline::ingestion::pipeline {

absl::StatusOr<v1::Feed> InspectBytes(absl::string_view bytes, absl::string_view content_type,
                                      absl::string_view base_url, absl::Time fetched_at) {
  parse::ParseOptions options;
  options.content_type = std::string(content_type);
  options.base_url = std::string(base_url);
  options.fetched_at = fetched_at;
  DATELINE_ASSIGN_OR_RETURN(parse::ParsedFeed parsed, Parse(bytes, options));
  for (size_t i = 0; i < parsed.extras.size(); ++i) {
    v1::FeedEntry& entry = *parsed.feed.mutable_entries(static_cast<int>(i));
    CleanedEntry cleaned = CleanEntry(entry, parsed.extras[i]);
    const html::CleanResult& body = BodyOf(cleaned);
    entry.set_content_html(body.html);
    entry.set_content_text(body.text);
    entry.set_word_count(static_cast<int32_t>(body.word_count));
    entry.set_summary(std::move(cleaned.summary.text));
    parsed.extras[i] = {};
  }
  return std::move(parsed.feed);
}

}  // namespace dateline::ingestion::pipeline
