#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_TOPICS_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_TOPICS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "services/catalog/article/working_article.h"

// What becomes of an article when topics are found in its text later, or are deleted: the rules,
// apart from how the database keeps them. All functions are pure.
namespace dateline::catalog::article {

// Adds topics that were found in an article's text, with origin AUTO, behind those that it has:
// each once, without those that an editor removed (`suppressed`), up to
// limits::kMaxTopicsPerArticle. Returns what was added.
std::vector<std::string> AddAutoTopics(const std::vector<std::string>& topics,
                                       const std::vector<std::string>& suppressed,
                                       content::v1::Article* article);

// Remembers which topics of `before` an editor left out of `after`, so that no feed and no tagging
// adds them again, and forgets those that the editor took in again.
void SuppressRemovedTopics(const content::v1::Article& before, const content::v1::Article& after,
                           v1::ArticleRecord* record);

// Whether topics may be added to an article: TAKEN_DOWN; STATE_CONFLICT for a deleted one, and for
// a draft (`is_live` is false), which readers do not see.
absl::Status CheckTaggable(const std::string& name, content::v1::ArticleState state, bool is_live);

// Adds AUTO topics to every revision that is in force or waits. They keep their order: from the
// first one that gains something on each gets a new number, so that the latest stays the latest.
// Returns what the one in force gained. The errors of CheckTaggable; STATE_CONFLICT if it would be
// larger than an article may be. An article that is refused stays as it is.
absl::StatusOr<std::vector<std::string>> AddTopics(const std::vector<std::string>& topics,
                                                   WorkingArticle* target);

// Takes topics off every revision that is in force or waits, which are numbered anew as by
// AddTopics. An article that has none of them stays as it is.
void RemoveTopics(const absl::flat_hash_set<std::string>& topics, WorkingArticle* target);

// The result of an item that asks for the topics `asked` of an article that gained `added`, and has
// `version`: of an article that stands in several items each answers for its own topics.
v1::ArticleTopicsResult TopicsResult(const absl::flat_hash_set<std::string>& asked,
                                     const std::vector<std::string>& added, int64_t version);

// The result of an item that was refused.
v1::ArticleTopicsResult TopicsRefused(const absl::Status& why, int64_t version);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_TOPICS_H_
