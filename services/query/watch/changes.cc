#include "services/query/watch/changes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::watch {
namespace {

using replica::Dimension;
using replica::JournalCause;
using replica::Plan;

// How much an index over a list is worth: lists of few articles first.
int BreadthOf(const std::string& list) {
  switch (static_cast<Dimension>(list[0])) {
    case Dimension::kAll:
      return 1'000;
    case Dimension::kPublication:
    case Dimension::kLanguage:
    case Dimension::kType:
    case Dimension::kAccess:
    case Dimension::kHasImage:
      return 100;
    default:
      return 1;
  }
}

int BreadthOf(const std::vector<std::string>& lists) {
  int breadth = 0;
  for (const std::string& list : lists) breadth += BreadthOf(list);
  return breadth;
}

v1::RemovalReason ReasonOf(const ListChange& change) {
  if (change.moved_on) return v1::REMOVAL_REASON_MATCHES_NO_MORE;
  switch (change.cause) {
    case JournalCause::kWithdrawn:
      return v1::REMOVAL_REASON_WITHDRAWN;
    case JournalCause::kExpired:
      return v1::REMOVAL_REASON_EXPIRED;
    case JournalCause::kTakenDown:
      return v1::REMOVAL_REASON_TAKEN_DOWN;
    case JournalCause::kHidden:
    case JournalCause::kChanged:
      break;
  }
  return v1::REMOVAL_REASON_HIDDEN;
}

v1::WatchEventKind KindOf(const ListChange& change) {
  return change.before ? v1::WATCH_EVENT_KIND_CHANGED : v1::WATCH_EVENT_KIND_ENTERED;
}

// Adds the clusters and translation sets of a place.
void AddSets(const std::optional<replica::Listing>& place, std::vector<std::string>* sets) {
  if (!place.has_value()) return;
  for (const std::string& list : place->lists) {
    const auto dimension = static_cast<Dimension>(list[0]);
    if (dimension != Dimension::kCluster && dimension != Dimension::kTranslationSet) continue;
    if (std::find(sets->begin(), sets->end(), list) == sets->end()) sets->push_back(list);
  }
}

}  // namespace

void ChangeCollector::Add(const replica::JournalEntry& entry) {
  const bool before = entry.before.has_value() && replica::Holds(plan_, *entry.before);
  const bool after = entry.after.has_value() && replica::Holds(plan_, *entry.after);
  const auto known = index_.find(entry.article);
  if (known == index_.end() && !before && !after) return;
  if (known == index_.end()) {
    index_.emplace(entry.article, changes_.size());
    changes_.push_back({.article = entry.article, .number = entry.number, .before = before});
  }
  ListChange& change = known == index_.end() ? changes_.back() : changes_[known->second];
  AddSets(entry.before, &change.sets);
  AddSets(entry.after, &change.sets);
  change.after = after;
  change.moved_on = entry.after.has_value();
  change.cause = entry.cause;
}

std::deque<ListChange> ChangeCollector::Take() {
  index_.clear();
  return std::exchange(changes_, {});
}

std::vector<std::string> RequiredLists(const Plan& plan) {
  std::vector<std::string> all = {replica::ListPrefix(Dimension::kAll, 0)};
  std::vector<std::string> lists;
  switch (plan.kind) {
    case Plan::Kind::kTerm:
      return {plan.list};
    case Plan::Kind::kTime:
    case Plan::Kind::kNot:
      return all;
    case Plan::Kind::kAnd:
      lists = all;
      for (const Plan& part : plan.parts) {
        std::vector<std::string> needed = RequiredLists(part);
        if (BreadthOf(needed) < BreadthOf(lists)) lists = std::move(needed);
      }
      return lists;
    case Plan::Kind::kOr:
      break;
  }
  for (const Plan& part : plan.parts) {
    for (std::string& list : RequiredLists(part)) lists.push_back(std::move(list));
  }
  return BreadthOf(lists) < BreadthOf(all) ? lists : all;
}

std::string PrintOf(const Plan& plan) {
  std::string print =
      absl::StrCat(static_cast<int>(plan.kind), ":", plan.list, ":",
                   replica::OrderedTime(plan.from), ":", replica::OrderedTime(plan.until), "(");
  for (const Plan& part : plan.parts) absl::StrAppend(&print, PrintOf(part));
  return print + ")";
}

