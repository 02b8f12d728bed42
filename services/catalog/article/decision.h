#ifndef DATELINE_SERVICES_CATALOG_ARTICLE_DECISION_H_
#define DATELINE_SERVICES_CATALOG_ARTICLE_DECISION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "services/catalog/article/working_article.h"

// What becomes of an article when a source brings an entry: the rules of a feed's and an editor's
// hand, apart from how the database keeps them.
namespace dateline::catalog::article {

// One delivery: who brings the items, and when.
struct Delivery {
  std::string source;  // `sources/{id}`
  int32_t rank = 100;
  bool feed_wins = false;
  absl::Time now;  // The primary's clock.
};

// True if the entry was taken already as it is, or was observed later than this item: nothing to
// do.
bool IsUnchanged(const v1::UpsertItem& item, const v1::Origin& known);

// Makes `*target` the article that a new item becomes: PUBLISHED, revision 1. `content` comes from
// PrepareContent; `id` and `key` are the new article's.
void StartArticle(const Delivery& delivery, const v1::UpsertItem& item,
                  content::v1::Article content, const std::string& id, int64_t key,
                  WorkingArticle* target);

// Decides an item that was recognised as `*target` and applies it there:
//  UNCHANGED  the same hash as last time, or an older observation;
//  REVISED    the origin whose content is in force has changed;
//  MERGED     a new origin, or one whose content is not in force. It takes over if its rank is
//  lower
//             than that of the content in force (ties go to the earliest);
//  PROPOSED   an editor has revised the article and the source does not win;
//  REJECTED   the article was taken down (error TAKEN_DOWN).
// State, path, embargo and editors' topics stay; suppressed topics are not added again.
v1::UpsertOutcome ApplyItem(const Delivery& delivery, const v1::UpsertItem& item,
                            content::v1::Article content, WorkingArticle* target);

// The index of the origin of `source` whose proposal waits, the one observed last; -1 if none does.
int FindProposal(const std::string& source, const v1::ArticleRecord& record);

// What a feed proposes in the place of `stored`, keeping what is not the feed's to decide: path,
// dates, embargo, topics of editors.
content::v1::Article ProposedContent(const content::v1::Article& stored,
                                     const v1::ArticleRecord& record, int origin);

// Drops the proposal of an origin. What was proposed counts as taken: it does not come again.
void DropProposal(int origin, WorkingArticle* target);

// Fills in a result for an item that was not taken.
v1::UpsertResult Rejected(const absl::Status& why);

}  // namespace dateline::catalog::article

#endif  // DATELINE_SERVICES_CATALOG_ARTICLE_DECISION_H_
