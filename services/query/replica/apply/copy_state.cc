#include "services/query/replica/apply/copy_state.h"

#include <string>

#include "common/base/status_macros.h"
#include "services/query/replica/apply/journal.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {
namespace {

// Raised whenever the layout changes: a copy of another version is made anew.
constexpr char kFormatVersion[] = "9";
constexpr char kFormat[] = "format";
constexpr char kPosition[] = "position";
constexpr char kAt[] = "at";
constexpr char kComplete[] = "complete";

}  // namespace

absl::StatusOr<CopyState> ReadCopyState(const ReadTransaction& transaction) {
  const auto format = transaction.Get(Table::kMeta, kFormat);
  if (!format.has_value()) return absl::NotFoundError("the copy is empty");
  if (*format != kFormatVersion) return absl::FailedPreconditionError("another format version");
  CopyState state;
  if (const auto position = transaction.Get(Table::kMeta, kPosition)) {
    if (!state.position.ParseFromArray(position->data(), static_cast<int>(position->size()))) {
      return absl::FailedPreconditionError("the position is damaged");
    }
  }
  if (const auto at = transaction.Get(Table::kMeta, kAt)) {
    state.at = TimeFromOrdered(ReadNumber(*at));
  }
  state.complete = transaction.Get(Table::kMeta, kComplete).has_value();
  return state;
}

absl::StatusOr<CopyState> ReadCopyState(const Store& store) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction transaction, store.Read());
  return ReadCopyState(transaction);
}

void WriteCopyState(WriteTransaction& transaction, const content::v1::LogPosition& position,
                    absl::Time at) {
  transaction.Put(Table::kMeta, kFormat, kFormatVersion);
  if (!position.log_id().empty()) {
    transaction.Put(Table::kMeta, kPosition, position.SerializeAsString());
  }
  std::string encoded_at;
  AppendNumber(&encoded_at, OrderedTime(at));
  transaction.Put(Table::kMeta, kAt, encoded_at);
}

absl::Status MarkComplete(Store& store) {
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store.Write());
  transaction.Put(Table::kMeta, kComplete, "1");
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(transaction));
  BeginJournal(transaction, state.position);
  return transaction.Commit();
}

}  // namespace dateline::query::replica
