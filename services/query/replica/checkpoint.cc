#include "services/query/replica/checkpoint.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/apply/takedowns.h"

namespace dateline::query::replica {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;
constexpr size_t kLengthBytes = 4;

void AppendLength(std::string* out, size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(length >> shift & 0xff));
  }
}

// False if there are not so many bytes.
bool TakeLength(absl::string_view* data, size_t* length) {
  if (data->size() < kLengthBytes) return false;
  *length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    *length = *length << 8 | static_cast<unsigned char>((*data)[i]);
  }
  data->remove_prefix(kLengthBytes);
  return true;
}

bool Take(absl::string_view* data, size_t length, absl::string_view* taken) {
  if (data->size() < length) return false;
  *taken = data->substr(0, length);
  data->remove_prefix(length);
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CheckpointReader>> CheckpointReader::Create(
    std::shared_ptr<Store> store) {
  DATELINE_ASSIGN_OR_RETURN(ReadTransaction transaction, store->Read());
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(transaction));
  return std::unique_ptr<CheckpointReader>(new CheckpointReader(
      std::move(store), std::move(transaction), EncodePosition(state.position)));
}

std::optional<CheckpointPiece> CheckpointReader::Next() {
  CheckpointPiece piece;
  for (; table_ < kTableCount; ++table_, offset_ = 0, cursor_.reset()) {
    if (!cursor_.has_value()) {
      cursor_.emplace(transaction_.Open(static_cast<Table>(table_)));
      found_ = cursor_->Seek("");
    }
    for (; found_ && piece.data.size() < kPieceBytes; found_ = cursor_->Next()) {
      if (static_cast<Table>(table_) == Table::kMeta && IsReceiptKey(cursor_->key())) continue;
      AppendLength(&piece.data, cursor_->key().size());
      AppendLength(&piece.data, cursor_->value().size());
      absl::StrAppend(&piece.data, cursor_->key(), cursor_->value());
    }
    if (piece.data.empty()) continue;
    piece.table = std::string(TableName(static_cast<Table>(table_)));
    piece.offset = offset_;
    offset_ += static_cast<int64_t>(piece.data.size());
    return piece;
  }
  if (table_ > kTableCount) return std::nullopt;
  // A piece of its own says that it is whole.
  ++table_;
  piece.position = position_;
  return piece;
}

absl::Status CheckpointWriter::Add(const CheckpointPiece& piece) {
  if (last_) return absl::DataLossError("a piece behind the last one");
  if (!piece.position.empty()) last_ = true;
  if (piece.data.empty()) return absl::OkStatus();
  if (piece.table != TableName(static_cast<Table>(table_))) {
    offset_ = 0;
    do {
      if (++table_ == kTableCount) {
        return absl::FailedPreconditionError(
            absl::StrCat("the table ", piece.table, " is not known, or not in its place"));
      }
    } while (piece.table != TableName(static_cast<Table>(table_)));
  }
  if (piece.offset != offset_) return absl::DataLossError("a piece is missing");
  offset_ += static_cast<int64_t>(piece.data.size());
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, store_.Write());
  for (absl::string_view data = piece.data; !data.empty();) {
    size_t key_bytes = 0;
    size_t value_bytes = 0;
    absl::string_view key;
    absl::string_view value;
    if (!TakeLength(&data, &key_bytes) || !TakeLength(&data, &value_bytes) ||
        !Take(&data, key_bytes, &key) || !Take(&data, value_bytes, &value)) {
      return absl::DataLossError("a piece is damaged");
    }
    transaction.Append(static_cast<Table>(table_), key, value);
  }
  return transaction.Commit();
}

absl::Status CheckpointWriter::Finish() {
  if (!last_) return absl::DataLossError("the checkpoint ended before its last piece");
  DATELINE_ASSIGN_OR_RETURN(const CopyState state, ReadCopyState(store_));
  return state.complete ? absl::OkStatus() : absl::DataLossError("the checkpoint is not whole");
}

}  // namespace dateline::query::replica
