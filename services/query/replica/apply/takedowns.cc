#include "services/query/replica/apply/takedowns.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

// Keys in kMeta; behind them stands the article's name.
constexpr absl::string_view kUnclean = "unclean/";
constexpr absl::string_view kClean = "receipt/";

// One transaction of a copy: large enough to be quick, small enough for memory.
constexpr size_t kPartBytes = size_t{16} << 20;

// Each name behind `prefix`.
void ForEachName(const ReadTransaction& transaction, absl::string_view prefix,
                 absl::FunctionRef<void(absl::string_view)> on_name) {
  Cursor cursor = transaction.Open(Table::kMeta);
  for (bool found = cursor.Seek(prefix); found && absl::StartsWith(cursor.key(), prefix);
       found = cursor.Next()) {
    on_name(absl::ClippedSubstr(cursor.key(), prefix.size()));
  }
}

void CopyEntry(const Cursor& cursor, Table table, WriteTransaction* to) {
  if (table != Table::kMeta) {
    to->Append(table, cursor.key(), cursor.value());
  } else if (absl::StartsWith(cursor.key(), kUnclean)) {
    const absl::string_view article = absl::ClippedSubstr(cursor.key(), kUnclean.size());
    to->Put(table, absl::StrCat(kClean, article), "");
  } else {
    to->Put(table, cursor.key(), cursor.value());
  }
}

}  // namespace

void NoteTakedown(WriteTransaction& transaction, absl::string_view article, bool was_held) {
  transaction.Put(Table::kMeta, absl::StrCat(was_held ? kUnclean : kClean, article), "");
}

absl::StatusOr<OwedReceipts> ReadOwedReceipts(const Store& store) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  OwedReceipts owed;
  ForEachName(transaction, kClean,
              [&](absl::string_view article) { owed.clean.emplace_back(article); });
  ForEachName(transaction, kUnclean, [&](absl::string_view) { ++owed.unclean; });
  return owed;
}

absl::StatusOr<bool> HasUnclean(const Store& store) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  Cursor cursor = transaction.Open(Table::kMeta);
  return cursor.Seek(kUnclean) && absl::StartsWith(cursor.key(), kUnclean);
}

absl::Status ForgetReceipts(Store& store, const std::vector<std::string>& articles) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  for (const std::string& article : articles) {
    transaction.Delete(Table::kMeta, absl::StrCat(kClean, article));
  }
  return transaction.Commit();
}

absl::Status CopyClean(const Store& from, Store& to, absl::FunctionRef<absl::Status()> check) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction source, from.Read());
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    Cursor cursor = source.Open(table);
    for (bool found = cursor.Seek(""); found;) {
      DATELINE_RETURN_IF_ERROR(check());
      DATELINE_ASSIGN_OR_RETURN(WriteTransaction part, to.Write());
      for (size_t bytes = 0; found && bytes < kPartBytes; found = cursor.Next()) {
        CopyEntry(cursor, table, &part);
        bytes += cursor.key().size() + cursor.value().size();
      }
      DATELINE_RETURN_IF_ERROR(part.Commit());
    }
    // A damaged page ends a walk early.
    if (table != Table::kMeta && from.Entries(table) != to.Entries(table)) {
      return absl::DataLossError(absl::StrCat("the table ", TableName(table), " is damaged"));
    }
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::replica
