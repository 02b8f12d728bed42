#include "services/query/replica/read/list.h"

#include <algorithm>
#include <utility>

namespace dateline::query::replica {
namespace {

using Step = PlanCursor::Step;

// Where a walk begins: newest first at `now` (what is published later is not reached), oldest first
// at the end.
std::string StartPlace(const ListQuery& query) {
  if (!query.after.empty()) return PlaceBehind(query.after, query.order);
  if (query.order == Order::kOldestFirst) return std::string(kListSuffixBytes, '\xff');
  return ListSuffix({query.now, 0, Slot::kLive});
}

}  // namespace

ListEnd WalkList(const ReadTransaction& transaction, const ListQuery& query,
                 absl::FunctionRef<bool(const ListEntry&)> visit) {
  Budget budget(query.steps, query.stop);
  const auto cursor = OpenPlan(transaction, query.plan, query.order, &budget);
  ListEnd end;
  end.last = query.after;
  Step step = cursor->Seek(StartPlace(query));
  for (; step == Step::kFound; step = cursor->Next()) {
    const ListEntry entry = ParseListSuffix(cursor->place());
    if (!ParseVisibility(cursor->value()).At(query.now)) {
      if (query.order == Order::kOldestFirst && entry.publish_time > query.now) break;
      continue;
    }
    if (!visit(entry)) {
      end.more = true;
      break;
    }
    end.last.assign(cursor->place().data(), cursor->place().size());
  }
  if (step == Step::kSpent) {
    end.more = true;
    end.last = PlaceBefore(cursor->place(), query.order);
  }
  end.steps = budget.taken();
  return end;
}

Count CountList(const ReadTransaction& transaction, const std::string& list, absl::Time now) {
  const auto counted = transaction.Get(Table::kCounts, list);
  Count count;
  count.size = counted.has_value() ? static_cast<int64_t>(ReadNumber(*counted)) : 0;
  // What has turned between the instant of the count and now.
  Cursor cursor = transaction.Open(Table::kTimed);
  int64_t steps = 0;
  for (bool found = cursor.Seek(list);
       found && cursor.key().substr(0, kListPrefixBytes) == list && TurnOf(cursor.key()) <= now;
       found = cursor.Next()) {
    if (++steps > kMaxCountSteps) {
      count.exact = false;
      break;
    }
    const Visibility visibility = ParseVisibility(cursor.value());
    const bool was_counted = TurnOf(cursor.key()) != visibility.from;
    count.size += (visibility.At(now) ? 1 : 0) - (was_counted ? 1 : 0);
  }
  return count;
}

Count CountPlan(const ReadTransaction& transaction, ListQuery query, int64_t limit) {
  if (query.plan.kind == Plan::Kind::kTerm) {
    return CountList(transaction, query.plan.list, query.now);
  }
  query.after.clear();
  query.steps = kMaxCountSteps;
  Count count;
  const ListEnd end = WalkList(transaction, query, [&](const ListEntry&) {
    if (count.size == limit) return false;
    ++count.size;
    return true;
  });
  count.exact = !end.more;
  return count;
}

}  // namespace dateline::query::replica
