#include "services/query/replica/apply/clean_copy.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/apply/takedowns.h"
#include "services/query/replica/apply/training.h"
#include "services/query/replica/store/bodies.h"

namespace dateline::query::replica {
namespace {

using Check = absl::FunctionRef<absl::Status()>;

// One transaction of a copy: large enough to be quick, small enough for memory.
constexpr size_t kPartBytes = size_t{16} << 20;

absl::Status CopyTable(const ReadTransaction& source, Table table, Store& to, Check check) {
  Cursor cursor = source.Open(table);
  for (bool found = cursor.Seek(""); found;) {
    DATELINE_RETURN_IF_ERROR(check());
    DATELINE_ASSIGN_OR_RETURN(WriteTransaction part, to.Write());
    for (size_t bytes = 0; found && bytes < kPartBytes; found = cursor.Next()) {
      if (table == Table::kMeta) {
        part.Put(table, CleanMetaKey(cursor.key()), cursor.value());
      } else {
        part.Append(table, cursor.key(), cursor.value());
      }
      bytes += cursor.key().size() + cursor.value().size();
    }
    DATELINE_RETURN_IF_ERROR(part.Commit());
  }
  return absl::OkStatus();
}

absl::Status MakeDictionary(const ReadTransaction& source, Store& to) {
  const absl::StatusOr<CopyState> state = ReadCopyState(source);
  const TrainingTexts texts = NewestTexts(source, state.ok() ? state->at : absl::InfinitePast());
  DATELINE_ASSIGN_OR_RETURN(WriteTransaction transaction, to.Write());
  WriteDictionary(transaction, texts.Train(), texts.articles());
  return transaction.Commit();
}

// Reads each body and stores it with the dictionary that `to` has.
absl::Status CompressBodies(const ReadTransaction& source, Store& to, Check check) {
  std::optional<WriteTransaction> part;
  size_t bytes = 0;
  const auto copy = [&](absl::string_view card_key, absl::string_view body) -> absl::Status {
    if (!part.has_value()) {
      DATELINE_RETURN_IF_ERROR(check());
      DATELINE_ASSIGN_OR_RETURN(WriteTransaction next, to.Write());
      part.emplace(std::move(next));
      bytes = 0;
    }
    const std::vector<std::string> pieces = PackBody(body, ReadDictionary(*part));
    for (size_t piece = 0; piece < pieces.size(); ++piece) {
      part->Append(Table::kBodies, BodyPieceKey(card_key, piece), pieces[piece]);
      bytes += pieces[piece].size();
    }
    if (bytes < kPartBytes) return absl::OkStatus();
    absl::Status committed = part->Commit();
    part.reset();
    return committed;
  };
  DATELINE_RETURN_IF_ERROR(ForEachBody(source, copy));
  return part.has_value() ? part->Commit() : absl::OkStatus();
}

}  // namespace

absl::Status CopyClean(const Store& from, Store& to, Check check) {
  DATELINE_ASSIGN_OR_RETURN(const ReadTransaction source, from.Read());
  const bool renew = DictionaryIsStale(source) || WantsDictionary(from);
  if (renew) {
    if (IsWorthDictionary(from)) DATELINE_RETURN_IF_ERROR(MakeDictionary(source, to));
    DATELINE_RETURN_IF_ERROR(CompressBodies(source, to, check));
  }
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    if (renew && (table == Table::kBodies || table == Table::kDictionary)) continue;
    DATELINE_RETURN_IF_ERROR(CopyTable(source, table, to, check));
    // A damaged page ends a walk early.
    if (table != Table::kMeta && from.Entries(table) != to.Entries(table)) {
      return absl::DataLossError(absl::StrCat("the table ", TableName(table), " is damaged"));
    }
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::replica
