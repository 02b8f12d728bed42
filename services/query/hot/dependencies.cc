#include "services/query/hot/dependencies.h"

#include <algorithm>

#include "services/query/replica/store/keys.h"

namespace dateline::query::hot {
namespace {

using replica::Generations;
using replica::Plan;

// Entries of a list that time has turned and whose turn was not applied yet. There are few, as
// turns are applied within seconds.
constexpr int kMaxTurned = 32;

void AddCovering(const Plan& plan, std::vector<std::string>* lists);

// The shortest cover of a part: what all parts hold, any of them holds.
void AddShortest(const std::vector<Plan>& parts, std::vector<std::string>* lists) {
  std::vector<std::string> best = {replica::ListPrefix(replica::Dimension::kAll, 0)};
  bool found = false;
  for (const Plan& part : parts) {
    if (part.kind == Plan::Kind::kNot || part.kind == Plan::Kind::kTime) continue;
    std::vector<std::string> covering;
    AddCovering(part, &covering);
    if (found && covering.size() >= best.size()) continue;
    best = std::move(covering);
    found = true;
  }
  lists->insert(lists->end(), best.begin(), best.end());
}

void AddCovering(const Plan& plan, std::vector<std::string>* lists) {
  switch (plan.kind) {
    case Plan::Kind::kTerm:
      lists->push_back(plan.list);
      return;
    case Plan::Kind::kOr:
      for (const Plan& part : plan.parts) AddCovering(part, lists);
      return;
    case Plan::Kind::kAnd:
      AddShortest(plan.parts, lists);
      return;
    case Plan::Kind::kTime:
    case Plan::Kind::kNot:
      // Whatever is listed at all.
      AddShortest({}, lists);
      return;
  }
}

}  // namespace

std::vector<std::string> CoveringLists(const Plan& plan) {
  std::vector<std::string> lists;
  AddCovering(plan, &lists);
  std::sort(lists.begin(), lists.end());
  lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
  if (lists.size() > kMaxLists) lists.clear();
  return lists;
}

absl::Time NextTurn(const replica::ReadTransaction& transaction,
                    const std::vector<std::string>& lists, absl::Time now) {
  absl::Time next = absl::InfiniteFuture();
  replica::Cursor cursor = transaction.Open(replica::Table::kTimed);
  for (const std::string& list : lists) {
    int turned = 0;
    for (bool found = cursor.Seek(list);
         found && cursor.key().substr(0, replica::kListPrefixBytes) == list;
         found = cursor.Next()) {
      const absl::Time turn = replica::TurnOf(cursor.key());
      if (turn > now) {
        next = std::min(next, turn);
        break;
      }
      if (++turned > kMaxTurned) return now;
      // It stands under its first turn until that is applied.
      const absl::Time until = replica::ParseVisibility(cursor.value()).until;
      if (until > now) next = std::min(next, until);
    }
  }
  return next;
}

Dependencies::Dependencies(const Generations& generations, const std::vector<std::string>& lists,
                           absl::Time turn)
    : store_(generations.store()), turn_(turn) {
  numbers_.reserve(lists.size() + 1);
  numbers_.emplace_back(Generations::kVocabulary, generations.Of(Generations::kVocabulary));
  for (const std::string& list : lists) {
    const Generations::Bucket bucket = Generations::BucketOf(list);
    numbers_.emplace_back(bucket, generations.Of(bucket));
  }
}

bool Dependencies::AreSame(const Generations& generations, absl::Time now) const {
  return store_ == generations.store() && now < turn_ &&
         std::all_of(numbers_.begin(), numbers_.end(),
                     [&](const auto& seen) { return generations.Of(seen.first) == seen.second; });
}

}  // namespace dateline::query::hot
