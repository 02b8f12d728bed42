#ifndef DATELINE_SERVICES_QUERY_HOT_DEPENDENCIES_H_
#define DATELINE_SERVICES_QUERY_HOT_DEPENDENCIES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "services/query/replica/read/plan.h"
#include "services/query/replica/store/generations.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::hot {

// Lists of which a page may depend on at most so many.
inline constexpr size_t kMaxLists = 16;

// Lists of which each article that the plan holds stands in one at least; empty if there are more
// than kMaxLists. `plan` is one over the lists by publish_time. Pure.
std::vector<std::string> CoveringLists(const replica::Plan& plan);

// The first instant after `now` at which time makes something in the lists visible or invisible;
// InfiniteFuture if there is none, `now` itself if finding it takes too long.
absl::Time NextTurn(const replica::ReadTransaction& transaction,
                    const std::vector<std::string>& lists, absl::Time now);

// On what a page depends: a store, the state of its lists and vocabulary, and an instant. The
// default is never right.
class Dependencies {
 public:
  Dependencies() = default;
  // As they are now, for a page of these lists that is right before `turn`.
  Dependencies(const replica::Generations& generations, const std::vector<std::string>& lists,
               absl::Time turn);

  // Whether nothing that the page depends on has changed.
  bool AreSame(const replica::Generations& generations, absl::Time now) const;

 private:
  uint64_t store_ = 0;
  std::vector<std::pair<replica::Generations::Bucket, uint64_t>> numbers_;
  absl::Time turn_ = absl::InfinitePast();
};

}  // namespace dateline::query::hot

#endif  // DATELINE_SERVICES_QUERY_HOT_DEPENDENCIES_H_
