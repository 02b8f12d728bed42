#include "services/query/replica/apply/journal.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/query/replica/apply/journal_format.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// Beyond twice what was written, so that the journal shrinks when its limits do.
constexpr uint64_t kMinTrimmed = 64;

// Why nothing of an article is visible, as far as readers are told.
JournalCause CauseOf(const catalog::v1::ResourceState& state) {
  if (state.has_tombstone()) {
    switch (state.tombstone().reason()) {
      case catalog::v1::TOMBSTONE_REASON_TAKEN_DOWN:
        return JournalCause::kTakenDown;
      case catalog::v1::TOMBSTONE_REASON_DELETED:
        return JournalCause::kWithdrawn;
      default:
        return JournalCause::kHidden;
    }
  }
  // Vanished is as if it had never been.
  const bool told = state.article().state() == content::v1::ARTICLE_STATE_WITHDRAWN &&
                    state.article().withdrawal().kind() != catalog::v1::WITHDRAWAL_KIND_VANISHED;
  return told ? JournalCause::kWithdrawn : JournalCause::kHidden;
}

std::string EncodeFloor(uint64_t xid, uint64_t seq) {
  std::string floor;
  AppendNumber(&floor, xid);
  AppendNumber(&floor, seq);
  return floor;
}

}  // namespace

void BeginJournal(WriteTransaction& transaction, const content::v1::LogPosition& position) {
  if (transaction.Get(Table::kMeta, kCopyId).has_value()) return;
  std::random_device random;
  transaction.Put(
      Table::kMeta, kCopyId,
      absl::StrCat(absl::Hex(random(), absl::kZeroPad8), absl::Hex(random(), absl::kZeroPad8)));
  transaction.Put(Table::kMeta, kJournalFloor, EncodeFloor(position.xid(), position.seq()));
}

Journal::Journal(WriteTransaction& transaction, content::v1::LogPosition position, absl::Time at,
                 JournalLimits limits)
    : transaction_(transaction),
      position_(std::move(position)),
      at_(at),
      limits_(limits),
      on_(transaction.Get(Table::kMeta, kCopyId).has_value()) {}

Journal::Pending& Journal::Begun(uint64_t article) {
  Pending& pending = pending_[article];
  pending.begun = true;
  return pending;
}

void Journal::Removed(uint64_t article, const Listing& listing) {
  if (!on_) return;
  const bool first = !pending_[article].begun;
  Pending& pending = Begun(article);
  if (first) pending.before = EncodePlace(listing);
}

void Journal::Removed(uint64_t article) {
  if (!on_) return;
  Begun(article).after.clear();
}

void Journal::Added(uint64_t article, const Listing& listing) {
  if (!on_) return;
  Begun(article).after = EncodePlace(listing);
}

void Journal::Changed(uint64_t article, const catalog::v1::ResourceState& state) {
  if (!on_) return;
  Pending& pending = Begun(article);
  pending.cause = CauseOf(state);
  pending.changed = true;
}

void Journal::Turned(uint64_t article, bool replaced) {
  if (!on_) return;
  const auto [pending, fresh] = pending_.try_emplace(article);
  if (fresh) pending->second.by_time = true;
  pending->second.replaced |= replaced;
  // A state says better why than time does.
  if (pending->second.changed) return;
  pending->second.cause = replaced ? JournalCause::kHidden : JournalCause::kExpired;
}

JournalEntry Journal::EntryOf(uint64_t article, uint64_t seq) const {
  JournalEntry entry;
  entry.article = article;
  entry.at = at_;
  entry.xid = position_.xid();
  entry.seq = seq;
  return entry;
}

void Journal::Write(uint64_t article, const Pending& pending, uint64_t seq, uint64_t* number) {
  const bool visible = !pending.before.empty() || !pending.after.empty();
  const bool told = pending.changed
                        ? visible || pending.cause == JournalCause::kTakenDown
                        : pending.before != pending.after || (visible && pending.replaced);
  if (!told) return;
  JournalEntry entry = EntryOf(article, seq);
  entry.cause = pending.after.empty() ? pending.cause : JournalCause::kChanged;
  transaction_.Append(Table::kJournal, JournalKey(++*number),
                      EncodeJournalEntry(entry, pending.before, pending.after));
}

void Journal::Flush() {
  if (!on_) return;
  const uint64_t start = JournalEnd(transaction_);
  uint64_t end = start;
  if (std::exchange(merged_, false)) {
    transaction_.Append(Table::kJournal, JournalKey(++end),
                        EncodeJournalEntry(EntryOf(0, position_.seq()), "", ""));
  }
  // What time has turned may be missing in what was read at this very position a moment ago.
  for (const bool by_time : {false, true}) {
    for (const auto& [article, pending] : pending_) {
      if (pending.by_time != by_time) continue;
      Write(article, pending, position_.seq() + (by_time ? 1 : 0), &end);
    }
  }
  pending_.clear();
  Trim(end, end - start);
}

void Journal::Trim(uint64_t end, uint64_t written) {
  uint64_t begin = JournalBegin(transaction_);
  const uint64_t before = begin;
  std::string floor;
  for (uint64_t left = 2 * written + kMinTrimmed; left > 0 && begin < end; --left) {
    const auto oldest = JournalEntryOf(transaction_, begin + 1);
    const bool kept =
        oldest.has_value() && end - begin <= limits_.entries && oldest->at >= at_ - limits_.age;
    if (kept) break;
    if (oldest.has_value()) floor = EncodeFloor(oldest->xid, oldest->seq);
    transaction_.Delete(Table::kJournal, JournalKey(++begin));
  }
  if (begin == before) return;
  transaction_.Put(Table::kMeta, kJournalBegin, JournalKey(begin));
  if (!floor.empty()) transaction_.Put(Table::kMeta, kJournalFloor, floor);
}

}  // namespace dateline::query::replica
