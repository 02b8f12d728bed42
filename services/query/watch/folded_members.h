#ifndef DATELINE_SERVICES_QUERY_WATCH_FOLDED_MEMBERS_H_
#define DATELINE_SERVICES_QUERY_WATCH_FOLDED_MEMBERS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/query/replica/read/fold.h"
#include "services/query/replica/read/plan.h"
#include "services/query/service/view.h"

namespace dateline::query::watch {

// An article that a folded list would hold without its folds.
struct FoldedMember {
  uint64_t article = 0;
  replica::Slot slot = replica::Slot::kLive;
  bool shown = false;  // of those that belong together, it is the one that the list shows
};

// Finds those of which a change of one article may decide whether a list shows them. Lives for one
// answer; all that it is given must outlive it.
class FoldedMembers {
 public:
  FoldedMembers(const service::View& view, const replica::Plan& plan,
                const replica::FoldOptions& folds)
      : view_(view), plan_(plan), folds_(folds) {}

  // The members of the sets that the article stood or stands in (prefixes of lists), those of the
  // clusters of the other translations, and the article itself if the list would hold it. nullopt
  // if that takes too many steps.
  std::optional<std::vector<FoldedMember>> AffectedBy(uint64_t article,
                                                      const std::vector<std::string>& sets) const;

 private:
  using Places = std::set<std::string>;  // suffixes of lists by publish_time

  bool AddArticle(uint64_t article, replica::Budget* budget, Places* places) const;
  bool AddSet(const std::string& set, replica::Budget* budget, Places* places) const;

  const service::View& view_;
  const replica::Plan& plan_;
  const replica::FoldOptions& folds_;
};

}  // namespace dateline::query::watch

#endif  // DATELINE_SERVICES_QUERY_WATCH_FOLDED_MEMBERS_H_
