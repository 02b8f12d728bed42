#include "services/query/replica/read/journal.h"

#include "services/query/replica/apply/journal.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {

uint64_t JournalEnd(const ReadTransaction& transaction) {
  Cursor cursor = transaction.Open(Table::kJournal);
  return cursor.SeekBefore(std::string(8, '\xff')) ? ReadNumber(cursor.key()) : 0;
}

uint64_t JournalBegin(const ReadTransaction& transaction) {
  Cursor cursor = transaction.Open(Table::kJournal);
  return cursor.Seek("") ? ReadNumber(cursor.key()) - 1 : 0;
}

void ReadJournal(const ReadTransaction& transaction, uint64_t after,
                 absl::FunctionRef<bool(const JournalEntry&)> visit) {
  std::string from;
  AppendNumber(&from, after + 1);
  Cursor cursor = transaction.Open(Table::kJournal);
  for (bool found = cursor.Seek(from); found; found = cursor.Next()) {
    if (!visit({ReadNumber(cursor.key()), ReadNumber(cursor.value())})) return;
  }
}

std::string CopyId(const ReadTransaction& transaction) {
  const auto id = transaction.Get(Table::kMeta, kCopyIdKey);
  return id.has_value() ? std::string(id->data(), id->size()) : std::string();
}

}  // namespace dateline::query::replica
