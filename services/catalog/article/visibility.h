#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_VISIBILITY_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_VISIBILITY_H_

#include "absl/time/time.h"
#include "dateline/content/v1/article.pb.h"

// What follows from an article's times. Pure.
namespace dateline::catalog::article {

// When readers see a published article for the first time: at its publish_time, or when its embargo
// ends if that is later.
absl::Time FirstVisible(const content::v1::Article& article);

// Makes `*article` say what it is at `now`: the state of one that is kept as PUBLISHED becomes
// SCHEDULED, EMBARGOED or EXPIRED while readers do not see it, and first_publish_time goes as long
// as nobody has seen it.
void SetStateAt(absl::Time now, content::v1::Article* article);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_VISIBILITY_H_
