#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_FOLD_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_FOLD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/query/replica/read/budget.h"
#include "services/query/replica/read/cursor.h"
#include "services/query/replica/read/plan.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Which of articles that belong together a list shows.
struct FoldOptions {
  bool clusters = false;               // one of each cluster
  std::vector<std::string> languages;  // one of each translation set: the first wanted, best first

  bool any() const { return clusters || !languages.empty(); }
};

// Members of a cluster or a translation set that are looked at (design.md, section 5).
inline constexpr int kMaxFoldMembers = 32;

// Whether a plan holds the entry at a place; nullopt if the budget has ended before that was known.
std::optional<bool> Holds(const ReadTransaction& transaction, const Plan& plan,
                          absl::string_view suffix, Budget* budget);

// Judges entries of one list. What is shown follows from the store and the instant alone, so pages
// agree in both directions: of a cluster the first member in list order that the plan holds, that
// is visible and in a wanted language; of a translation set the member of the best wanted language,
// of several the first in list order. Belongs to one thread and one transaction.
class Fold {
 public:
  enum class Verdict { kShown, kHidden, kSpent };

  // All must outlive it. `by_modification`: the list is one by modify_time.
  Fold(const ReadTransaction& transaction, const FoldOptions& options, const Plan& plan,
       absl::Time now, Order order, bool by_modification, Budget* budget)
      : transaction_(transaction),
        options_(options),
        plan_(plan),
        now_(now),
        order_(order),
        by_modification_(by_modification),
        budget_(budget) {}

  // Of an entry that the plan holds and that is visible. `suffix` is its place.
  Verdict Judge(absl::string_view suffix) const;

 private:
  struct Member {
    std::string suffix;
    std::string cluster;
    std::string translation_set;
    size_t rank = 0;  // of its language among those wanted
    bool wanted = true;
  };
  Member MemberAt(absl::string_view suffix) const;
  Verdict JudgeLanguage(const Member& member) const;
  Verdict JudgeCluster(const Member& member) const;
  // Calls `beats` with each of the first members of a set in list order, other than `member`, that
  // the list would hold, until it says kHidden or kSpent.
  // Whether the plan holds a place, which is asked once only.
  std::optional<bool> HoldsPlace(const std::string& suffix) const;
  template <typename Beats>
  Verdict AgainstOthers(Dimension dimension, const std::string& set, const Member& member,
                        bool only_before, Beats beats) const;

  const ReadTransaction& transaction_;
  const FoldOptions& options_;
  const Plan& plan_;
  const absl::Time now_;
  const Order order_;
  const bool by_modification_;
  Budget* const budget_;
  mutable absl::flat_hash_map<std::string, bool> held_;  // no more than steps were taken
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_FOLD_H_
