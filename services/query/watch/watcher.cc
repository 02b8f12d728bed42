#include "services/query/watch/watcher.h"

#include <algorithm>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/read/journal.h"

namespace dateline::query::watch {
namespace {

// Articles that wait in memory to be told.
constexpr size_t kMaxWaiting = 100;
// Entries that are looked through in one transaction.
constexpr int kMaxEntriesAtOnce = 5'000;
constexpr char kTooOld[] = "the journal does not reach back to it; list again";

}  // namespace

absl::StatusOr<std::shared_ptr<Watcher>> Watcher::Create(replica::Replica& replica, Hub& hub,
                                                         const v1::WatchArticlesRequest& request) {
  std::shared_ptr<Watcher> watcher(new Watcher(replica, hub));
  DATELINE_ASSIGN_OR_RETURN(watcher->conditions_, service::ConditionsOf(request.filter()));
  DATELINE_ASSIGN_OR_RETURN(watcher->telling_.mask, service::ReadMask::Of(request.read_mask()));
  watcher->telling_.full = request.view() == content::v1::ARTICLE_VIEW_FULL;
  watcher->telling_.teaser_words = request.teaser_words();
  watcher->telling_.include = request.include();
  watcher->telling_.folds = service::FoldsOf(request);
  DATELINE_ASSIGN_OR_RETURN(const service::View view, service::View::Open(replica));
  DATELINE_ASSIGN_OR_RETURN(const replica::Plan plan, service::PlanOf(view, watcher->conditions_));
  if (request.position().empty()) watcher->print_ = PrintOf(plan);
  watcher->position_ = view.position().position;
  if (!request.position().empty()) {
    DATELINE_ASSIGN_OR_RETURN(watcher->position_, DecodePosition(request.position(), "position"));
  }
  DATELINE_RETURN_IF_ERROR(watcher->Locate(view));
  return watcher;
}

Watcher::~Watcher() { hub_.Remove(number_); }

absl::Status Watcher::Locate(const service::View& view) {
  const auto number = replica::JournalNumberAt(view.transaction(), position_);
  if (!number.has_value()) return error::PositionExpired(kTooOld);
  copy_id_ = replica::CopyId(view.transaction());
  scanned_ = scan_to_ = *number;
  todo_.clear();
  waiting_.clear();
  return absl::OkStatus();
}

std::function<void()> Watcher::Subscribe(std::function<void()> poke) {
  const auto view = service::View::Open(replica_);
  std::vector<std::string> lists;
  if (view.ok()) {
    const auto plan = service::PlanOf(*view, conditions_);
    if (plan.ok()) lists = RequiredLists(*plan);
  }
  const int number = hub_.Add(lists, std::move(poke));
  number_ = number;
  return [&hub = hub_, number] { hub.Remove(number); };
}

absl::StatusOr<bool> Watcher::TakeMail(const service::View& view, Mail mail) {
  bookmark_ |= mail.bookmark;
  // The hub has not seen the new copy yet; it pokes once it has.
  if (mail.reached.copy_id != replica::CopyId(view.transaction())) return false;
  if (mail.reached.copy_id != copy_id_) DATELINE_RETURN_IF_ERROR(Locate(view));
  if (mail.overflowed) {
    scan_to_ = std::max(scan_to_, mail.reached.number);
  } else {
    todo_.insert(todo_.end(), mail.numbers.begin(), mail.numbers.end());
  }
  reached_ = std::move(mail.reached);
  return true;
}

absl::Status Watcher::Relocate(const service::View& view) {
  DATELINE_RETURN_IF_ERROR(Locate(view));
  DATELINE_ASSIGN_OR_RETURN(const replica::CopyState copy,
                            replica::ReadCopyState(view.transaction()));
  scan_to_ = replica::JournalEnd(view.transaction());
  reached_ = {copy_id_, scan_to_, view.position().position, copy.at};
  return absl::OkStatus();
}

void Watcher::Take(const replica::JournalEntry& entry, ChangeCollector* collector) {
  merged_ |= entry.is_of_merges();
  if (!entry.is_of_merges()) collector->Add(entry);
}

std::optional<v1::WatchEvent> Watcher::TakeResync(const service::View& view,
                                                  const replica::Plan& plan) {
  if (!std::exchange(merged_, false) || !DependsOnMerges(plan)) return std::nullopt;
  const std::string print = PrintOf(plan);
  if (print_ == print) return std::nullopt;
  // The view may know of merges that are read only later.
  print_ =
      scan_to_ >= replica::JournalEnd(view.transaction()) ? std::optional(print) : std::nullopt;
  v1::WatchEvent event;
  event.set_kind(v1::WATCH_EVENT_KIND_RESYNC);
  return event;
}

absl::Status Watcher::Collect(const service::View& view, const replica::Plan& plan,
                              const RequestContext& call) {
  if (scanned_ < replica::JournalBegin(view.transaction()) && !IsThrough()) {
    return error::PositionExpired(kTooOld);
  }
  ChangeCollector collector(plan);
  int left = kMaxEntriesAtOnce;
  if (scanned_ < scan_to_) {
    const uint64_t from = scanned_;
    scanned_ = scan_to_;
    replica::ReadJournal(view.transaction(), from, [&](const replica::JournalEntry& entry) {
      if (entry.number > scan_to_) return false;
      const bool go_on = --left > 0 && collector.size() < kMaxWaiting && !call.cancelled();
      scanned_ = go_on ? scan_to_ : entry.number - 1;
      if (go_on) Take(entry, &collector);
      return go_on;
    });
  }
  while (scanned_ >= scan_to_ && !todo_.empty() && collector.size() < kMaxWaiting) {
    const auto entry = replica::JournalEntryOf(view.transaction(), todo_.front());
    if (!entry.has_value()) return error::PositionExpired(kTooOld);
    // What a scan has read already is not read again.
    if (entry->number > scanned_) Take(*entry, &collector);
    todo_.pop_front();
  }
  waiting_ = collector.Take();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::WatchArticlesResponse>> Watcher::Next(const RequestContext& call) {
  if (number_ == 0) return std::nullopt;
  // In this order: the view has all that the mail tells of.
  const bool was_through = IsThrough();
  Mail mail;
  if (was_through) mail = hub_.Fetch(number_);
  DATELINE_ASSIGN_OR_RETURN(const service::View view, service::View::Open(replica_));
  // Topics may have been merged since, and what the filter names may be gone.
  DATELINE_ASSIGN_OR_RETURN(const replica::Plan plan, service::PlanOf(view, conditions_));
  const bool moved = hub_.Move(number_, RequiredLists(plan));
  if (was_through) {
    mail.overflowed |= moved;
    DATELINE_ASSIGN_OR_RETURN(const bool taken, TakeMail(view, std::move(mail)));
    if (!taken) return std::nullopt;
  } else if (copy_id_ != replica::CopyId(view.transaction())) {
    DATELINE_RETURN_IF_ERROR(Relocate(view));
  } else if (moved) {
    scan_to_ = std::max(scan_to_, reached_.number);
    todo_.clear();
  }
  v1::WatchArticlesResponse response;
  Teller teller(view, plan, telling_);
  size_t budget = limits::kPageByteBudget;
  while (!IsThrough() && budget > 0 && !call.cancelled()) {
    if (waiting_.empty()) DATELINE_RETURN_IF_ERROR(Collect(view, plan, call));
    if (auto resync = TakeResync(view, plan)) *response.add_events() = *std::move(resync);
    for (; !waiting_.empty() && budget > 0; waiting_.pop_front()) {
      DATELINE_ASSIGN_OR_RETURN(auto events, teller.Tell(waiting_.front()));
      for (v1::WatchEvent& event : events) {
        budget -= std::min(budget, event.ByteSizeLong());
        *response.add_events() = std::move(event);
      }
    }
    if (response.events_size() >= static_cast<int>(kMaxWaiting)) break;
  }
  if (IsThrough()) {
    scanned_ = scan_to_ = std::max(scan_to_, reached_.number);
    position_ = reached_.position;
    at_ = reached_.at;
    *position_.mutable_instant() = TimeToProto(at_);
    // All that the view knows of is told: from here on, only merges that come are news.
    if (!print_.has_value() && !merged_ && scan_to_ >= replica::JournalEnd(view.transaction())) {
      print_ = PrintOf(plan);
    }
  }
  const bool silent = response.events_size() == 0 && started_ && !(bookmark_ && IsThrough());
  if (silent) return std::nullopt;
  started_ = true;
  if (IsThrough()) bookmark_ = false;
  teller.MoveIncludedTo(&response);
  response.set_position(EncodePosition(position_));
  if (at_ > absl::InfinitePast()) *response.mutable_read_time() = TimeToProto(at_);
  return response;
}

}  // namespace dateline::query::watch
