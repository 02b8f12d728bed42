#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_ARTICLE_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_ARTICLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/source.pb.h"
#include "services/ingestion/parse/feed.h"
#include "services/ingestion/pipeline/convert.h"

namespace dateline::ingestion::pipeline {

// What of an entry's surroundings goes into its article.
struct ArticleInput {
  const parse::Feed& feed;
  const parse::Entry& entry;
  const CleanedEntry& cleaned;
  const content::v1::Source& source;
  std::string canonical_link;  // empty if the entry has none
  absl::Time observed_at;
};

// The article that an entry is about, without topics: title (from the text's first words if the
// entry has none), body, bylines, images, media, language, dates. publish_time is the earlier of
// the feed's date and the observation: what a feed shows is public. Pure.
content::v1::Article MakeArticle(const ArticleInput& input);

// INVALID_FIELD with everything that is over a limit; EMPTY_ENTRY if there is nothing to show.
absl::Status CheckArticle(const content::v1::Article& article);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_ARTICLE_H_
