#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_JOURNAL_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_JOURNAL_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/store/store.h"

// The journal of a copy (design.md, section 5): what became of each article's listing, by a change
// or by time, as numbered entries. What was visible neither before nor after has no entry, but for
// a takedown. Entries are kept for limits that apply/journal.h states.
namespace dateline::query::replica {

// Why an article is where an entry says.
enum class JournalCause : uint8_t {
  kChanged = 0,    // it or what it refers to was changed; or time made it visible
  kWithdrawn = 1,  // withdrawn or deleted
  kExpired = 2,    // its expire_time came
  kHidden = 3,     // not visible for a reason that readers are not told
  kTakenDown = 4,  // erased
};

// One entry. `before` and `after`: what was visible of it and where, with `lists` and
// `entry.publish_time` only; nullopt if it was not visible.
struct JournalEntry {
  uint64_t number = 0;
  uint64_t article = 0;
  absl::Time at;  // the instant that the copy had reached
  // The entry tells of something that is not in what was read at a lower position than this one.
  uint64_t xid = 0;
  uint64_t seq = 0;
  JournalCause cause = JournalCause::kChanged;
  std::optional<Listing> before;
  std::optional<Listing> after;

  // It is of no article: topics or authors were merged, or that was taken back. What a filter's
  // names stand for may be another one since.
  bool is_of_merges() const { return article == 0; }
};

// The last number given; 0: none so far.
uint64_t JournalEnd(const ReadTransaction& transaction);

// The entries above it are kept.
uint64_t JournalBegin(const ReadTransaction& transaction);

// A word that a copy has from its making on, and no other copy: numbers are of one copy only.
// Empty while the copy is not complete.
std::string CopyId(const ReadTransaction& transaction);

// Gives the entries behind a number in order, until `visit` returns false.
void ReadJournal(const ReadTransaction& transaction, uint64_t after,
                 absl::FunctionRef<bool(const JournalEntry&)> visit);

// One entry; nullopt if it is not kept.
std::optional<JournalEntry> JournalEntryOf(const ReadTransaction& transaction, uint64_t number);

// The number behind which all is told that a reader at `position` does not know yet; some of it he
// may know. nullopt if the journal does not reach back to there, or if the position is of another
// log or timeline.
std::optional<uint64_t> JournalNumberAt(const ReadTransaction& transaction,
                                        const content::v1::LogPosition& position);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_JOURNAL_H_
