#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_LIST_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_LIST_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "services/query/replica/read/cursor.h"
#include "services/query/replica/read/fold.h"
#include "services/query/replica/read/plan.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// Moves of cursors in one walk: some 10 ms. A page that needs more ends short (AIP-158).
inline constexpr int64_t kMaxSteps = 10'000;
// The same for counting what a compound plan holds: enough for 10,000 matches of a few lists.
inline constexpr int64_t kMaxCountSteps = 50'000;

// One walk through the articles that a plan holds.
struct ListQuery {
  Plan plan;                          // of lists by modify_time, if that is the order
  absl::Time now;                     // visibility is judged at this instant
  Order order = Order::kNewestFirst;  // of the list
  bool by_modification = false;
  std::string after;       // the end of the page before; empty to begin
  bool backwards = false;  // against the order, from `after` on, which is then not empty
  FoldOptions fold = {};
  int64_t steps = kMaxSteps;
  std::function<bool()> stop = nullptr;  // asked now and then whether nobody waits any more
};

// Where a walk ended.
struct ListEnd {
  bool more = false;  // there may be further entries
  std::string last;   // the place to go on behind
  int64_t steps = 0;  // taken
};

// Gives the visible entries in order, by (publish_time, article), until `visit` returns false, the
// plan's entries end, or the steps do. One seek of a cursor a list and then a short walk.
ListEnd WalkList(const ReadTransaction& transaction, const ListQuery& query,
                 absl::FunctionRef<bool(const ListEntry&, const Visibility&)> visit);

// The plan over the lists by modify_time; nullopt if it is more than one list that has them: all
// articles, a topic, a publication.
std::optional<Plan> PlanByModification(const Plan& plan);

// A number of entries: the number, or at least so many.
struct Count {
  int64_t size = 0;
  bool exact = true;
};

// How many entries of one list are visible at `now`. Exact, unless more than kMaxCountSteps of them
// were turned by time since the copy's instant.
Count CountList(const ReadTransaction& transaction, const std::string& list, absl::Time now);

// How many of them were visible at the copy's instant: one look-up, for ranks.
int64_t CountedIn(const ReadTransaction& transaction, const std::string& list);

// How many entries of the query's plan are visible, counted up to `limit`. Of a query with folds or
// by modify_time too, the plan is to be that over the lists by publish_time; what folds hide is
// counted.
Count CountPlan(const ReadTransaction& transaction, ListQuery query, int64_t limit);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_LIST_H_
