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

}  // namespace

void ChangeCollector::Add(const replica::JournalEntry& entry) {
  const bool before = entry.before.has_value() && replica::Holds(plan_, *entry.before);
  const bool after = entry.after.has_value() && replica::Holds(plan_, *entry.after);
  const auto known = index_.find(entry.article);
  if (known == index_.end() && !before && !after) return;
  if (known == index_.end()) {
    index_.emplace(entry.article, changes_.size());
    changes_.push_back({entry.article, before, after, entry.cause, entry.after.has_value()});
    return;
  }
  ListChange& change = changes_[known->second];
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

absl::StatusOr<std::optional<v1::WatchEvent>> Teller::Tell(const ListChange& change) {
  const auto state = view_.StateOf(catalog::v1::RESOURCE_KIND_ARTICLE, change.article);
  if (!state.has_value() || state->name().empty()) return std::nullopt;
  v1::WatchEvent event;
  event.set_name(state->name());
  if (!change.after) {
    event.set_kind(v1::WATCH_EVENT_KIND_LEFT);
    event.set_reason(ReasonOf(change));
    return event;
  }
  const auto slot = view_.VisibleSlot(change.article);
  // It went meanwhile, which a later entry tells.
  if (!slot.has_value()) return std::nullopt;
  event.set_kind(change.before ? v1::WATCH_EVENT_KIND_CHANGED : v1::WATCH_EVENT_KIND_ENTERED);
  DATELINE_ASSIGN_OR_RETURN(*event.mutable_article(), ArticleAt(change.article, *slot));
  return event;
}

}  // namespace dateline::query::watch
