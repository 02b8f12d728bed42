#ifndef DATELINE_SERVICES_QUERY_REPLICA_CHECKPOINT_H_
#define DATELINE_SERVICES_QUERY_REPLICA_CHECKPOINT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/query/replica/store/store.h"

// A copy as a stream of pieces, from which another server starts: the entries of each table in key
// order, of one instant. What stands in the file beside them, such as what is left of deleted
// articles, is not in it, and neither is what this server owes to the catalog.
namespace dateline::query::replica {

// A part of one table: whole entries, each as the lengths of key and value in 4 bytes and both.
struct CheckpointPiece {
  std::string table;
  int64_t offset = 0;  // How many bytes of this table came before.
  std::string data;
  std::string position;  // Of the copy, as a token; in the last piece only.
};

// Reads a checkpoint. As long as it lives, the store keeps what writers replace. One thread at a
// time.
class CheckpointReader {
 public:
  // The errors of ReadCopyState.
  static absl::StatusOr<std::unique_ptr<CheckpointReader>> Create(std::shared_ptr<Store> store);

  // The next piece, of some 256 KiB; nothing behind the last one.
  std::optional<CheckpointPiece> Next();

 private:
  CheckpointReader(std::shared_ptr<Store> store, ReadTransaction transaction, std::string position)
      : store_(std::move(store)),
        transaction_(std::move(transaction)),
        position_(std::move(position)) {}

  std::shared_ptr<Store> store_;  // Outlives the transaction.
  ReadTransaction transaction_;
  const std::string position_;
  int table_ = 0;
  std::optional<Cursor> cursor_;  // In `table_`, at what comes next.
  bool found_ = false;
  int64_t offset_ = 0;
};

// Fills an empty store from a checkpoint. One thread.
class CheckpointWriter {
 public:
  explicit CheckpointWriter(Store& store) : store_(store) {}

  // DATA_LOSS if a piece is not the next one, or is damaged; FAILED_PRECONDITION for a table that
  // this version does not have; the errors of writing.
  absl::Status Add(const CheckpointPiece& piece);

  // All pieces are there: FAILED_PRECONDITION if the copy is of another format, DATA_LOSS if it is
  // not whole.
  absl::Status Finish();

 private:
  Store& store_;
  int table_ = 0;
  int64_t offset_ = 0;
  bool last_ = false;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_CHECKPOINT_H_
