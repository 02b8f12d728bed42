#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_PUSHED_ARTICLE_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_PUSHED_ARTICLE_H_

#include "absl/time/time.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "dateline/ingestion/v1/source.pb.h"
#include "services/ingestion/pipeline/document.h"

namespace dateline::ingestion::pipeline {

// An article that a newsroom system or a bulk file brings, as an entry ready for delivery: cleaned,
// identified and checked as a feed's entries are. `now` is when it came. Pure.
DocumentEntry ReadPushedArticle(const v1::IngestArticlesRequest& pushed, const v1::Source& source,
                                absl::Time now);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_PUSHED_ARTICLE_H_
