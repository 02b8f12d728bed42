#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_PLAN_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_PLAN_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dateline::query::replica {

// What a list is to hold: a tree of conditions over the replica's lists. A plain value; cursor.h
// walks it.
struct Plan {
  enum class Kind {
    kTerm,  // what stands in one list
    kTime,  // what was published at or after `from` and before `until`
    kAnd,   // what all parts hold; of no parts, everything
    kOr,    // what any part holds; of no parts, nothing
    kNot,   // what its one part does not hold
  };

  Kind kind = Kind::kAnd;
  std::string list;  // kTerm: the list's prefix
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  std::vector<Plan> parts;

  static Plan Term(std::string list) {
    Plan plan;
    plan.kind = Kind::kTerm;
    plan.list = std::move(list);
    return plan;
  }
  static Plan Time(absl::Time from, absl::Time until) {
    Plan plan;
    plan.kind = Kind::kTime;
    plan.from = from;
    plan.until = until;
    return plan;
  }
  static Plan And(std::vector<Plan> parts) { return Of(Kind::kAnd, std::move(parts)); }
  static Plan Or(std::vector<Plan> parts) { return Of(Kind::kOr, std::move(parts)); }
  static Plan Not(Plan part) {
    Plan plan;
    plan.kind = Kind::kNot;
    plan.parts.push_back(std::move(part));
    return plan;
  }

 private:
  static Plan Of(Kind kind, std::vector<Plan> parts) {
    // A condition on its own needs no node around it.
    if (parts.size() == 1) return std::move(parts[0]);
    Plan plan;
    plan.kind = kind;
    plan.parts = std::move(parts);
    return plan;
  }
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_PLAN_H_
