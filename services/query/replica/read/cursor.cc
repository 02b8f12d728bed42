#include "services/query/replica/read/cursor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

using Step = PlanCursor::Step;

// One list.
class TermCursor final : public PlanCursor {
 public:
  TermCursor(const ReadTransaction& transaction, std::string list, Order order, Budget* budget)
      : cursor_(transaction.Open(Table::kPostings)),
        key_(std::move(list)),
        order_(order),
        budget_(budget) {}

  Step Seek(absl::string_view target) override {
    if (step_ == Step::kEnd) return step_;
    if (step_ == Step::kFound && !Precedes(place(), target, order_)) return step_;
    // What was seen to hold nothing is not looked at again: a cursor never goes back.
    std::string ahead;
    if (step_ == Step::kSpent && !spent_at_.empty() && Precedes(target, spent_at_, order_)) {
      ahead = spent_at_;
      target = ahead;
    }
    if (!budget_->Take()) return Spent(std::string(target));
    key_.resize(kListPrefixBytes);
    key_.append(target.data(), target.size());
    return At(order_ == Order::kNewestFirst ? cursor_.Seek(key_) : cursor_.SeekBefore(key_));
  }

  Step Next() override {
    if (!budget_->Take()) return Spent(PlaceBehind(place(), order_));
    return At(order_ == Order::kNewestFirst ? cursor_.Next() : cursor_.Previous());
  }

  absl::string_view place() const override {
    return step_ == Step::kSpent ? absl::string_view(spent_at_)
                                 : absl::ClippedSubstr(cursor_.key(), kListPrefixBytes);
  }
  absl::string_view value() const override { return cursor_.value(); }

 private:
  Step At(bool found) {
    const bool in_list = found && cursor_.key().size() == kListPrefixBytes + kListSuffixBytes &&
                         cursor_.key().substr(0, kListPrefixBytes) ==
                             absl::string_view(key_).substr(0, kListPrefixBytes);
    return step_ = in_list ? Step::kFound : Step::kEnd;
  }
  Step Spent(std::string place) {
    spent_at_ = std::move(place);
    return step_ = Step::kSpent;
  }

  Cursor cursor_;
  std::string key_;
  std::string spent_at_;
  const Order order_;
  Budget* const budget_;
  Step step_ = Step::kSpent;
};

// What another cursor holds between two places, both included.
class RangeCursor final : public PlanCursor {
 public:
  RangeCursor(std::unique_ptr<PlanCursor> part, std::string first, std::string last, Order order)
      : part_(std::move(part)), first_(std::move(first)), last_(std::move(last)), order_(order) {}

  Step Seek(absl::string_view target) override {
    return Clip(part_->Seek(Precedes(target, first_, order_) ? absl::string_view(first_) : target));
  }
  Step Next() override { return Clip(part_->Next()); }

  absl::string_view place() const override { return part_->place(); }
  absl::string_view value() const override { return part_->value(); }

 private:
  Step Clip(Step step) const {
    return step != Step::kEnd && Precedes(last_, part_->place(), order_) ? Step::kEnd : step;
  }

  std::unique_ptr<PlanCursor> part_;
  const std::string first_;
  const std::string last_;
  const Order order_;
};

// What all of some cursors hold and none of others: they leapfrog each other.
class AndCursor final : public PlanCursor {
 public:
  AndCursor(std::vector<std::unique_ptr<PlanCursor>> all,
            std::vector<std::unique_ptr<PlanCursor>> none, Order order)
      : all_(std::move(all)), none_(std::move(none)), order_(order) {}

  Step Seek(absl::string_view target) override {
    // Nothing stands before the place that was reached.
    const bool ahead = !place_.empty() && Precedes(target, place_, order_);
    return Settle(ahead ? place_ : std::string(target));
  }
  Step Next() override {
    const Step step = all_[0]->Next();
    return step == Step::kEnd ? step : Settle(std::string(all_[0]->place()));
  }

  absl::string_view place() const override { return place_; }
  absl::string_view value() const override { return all_[0]->value(); }

