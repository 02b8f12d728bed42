#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_JOURNAL_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_JOURNAL_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "services/query/replica/store/store.h"

// The order in which articles changed: each change of where an article stands or of what it holds,
// by an applied state or by an instant that came due, has the next number. A new copy begins an
// empty journal and has an id of its own, so that whoever follows it knows to start anew.
namespace dateline::query::replica {

// One change.
struct JournalEntry {
  uint64_t number = 0;
  uint64_t article = 0;  // its key
};

// The last number given; 0 if there is none.
uint64_t JournalEnd(const ReadTransaction& transaction);

// Entries with numbers above this are kept.
uint64_t JournalBegin(const ReadTransaction& transaction);

// Calls `visit` with each entry above `after`, in order, until it returns false.
void ReadJournal(const ReadTransaction& transaction, uint64_t after,
                 absl::FunctionRef<bool(const JournalEntry&)> visit);

// The id of the copy; empty until it is complete.
std::string CopyId(const ReadTransaction& transaction);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_JOURNAL_H_
