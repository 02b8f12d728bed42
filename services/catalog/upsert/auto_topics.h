#ifndef DATELINE_SERVICES_CATALOG_UPSERT_AUTO_TOPICS_H_
#define DATELINE_SERVICES_CATALOG_UPSERT_AUTO_TOPICS_H_

#include <string>
#include <vector>

#include "dateline/content/v1/article.pb.h"

namespace dateline::catalog::upsert {

// Adds topics that were found in an article's text, with origin AUTO, behind those that it has:
// each once, without those that an editor removed (`suppressed`), up to
// limits::kMaxTopicsPerArticle. Returns what was added. Pure.
std::vector<std::string> AddAutoTopics(const std::vector<std::string>& topics,
                                       const std::vector<std::string>& suppressed,
                                       content::v1::Article* article);

}  // namespace dateline::catalog::upsert

#endif  // DATELINE_SERVICES_CATALOG_UPSERT_AUTO_TOPICS_H_
