#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_PATH_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_PATH_H_

#include <string>

#include "absl/strings/string_view.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/publication.pb.h"

namespace dateline::catalog::article {

// What a publication without a pattern of its own uses.
inline constexpr char kDefaultPathPattern[] = "/{year}/{month}/{slug}";

// A new article's path by its publication's pattern: the date is publish_time in the publication's
// time zone (UTC if it has none), the slug is made from the title, and from the id if the title has
// neither letter nor digit. Cut at limits::kMaxPathBytes. Pure.
std::string MakePath(const content::v1::Publication& publication,
                     const content::v1::Article& article, absl::string_view id);

// `path` with a piece of `id` behind it, so that it differs from the same path of another article;
// each attempt (from 0) takes a longer piece. At most limits::kMaxPathBytes long. Pure.
std::string AlternativePath(absl::string_view path, absl::string_view id, int attempt);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_PATH_H_
