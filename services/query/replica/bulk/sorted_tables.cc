#include "services/query/replica/bulk/sorted_tables.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/query/replica/apply/lister.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

constexpr size_t kPartBytes = size_t{16} << 20;
// Few articles wait for an instant.
constexpr size_t kTimedBytes = size_t{8} << 20;

}  // namespace

absl::Status TableAppender::Append(absl::string_view key, absl::string_view value) {
  if (!transaction_.has_value()) {
    DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store_.Write());
    transaction_.emplace(std::move(transaction));
  }
  transaction_->Append(table_, key, value);
  bytes_ += key.size() + value.size();
  return bytes_ < kPartBytes ? absl::OkStatus() : Finish();
}

absl::Status TableAppender::Finish() {
  bytes_ = 0;
  if (!transaction_.has_value()) return absl::OkStatus();
  absl::Status committed = transaction_->Commit();
  transaction_.reset();
  return committed;
}

absl::Status WriteSorted(Sorter& entries, Store& store, Table table) {
  {
    DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
    Cursor cursor = transaction.Open(table);
    for (bool found = cursor.Seek(""); found; found = cursor.Next()) {
      DATELINE_RETURN_IF_ERROR(entries.Add(cursor.key(), cursor.value()));
    }
  }
  {
    DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
    transaction.Clear(table);
    DATELINE_RETURN_IF_ERROR(transaction.Commit());
  }
  TableAppender appender(store, table);
  DATELINE_RETURN_IF_ERROR(entries.ForEach(
      [&](absl::string_view key, absl::string_view value) { return appender.Append(key, value); }));
  return appender.Finish();
}

absl::Status WritePostings(Sorter& postings, absl::Time at, const std::string& files,
                           Store& store) {
  Sorter timed(absl::StrCat(files, "timed-"), kTimedBytes);
  Sorter due(absl::StrCat(files, "due-"), kTimedBytes);
  {
    // LMDB has one writer: counts are few, and written behind the postings.
    Sorter counts(absl::StrCat(files, "counts-"), kTimedBytes);
    TableAppender appender(store, Table::kPostings);
    std::string list;
    uint64_t count = 0;
    const auto count_list = [&]() -> absl::Status {
      if (count == 0) return absl::OkStatus();
      std::string value;
      AppendNumber(&value, std::exchange(count, 0));
      return counts.Add(list, value);
    };
    const auto write = [&](absl::string_view key, absl::string_view value) -> absl::Status {
      const Visibility visibility = ParseVisibility(value);
      if (IsPastListing(visibility, at)) return absl::OkStatus();
      DATELINE_RETURN_IF_ERROR(appender.Append(key, value));
      const absl::string_view prefix = key.substr(0, kListPrefixBytes);
      if (IsByModification(static_cast<Dimension>(key[0]))) return absl::OkStatus();
      if (prefix != list) {
        DATELINE_RETURN_IF_ERROR(count_list());
        list.assign(prefix.data(), prefix.size());
      }
      if (visibility.At(at)) ++count;
      const absl::Time turn = NextTurn(visibility, at);
      if (turn == absl::InfiniteFuture()) return absl::OkStatus();
      const absl::string_view suffix = absl::ClippedSubstr(key, kListPrefixBytes);
      DATELINE_RETURN_IF_ERROR(timed.Add(TimedKey(prefix, turn, suffix), value));
      return due.Add(DueKey(turn, ParseListSuffix(suffix).article), "");
    };
    DATELINE_RETURN_IF_ERROR(postings.ForEach(write));
    DATELINE_RETURN_IF_ERROR(count_list());
    DATELINE_RETURN_IF_ERROR(appender.Finish());
    DATELINE_RETURN_IF_ERROR(WriteSorted(counts, store, Table::kCounts));
  }
  DATELINE_RETURN_IF_ERROR(WriteSorted(timed, store, Table::kTimed));
  return WriteSorted(due, store, Table::kDue);
}

}  // namespace dateline::query::replica
