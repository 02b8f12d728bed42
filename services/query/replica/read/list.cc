#include "services/query/replica/read/list.h"

#include <algorithm>
#include <utility>

namespace dateline::query::replica {
namespace {

using Step = PlanCursor::Step;

Order Opposite(Order order) {
  return order == Order::kNewestFirst ? Order::kOldestFirst : Order::kNewestFirst;
}

// Where a walk begins: newest first at `now` (what is published later is not reached), oldest first
// at the end. What is modified later may be visible already.
std::string StartPlace(const ListQuery& query, Order order) {
  if (!query.after.empty()) return PlaceBehind(query.after, order);
  if (order == Order::kOldestFirst) return std::string(kListSuffixBytes, '\xff');
  if (query.by_modification) return std::string(kListSuffixBytes, '\0');
  return ListSuffix({query.now, 0, Slot::kLive});
}

// A walk's state that its steps share.
class Walk {
 public:
  Walk(const ReadTransaction& transaction, const ListQuery& query)
      : query_(query),
        order_(query.backwards ? Opposite(query.order) : query.order),
        budget_(query.steps, query.stop),
        cursor_(OpenPlan(transaction, query.plan, order_, &budget_)),
        fold_(transaction, query.fold, query.plan, query.now, query.order, query.by_modification,
              &budget_) {}

  ListEnd Run(absl::FunctionRef<bool(const ListEntry&, const Visibility&)> visit) {
    ListEnd end;
    end.last = query_.after;
    Step step = cursor_->Seek(StartPlace(query_, order_));
    for (; step == Step::kFound; step = cursor_->Next()) {
      const ListEntry entry = ParseListSuffix(cursor_->place());
      const Visibility visibility = ParseVisibility(cursor_->value());
      if (!visibility.At(query_.now)) {
        if (IsBehindNow(entry)) break;
        continue;
      }
      if (query_.fold.any()) {
        const Fold::Verdict verdict = fold_.Judge(cursor_->place());
        if (verdict == Fold::Verdict::kHidden) continue;
        if (verdict == Fold::Verdict::kSpent) step = Step::kSpent;
        if (step == Step::kSpent) break;
      }
      if (!visit(entry, visibility)) {
        end.more = true;
        break;
      }
      end.last.assign(cursor_->place().data(), cursor_->place().size());
    }
    if (step == Step::kSpent) {
      end.more = true;
      end.last = PlaceBefore(cursor_->place(), order_);
    }
    end.steps = budget_.taken();
    return end;
  }

 private:
  // Whether nothing from here on is published yet.
  bool IsBehindNow(const ListEntry& entry) const {
    return order_ == Order::kOldestFirst && !query_.by_modification &&
           entry.publish_time > query_.now;
  }

  const ListQuery& query_;
  const Order order_;
  Budget budget_;
  const std::unique_ptr<PlanCursor> cursor_;
  const Fold fold_;
};

}  // namespace

ListEnd WalkList(const ReadTransaction& transaction, const ListQuery& query,
                 absl::FunctionRef<bool(const ListEntry&, const Visibility&)> visit) {
  return Walk(transaction, query).Run(visit);
}

std::optional<Plan> PlanByModification(const Plan& plan) {
  if (plan.kind != Plan::Kind::kTerm) return std::nullopt;
  const auto modified = ByModification(static_cast<Dimension>(plan.list[0]));
  if (!modified.has_value()) return std::nullopt;
  Plan by_modification = plan;
  by_modification.list[0] = static_cast<char>(*modified);
  return by_modification;
}

int64_t CountedIn(const ReadTransaction& transaction, const std::string& list) {
  const auto counted = transaction.Get(Table::kCounts, list);
  return counted.has_value() ? static_cast<int64_t>(ReadNumber(*counted)) : 0;
}

Count CountList(const ReadTransaction& transaction, const std::string& list, absl::Time now) {
  Count count;
  count.size = CountedIn(transaction, list);
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
  query.backwards = false;
  query.by_modification = false;
  query.fold = {};
  query.steps = kMaxCountSteps;
  Count count;
  const ListEnd end = WalkList(transaction, query, [&](const ListEntry&, const Visibility&) {
    if (count.size == limit) return false;
    ++count.size;
    return true;
  });
  count.exact = !end.more;
  return count;
}

}  // namespace dateline::query::replica
