#include "services/query/replica/apply/journal.h"

#include <string>

#include "common/base/ids.h"
#include "services/query/replica/read/journal.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {

void BeginJournal(WriteTransaction& transaction) {
  transaction.Put(Table::kMeta, kCopyIdKey, NewId());
}

void AppendToJournal(WriteTransaction& transaction, const std::set<uint64_t>& articles) {
  if (articles.empty() || CopyId(transaction).empty()) return;
  uint64_t end = JournalEnd(transaction);
  for (const uint64_t article : articles) {
    std::string key;
    AppendNumber(&key, ++end);
    std::string value;
    AppendNumber(&value, article);
    transaction.Append(Table::kJournal, key, value);
  }
  for (uint64_t begin = JournalBegin(transaction); end - begin > kMaxJournalEntries;) {
    std::string key;
    AppendNumber(&key, ++begin);
    transaction.Delete(Table::kJournal, key);
  }
}

}  // namespace dateline::query::replica
