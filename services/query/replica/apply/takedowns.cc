#include "services/query/replica/apply/takedowns.h"

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

// Keys in kMeta; behind them stands the article's name.
constexpr absl::string_view kUnclean = "unclean/";
constexpr absl::string_view kClean = "receipt/";

// Each name behind `prefix`.
void ForEachName(const ReadTransaction& transaction, absl::string_view prefix,
                 absl::FunctionRef<void(absl::string_view)> on_name) {
  Cursor cursor = transaction.Open(Table::kMeta);
  for (bool found = cursor.Seek(prefix); found && absl::StartsWith(cursor.key(), prefix);
       found = cursor.Next()) {
    on_name(absl::ClippedSubstr(cursor.key(), prefix.size()));
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

bool IsReceiptKey(absl::string_view key) {
  return absl::StartsWith(key, kUnclean) || absl::StartsWith(key, kClean);
}

std::string CleanMetaKey(absl::string_view key) {
  if (!absl::StartsWith(key, kUnclean)) return std::string(key);
  return absl::StrCat(kClean, absl::ClippedSubstr(key, kUnclean.size()));
}

}  // namespace dateline::query::replica
