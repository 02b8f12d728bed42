#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_H_

#include <cstdint>
#include <set>

#include "services/query/replica/store/store.h"

// Writes what read/journal.h reads.
namespace dateline::query::replica {

// The key in kMeta of the copy's id.
inline constexpr char kCopyIdKey[] = "copy_id";

// Entries that are kept (design.md, section 5).
inline constexpr uint64_t kMaxJournalEntries = 2'000'000;

// Gives the copy its id, and so begins its journal.
void BeginJournal(WriteTransaction& transaction);

// Appends an entry for each article, and drops the oldest above kMaxJournalEntries. A copy that is
// still being made has no journal.
void AppendToJournal(WriteTransaction& transaction, const std::set<uint64_t>& articles);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_JOURNAL_H_