 private:
  // Whether the entry at `place_` is none of those left out.
  Step Kept() {
    for (const auto& part : none_) {
      const Step step = part->Seek(place_);
      if (step == Step::kEnd || part->place() != place_) continue;
      return step == Step::kFound ? Step::kEnd : Step::kSpent;
    }
    return Step::kFound;
  }

  Step Settle(std::string place) {
    place_ = std::move(place);
    for (;;) {
      size_t agreed = 0;
      for (size_t i = 0; agreed < all_.size(); i = (i + 1) % all_.size()) {
        const Step step = all_[i]->Seek(place_);
        if (step == Step::kEnd) return step;
        agreed = all_[i]->place() == place_ ? agreed + 1 : 1;
        place_ = std::string(all_[i]->place());
        if (step == Step::kSpent) return step;
      }
      const Step kept = Kept();
      if (kept != Step::kEnd) return kept;
      const Step step = all_[0]->Next();
      if (step == Step::kEnd) return step;
      place_ = std::string(all_[0]->place());
      if (step == Step::kSpent) return step;
    }
  }

  const std::vector<std::unique_ptr<PlanCursor>> all_;
  const std::vector<std::unique_ptr<PlanCursor>> none_;
  const Order order_;
  std::string place_;
};

// What any of some cursors hold, once each.
class OrCursor final : public PlanCursor {
 public:
  struct Part {
    std::unique_ptr<PlanCursor> cursor;
    int64_t lists = 1;  // how many lists it walks: its share of the budget
    Step step = Step::kSpent;
    bool begun = false;
  };

  OrCursor(std::vector<Part> parts, Order order, Budget* budget)
      : parts_(std::move(parts)), order_(order), budget_(budget) {}

  Step Seek(absl::string_view target) override {
    const std::string wanted(target);
    return Move([&](Part& part) {
      if (!part.begun) return part.cursor->Seek(wanted);
      const std::string place(part.cursor->place());
      if (part.step == Step::kFound && !Precedes(place, wanted, order_)) return part.step;
      return part.cursor->Seek(Precedes(place, wanted, order_) ? wanted : place);
    });
  }

  Step Next() override {
    const std::string left(place());
    const std::string behind = PlaceBehind(left, order_);
    return Move([&](Part& part) {
      const std::string place(part.cursor->place());
      if (part.step == Step::kFound) return place == left ? part.cursor->Next() : part.step;
      // It may hold what was left, too.
      return part.cursor->Seek(Precedes(place, behind, order_) ? behind : place);
    });
  }

  absl::string_view place() const override { return first_->cursor->place(); }
  absl::string_view value() const override { return first_->cursor->value(); }

 private:
  template <typename MovePart>
  Step Move(MovePart move) {
    int64_t lists = 0;
    for (const Part& part : parts_) lists += part.step == Step::kEnd ? 0 : part.lists;
    first_ = nullptr;
    for (Part& part : parts_) {
      if (part.step == Step::kEnd) continue;
      const Budget::Slice slice(budget_, part.lists, lists);
      lists -= part.lists;
      part.step = move(part);
      part.begun = true;
      if (part.step != Step::kEnd && Leads(part)) first_ = &part;
    }
    return first_ == nullptr ? Step::kEnd : first_->step;
  }

  // Whether the part is ahead of `first_`. At one place an entry goes before a mere place.
  bool Leads(const Part& part) const {
    if (first_ == nullptr) return true;
    const absl::string_view place = part.cursor->place();
    if (place == first_->cursor->place()) {
      return part.step == Step::kFound && first_->step == Step::kSpent;
    }
    return Precedes(place, first_->cursor->place(), order_);
  }

  std::vector<Part> parts_;
  const Order order_;
  Budget* const budget_;
  Part* first_ = nullptr;
};

class Opener {
 public:
  Opener(const ReadTransaction& transaction, Order order, Budget* budget)
      : transaction_(transaction), order_(order), budget_(budget) {}

