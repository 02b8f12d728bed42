#ifndef DATELINE_SERVICES_INGESTION_PIPELINE_STABLE_HASH_H_
#define DATELINE_SERVICES_INGESTION_PIPELINE_STABLE_HASH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "dateline/content/v1/article.pb.h"

namespace dateline::ingestion::pipeline {

// The hash by which the catalog sees whether an entry has changed since it was taken last: over the
// article as made from the entry, its categories and the date that the feed gives. Left out is what
// changes without a change of the article:
//
// * the time of the observation, which stands in for a date that the feed does not give, and the
//   feed's date of the last update;
// * the order of the categories, and white space;
// * the query and fragment of the addresses of images and recordings, in the body too, where sizes,
//   signatures and counters stand; an address without them tells one picture from another;
// * the length of a recording in bytes, which servers count anew for every listener.
//
// What says nothing of the article itself (numbers of comments, the feed's own dates) is no part of
// an article in the first place. `*article` is the same before and after. Pure.
std::string StableHash(content::v1::Article* article, std::vector<std::string> categories,
                       std::optional<absl::Time> published);

}  // namespace dateline::ingestion::pipeline

#endif  // DATELINE_SERVICES_INGESTION_PIPELINE_STABLE_HASH_H_
