#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_LIST_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_LIST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "services/query/replica/store/keys.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// One walk through the articles that stand in all of some lists.
struct ListQuery {
  std::vector<std::string> lists;  // prefixes; at least one
  absl::Time now;                  // visibility is judged at this instant
  bool oldest_first = false;
  std::string after;  // the suffix of the last entry of the page before; empty to begin
};

// Where a walk ended.
struct ListEnd {
  bool more = false;  // there may be further entries
  std::string last;   // the suffix to go on behind
};

// Gives the visible entries in order, by (publish_time, article), until `visit` returns false or
// the lists end; invisible ones are passed over, a bounded number of them in one call. One cursor
// seek a list and then a short walk; several lists leapfrog each other.
ListEnd WalkLists(const ReadTransaction& transaction, const ListQuery& query,
                  absl::FunctionRef<bool(const ListEntry&)> visit);

// How many entries of one list are visible at `now`: exact.
int64_t CountVisible(const ReadTransaction& transaction, const std::string& list, absl::Time now);

// How many entries of all lists together are visible, counted up to `limit`; `more` says that there
// are further ones.
int64_t CountVisible(const ReadTransaction& transaction, const std::vector<std::string>& lists,
                     absl::Time now, int64_t limit, bool* more);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_LIST_H_