  std::unique_ptr<PlanCursor> Open(const Plan& plan) const {
    switch (plan.kind) {
      case Plan::Kind::kTerm:
        return Term(plan.list);
      case Plan::Kind::kOr:
        return OpenOr(plan);
      case Plan::Kind::kAnd:
        return OpenAnd(plan.parts);
      case Plan::Kind::kTime:
      case Plan::Kind::kNot:
        break;
    }
    return OpenAnd({plan});
  }

 private:
  static int64_t Lists(const Plan& plan) {
    int64_t lists = 1;
    for (const Plan& part : plan.parts) lists += Lists(part);
    return lists;
  }

  std::unique_ptr<PlanCursor> Term(const std::string& list) const {
    return std::make_unique<TermCursor>(transaction_, list, order_, budget_);
  }

  std::unique_ptr<PlanCursor> OpenOr(const Plan& plan) const {
    std::vector<OrCursor::Part> parts;
    for (const Plan& part : plan.parts) parts.push_back({Open(part), Lists(part)});
    return std::make_unique<OrCursor>(std::move(parts), order_, budget_);
  }

  // Times bound the walk, negated parts leave out; something must be there to leave out of.
  std::unique_ptr<PlanCursor> OpenAnd(const std::vector<Plan>& parts) const {
    std::vector<std::unique_ptr<PlanCursor>> all;
    std::vector<std::unique_ptr<PlanCursor>> none;
    absl::Time from = absl::InfinitePast();
    absl::Time until = absl::InfiniteFuture();
    for (const Plan& part : parts) {
      if (part.kind == Plan::Kind::kTime) {
        from = std::max(from, part.from);
        until = std::min(until, part.until);
      } else if (part.kind == Plan::Kind::kNot) {
        none.push_back(Open(part.parts[0]));
      } else {
        all.push_back(Open(part));
      }
    }
    if (all.empty()) all.push_back(Term(ListPrefix(Dimension::kAll, 0)));
    std::unique_ptr<PlanCursor> cursor =
        all.size() == 1 && none.empty()
            ? std::move(all[0])
            : std::make_unique<AndCursor>(std::move(all), std::move(none), order_);
    if (from == absl::InfinitePast() && until == absl::InfiniteFuture()) return cursor;
    // Suffixes count the other way round: the newest is the smallest.
    std::string newest = until == absl::InfiniteFuture()
                             ? std::string(kListSuffixBytes, '\0')
                             : ListSuffix({until - absl::Microseconds(1), 0, Slot::kLive});
    std::string oldest = ListSuffix({from, ~uint64_t{0}, Slot::kScheduled});
    if (order_ == Order::kOldestFirst) std::swap(newest, oldest);
    return std::make_unique<RangeCursor>(std::move(cursor), std::move(newest), std::move(oldest),
                                         order_);
  }

  const ReadTransaction& transaction_;
  const Order order_;
  Budget* const budget_;
};

// The number that a place is, plus or minus one; at the end of all numbers it stays.
std::string Shifted(absl::string_view place, bool up) {
  std::string shifted(place);
  for (size_t i = shifted.size(); i > 0; --i) {
    const auto byte = static_cast<unsigned char>(shifted[i - 1]);
    shifted[i - 1] = static_cast<char>(up ? byte + 1 : byte - 1);
    if (byte != (up ? 0xff : 0x00)) return shifted;
  }
  return std::string(place);
}

}  // namespace

bool Precedes(absl::string_view a, absl::string_view b, Order order) {
  return order == Order::kNewestFirst ? a < b : b < a;
}

std::string PlaceBehind(absl::string_view suffix, Order order) {
  return Shifted(suffix, /*up=*/order == Order::kNewestFirst);
}

std::string PlaceBefore(absl::string_view suffix, Order order) {
  return Shifted(suffix, /*up=*/order == Order::kOldestFirst);
}

std::unique_ptr<PlanCursor> OpenPlan(const ReadTransaction& transaction, const Plan& plan,
                                     Order order, Budget* budget) {
  return Opener(transaction, order, budget).Open(plan);
}

}  // namespace dateline::query::replica
