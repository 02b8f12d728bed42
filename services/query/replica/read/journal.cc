#include "services/query/replica/read/journal.h"

#include <utility>

#include "common/position/position.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/apply/journal_format.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {

uint64_t JournalEnd(const ReadTransaction& transaction) {
  Cursor cursor = transaction.Open(Table::kJournal);
  if (cursor.SeekBefore(JournalKey(UINT64_MAX))) return ReadNumber(cursor.key());
  return JournalBegin(transaction);
}

uint64_t JournalBegin(const ReadTransaction& transaction) {
  const auto begin = transaction.Get(Table::kMeta, kJournalBegin);
  return begin.has_value() ? ReadNumber(*begin) : 0;
}

std::string CopyId(const ReadTransaction& transaction) {
  return std::string(transaction.Get(Table::kMeta, kCopyId).value_or(""));
}

void ReadJournal(const ReadTransaction& transaction, uint64_t after,
                 absl::FunctionRef<bool(const JournalEntry&)> visit) {
  if (after == UINT64_MAX) return;
  Cursor cursor = transaction.Open(Table::kJournal);
  for (bool found = cursor.Seek(JournalKey(after + 1)); found; found = cursor.Next()) {
    const auto entry = ParseJournalEntry(cursor.key(), cursor.value());
    if (entry.has_value() && !visit(*entry)) return;
  }
}

std::optional<JournalEntry> JournalEntryOf(const ReadTransaction& transaction, uint64_t number) {
  const std::string key = JournalKey(number);
  const auto value = transaction.Get(Table::kJournal, key);
  if (!value.has_value()) return std::nullopt;
  return ParseJournalEntry(key, *value);
}

std::optional<uint64_t> JournalNumberAt(const ReadTransaction& transaction,
                                        const content::v1::LogPosition& position) {
  const absl::StatusOr<CopyState> copy = ReadCopyState(transaction);
  const auto floor = transaction.Get(Table::kMeta, kJournalFloor);
  if (!copy.ok() || !floor.has_value() || !SameLog(copy->position, position)) return std::nullopt;
  const auto place = std::make_pair(position.xid(), position.seq());
  if (place < std::make_pair(ReadNumber(*floor), ReadNumber(*floor, 8))) return std::nullopt;
  // The places of entries never fall: the last one that is not above the reader's.
  uint64_t low = JournalBegin(transaction);
  uint64_t high = JournalEnd(transaction);
  while (low < high) {
    const uint64_t middle = high - (high - low) / 2;
    const auto entry = JournalEntryOf(transaction, middle);
    if (entry.has_value() && std::make_pair(entry->xid, entry->seq) > place) {
      high = middle - 1;
    } else {
      low = middle;
    }
  }
  return low;
}

}  // namespace dateline::query::replica
