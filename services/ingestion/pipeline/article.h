#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_ARTICLE_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_ARTICLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/ingestion/v1/feed.pb.h"
#include "dateline/ingestion/v1/source.pb.h"
#include "services/ingestion/pipeline/clean.h"

namespace dateline::ingestion::pipeline {

// What of an entry's surroundings goes into its article.
struct ArticleInput {
  const v1::Feed& feed;
  const v1::FeedEntry& entry;
  const CleanedEntry& cleaned;
  const v1::Source& source;
  std::string canonical_link;  // empty if the entry has none
  absl::Time observed_at;
};

// The article that an entry is about, without topics: title (from the text's first words if the
// entry has none), body, bylines, images, media, language, dates. publish_time is the earlier of
// the feed's date and the observation: what a feed shows is public. What is derived from the body
// stands in it too. Pure.
content::v1::Article MakeArticle(const ArticleInput& input);

// Moves what is derived from the body out of `*article`, as the catalog takes it. Pure.
catalog::v1::DerivedText TakeDerived(content::v1::Article* article);

// INVALID_FIELD with everything that breaks a bound of the contract, EMPTY_ENTRY if there is
// nothing to show. Pure.
absl::Status CheckItem(const catalog::v1::UpsertItem& item);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_ARTICLE_H_
