#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_CURSOR_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_CURSOR_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "services/query/replica/read/budget.h"
#include "services/query/replica/read/plan.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// The two directions in which lists are walked, by (publish_time, article).
enum class Order { kNewestFirst, kOldestFirst };

// Whether `a` comes before `b` in that order; both are suffixes of keys (keys.h).
bool Precedes(absl::string_view a, absl::string_view b, Order order);

// The place directly behind (before) `suffix` in that order. No entry lies between the two.
std::string PlaceBehind(absl::string_view suffix, Order order);
std::string PlaceBefore(absl::string_view suffix, Order order);

// Walks what a plan holds, in one direction only. Belongs to one thread and one transaction.
class PlanCursor {
 public:
  enum class Step {
    kFound,  // at an entry: `place` is its suffix
    kEnd,    // there is no further one
    kSpent,  // the budget has ended before either was known: nothing stands before `place`, from
             // where the walk can go on
  };

  virtual ~PlanCursor() = default;

  // Goes to the first entry at or behind `target`; targets never go back.
  virtual Step Seek(absl::string_view target) = 0;
  // Goes to the entry behind the present one.
  virtual Step Next() = 0;

  // Valid until the next move.
  virtual absl::string_view place() const = 0;
  // The present entry's value.
  virtual absl::string_view value() const = 0;
};

// A cursor over `plan`. Every move in the store takes a step of `budget`. Both it and `transaction`
// must outlive the cursor.
std::unique_ptr<PlanCursor> OpenPlan(const ReadTransaction& transaction, const Plan& plan,
                                     Order order, Budget* budget);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_CURSOR_H_