bool DependsOnMerges(const Plan& plan) {
  if (plan.kind == Plan::Kind::kTerm) {
    const auto dimension = static_cast<Dimension>(plan.list[0]);
    return dimension == Dimension::kTopic || dimension == Dimension::kTopicClosure ||
           dimension == Dimension::kAuthor;
  }
  return std::any_of(plan.parts.begin(), plan.parts.end(), DependsOnMerges);
}

absl::StatusOr<content::v1::Article> Teller::ArticleAt(uint64_t article, replica::Slot slot) {
  const bool cut = telling_.teaser_words > 0;
  std::string encoded = view_.EncodedArticle(article, slot, telling_.full || cut);
  if (cut) {
    DATELINE_ASSIGN_OR_RETURN(encoded, teasers_.Cut(encoded, telling_.full));
  }
  content::v1::Article parsed;
  if (!parsed.ParseFromString(encoded)) return error::Internal("a stored article cannot be read");
  if (service::Included::Any(telling_.include)) {
    included_.Prepare(parsed);
    included_.Keep(limits::kPageByteBudget);
  }
  telling_.mask.Trim(&parsed);
  return parsed;
}

std::string Teller::NameOf(uint64_t article) const {
  const auto state = view_.StateOf(catalog::v1::RESOURCE_KIND_ARTICLE, article);
  return state.has_value() ? state->name() : "";
}

absl::StatusOr<std::optional<v1::WatchEvent>> Teller::Present(uint64_t article, replica::Slot slot,
                                                              v1::WatchEventKind kind) {
  v1::WatchEvent event;
  event.set_kind(kind);
  event.set_name(NameOf(article));
  if (event.name().empty()) return std::nullopt;
  DATELINE_ASSIGN_OR_RETURN(*event.mutable_article(), ArticleAt(article, slot));
  return event;
}

std::optional<v1::WatchEvent> Teller::Left(uint64_t article, v1::RemovalReason reason) const {
  v1::WatchEvent event;
  event.set_kind(v1::WATCH_EVENT_KIND_LEFT);
  event.set_name(NameOf(article));
  if (event.name().empty()) return std::nullopt;
  event.set_reason(reason);
  return event;
}

absl::StatusOr<std::vector<v1::WatchEvent>> Teller::Tell(const ListChange& change) {
  if (telling_.folds.any()) return TellFolded(change);
  std::optional<v1::WatchEvent> event;
  if (!change.after) {
    event = Left(change.article, ReasonOf(change));
  } else if (const auto slot = view_.VisibleSlot(change.article)) {
    DATELINE_ASSIGN_OR_RETURN(event, Present(change.article, *slot, KindOf(change)));
  }
  // Else it went meanwhile, which a later entry tells.
  std::vector<v1::WatchEvent> events;
  if (event.has_value()) events.push_back(*std::move(event));
  return events;
}

absl::StatusOr<std::vector<v1::WatchEvent>> Teller::TellFolded(const ListChange& change) {
  std::vector<v1::WatchEvent> events;
  const auto members = members_.AffectedBy(change.article, change.sets);
  if (!members.has_value()) {
    if (!std::exchange(resync_told_, true)) {
      events.emplace_back().set_kind(v1::WATCH_EVENT_KIND_RESYNC);
    }
    return events;
  }
  std::vector<std::optional<v1::WatchEvent>> told;
  bool is_member = false;
  for (const FoldedMember& member : *members) {
    const bool is_changed = member.article == change.article;
    is_member |= is_changed;
    if (!told_.insert(member.article).second) continue;
    if (!member.shown) {
      told.push_back(Left(member.article, v1::REMOVAL_REASON_MATCHES_NO_MORE));
      continue;
    }
    const v1::WatchEventKind kind = is_changed ? KindOf(change) : v1::WATCH_EVENT_KIND_ENTERED;
    DATELINE_ASSIGN_OR_RETURN(told.emplace_back(), Present(member.article, member.slot, kind));
  }
  // It went meanwhile, which a later entry tells.
  const bool is_stale = change.after && !view_.VisibleSlot(change.article).has_value();
  if (!is_member && !is_stale) {
    const bool is_news = told_.insert(change.article).second;
    if (is_news || change.cause == JournalCause::kTakenDown) {
      told.push_back(Left(change.article, ReasonOf(change)));
    }
  }
  for (std::optional<v1::WatchEvent>& event : told) {
    if (event.has_value()) events.push_back(*std::move(event));
  }
  return events;
}

}  // namespace dateline::query::watch
