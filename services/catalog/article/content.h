#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_CONTENT_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_CONTENT_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/publication.pb.h"

namespace dateline::catalog::article {

// The content that an item brings, as an article without name and life: what the catalog decides is
// cleared, what the sender derived from the body is put in, defaults are filled in, publish_time is
// never later than `now`, and the teaser is cut by the publication's rule: an editor's is kept
// whole, else it is cut from the body if that has any text, else from the summary that came as the
// item's teaser. Pure.
content::v1::Article PrepareContent(const v1::UpsertItem& item,
                                    const content::v1::Publication& publication, absl::Time now);

// Names in `*content` what merged topics and authors stand for, by the names of `merged`, in their
// place; each topic once. Pure.
void NameTargets(const absl::flat_hash_map<std::string, std::string>& merged,
                 content::v1::Article* content);

// Makes `*content`, which an editor wrote on top of `before` (empty for a new article), what is
// stored of it: the body cleaned, and text, links and teaser made from it by the same rules as a
// feed's; topics that were there keep their origin, others are the editor's. An editor's
// publish_time may lie ahead, or be unset until the article is published. INVALID_FIELD, fields
// named from the request on (`article.title`). Pure.
absl::Status PrepareEdited(const content::v1::Publication& publication,
                           const content::v1::Article& before, absl::Time now,
                           content::v1::Article* content);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_CONTENT_H_
