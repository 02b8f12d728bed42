#include "services/query/watch/folded_members.h"

#include "common/api/proto_time.h"
#include "services/query/replica/read/list.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::watch {

using replica::Budget;
using replica::Dimension;
using replica::Table;

namespace {

content::v1::Article CardOf(const service::View& view, uint64_t article, replica::Slot slot) {
  content::v1::Article card;
  const absl::string_view bytes = view.Card(article, slot);
  if (!card.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) card.Clear();
  return card;
}

}  // namespace

// False if the budget has ended.
bool FoldedMembers::AddArticle(uint64_t article, Budget* budget, Places* places) const {
  const auto slot = view_.VisibleSlot(article);
  if (!slot.has_value()) return true;
  const content::v1::Article card = CardOf(view_, article, *slot);
  const std::string place =
      replica::ListSuffix({TimeFromProto(card.publish_time()), article, *slot});
  const auto held = replica::Holds(view_.transaction(), plan_, place, budget);
  if (held.value_or(false)) places->insert(place);
  return held.has_value();
}

bool FoldedMembers::AddSet(const std::string& set, Budget* budget, Places* places) const {
  replica::Cursor cursor = view_.transaction().Open(Table::kPostings);
  bool found = cursor.Seek(set);
  for (int looked = 0; found && looked < replica::kMaxFoldMembers; ++looked) {
    if (cursor.key().substr(0, replica::kListPrefixBytes) != set) return true;
    if (!budget->Take()) return false;
    if (replica::ParseVisibility(cursor.value()).At(view_.now())) {
      const std::string place(absl::ClippedSubstr(cursor.key(), replica::kListPrefixBytes));
      const auto held = replica::Holds(view_.transaction(), plan_, place, budget);
      if (!held.has_value()) return false;
      if (*held) places->insert(place);
    }
    found = cursor.Next();
  }
  return true;
}

std::optional<std::vector<FoldedMember>> FoldedMembers::AffectedBy(
    uint64_t article, const std::vector<std::string>& sets) const {
  Budget budget(replica::kMaxSteps);
  Places places;
  if (!AddArticle(article, &budget, &places)) return std::nullopt;
  Places translations;
  for (const std::string& set : sets) {
    const bool is_cluster = static_cast<Dimension>(set[0]) == Dimension::kCluster;
    if (is_cluster ? !folds_.clusters : folds_.languages.empty()) continue;
    if (!AddSet(set, &budget, is_cluster ? &places : &translations)) return std::nullopt;
  }
  // Which translation is shown decides which member of its cluster is.
  for (const std::string& place : translations) {
    places.insert(place);
    if (!folds_.clusters) continue;
    const replica::ListEntry entry = replica::ParseListSuffix(place);
    const std::string cluster = CardOf(view_, entry.article, entry.slot).cluster();
    if (cluster.empty()) continue;
    const std::string list = replica::ListPrefix(Dimension::kCluster, replica::TermOf(cluster));
    if (!AddSet(list, &budget, &places)) return std::nullopt;
  }
  const replica::Fold fold(view_.transaction(), folds_, plan_, view_.now(),
                           replica::Order::kNewestFirst, /*by_modification=*/false, &budget);
  std::vector<FoldedMember> members;
  for (const std::string& place : places) {
    const replica::Fold::Verdict verdict = fold.Judge(place);
    if (verdict == replica::Fold::Verdict::kSpent) return std::nullopt;
    const replica::ListEntry entry = replica::ParseListSuffix(place);
    members.push_back({entry.article, entry.slot, verdict == replica::Fold::Verdict::kShown});
  }
  return members;
}

}  // namespace dateline::query::watch
