#include "services/query/replica/store/store.h"

#include <lmdb.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "dateline/catalog/v1/changes.pb.h"

namespace dateline::query::replica {
namespace {

// Calls that read at the same time; each holds a slot for microseconds.
constexpr unsigned int kMaxReaders = 1'024;

MDB_val ToVal(absl::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

absl::string_view ToView(const MDB_val& value) {
  return absl::string_view(static_cast<const char*>(value.mv_data), value.mv_size);
}

// The file is not what LMDB wrote, or it has given up on it.
bool IsDamage(int error) {
  return error == MDB_CORRUPTED || error == MDB_PAGE_NOTFOUND || error == MDB_PANIC ||
         error == MDB_INVALID || error == MDB_VERSION_MISMATCH;
}

absl::Status FromLmdb(int error, absl::string_view step) {
  if (error == 0) return absl::OkStatus();
  const std::string message = absl::StrCat(step, ": ", mdb_strerror(error));
  if (error == MDB_MAP_FULL || error == ENOSPC) return absl::ResourceExhaustedError(message);
  // A key or value that the layout does not allow: what was to be written is at fault.
  if (error == MDB_BAD_VALSIZE) return absl::InternalError(message);
  if (IsDamage(error)) return absl::DataLossError(message);
  return absl::UnavailableError(message);
}

}  // namespace

void OpenTables::Note(int error) const {
  int none = 0;
  if (IsDamage(error)) damage.compare_exchange_strong(none, error);
}

absl::string_view TableName(Table table) {
  static constexpr absl::string_view kNames[kTableCount] = {
      "meta", "states", "names",    "cards",       "bodies",     "postings", "timed",     "counts",
      "due",  "paths",  "children", "suggestions", "quarantine", "journal",  "dictionary"};
  return kNames[static_cast<int>(table)];
}

Cursor::Cursor(MDB_txn* transaction, const OpenTables& tables, Table table) : tables_(&tables) {
  const int error = mdb_cursor_open(transaction, tables[table], &cursor_);
  tables.Note(error);
  if (error != 0) cursor_ = nullptr;
}
Cursor::Cursor(Cursor&& other) noexcept
    : tables_(other.tables_),
      cursor_(std::exchange(other.cursor_, nullptr)),
      key_(other.key_),
      value_(other.value_) {}
Cursor::~Cursor() {
  if (cursor_ != nullptr) mdb_cursor_close(cursor_);
}

bool Cursor::Move(int operation, absl::string_view key) {
  MDB_val found_key = ToVal(key);
  MDB_val found_value{};
  if (cursor_ == nullptr) return false;
  const int error =
      mdb_cursor_get(cursor_, &found_key, &found_value, static_cast<MDB_cursor_op>(operation));
  if (error != 0) {
    tables_->Note(error);
    return false;
  }
  key_ = ToView(found_key);
  value_ = ToView(found_value);
  return true;
}

bool Cursor::Seek(absl::string_view key) {
  // LMDB has no empty keys, not even to seek by.
  return key.empty() ? Move(MDB_FIRST, "") : Move(MDB_SET_RANGE, key);
}

bool Cursor::SeekBefore(absl::string_view key) {
  if (!Move(MDB_SET_RANGE, key)) return Move(MDB_LAST, "");
  return key_ == key || Move(MDB_PREV, "");
}

bool Cursor::Next() { return Move(MDB_NEXT, ""); }
bool Cursor::Previous() { return Move(MDB_PREV, ""); }

ReadTransaction::ReadTransaction(MDB_txn* transaction, const OpenTables* tables, IdleReaders* idle)
    : transaction_(transaction), tables_(tables), idle_(idle) {}
ReadTransaction::ReadTransaction(ReadTransaction&& other) noexcept
    : transaction_(std::exchange(other.transaction_, nullptr)),
      tables_(other.tables_),
      idle_(other.idle_) {}
ReadTransaction::~ReadTransaction() {
  if (transaction_ == nullptr) return;
  if (idle_ != nullptr) {
    idle_->End(transaction_);
  } else {
    mdb_txn_abort(transaction_);
  }
}

std::optional<absl::string_view> ReadTransaction::Get(Table table, absl::string_view key) const {
  MDB_val wanted = ToVal(key);
  MDB_val value{};
  const int error = mdb_get(transaction_, (*tables_)[table], &wanted, &value);
  if (error == 0) return ToView(value);
  tables_->Note(error);
  return std::nullopt;
}

Cursor ReadTransaction::Open(Table table) const { return Cursor(transaction_, *tables_, table); }

void ReadTransaction::NoteDamage() const { tables_->Note(MDB_CORRUPTED); }

void WriteTransaction::Touch(Table table, absl::string_view key) {
  if (table == Table::kPostings) {
    touched_->Add(Generations::BucketOf(key));
  } else if (table == Table::kStates && !key.empty() &&
             key[0] != static_cast<char>(catalog::v1::RESOURCE_KIND_ARTICLE) &&
             key[0] != static_cast<char>(catalog::v1::RESOURCE_KIND_PATH) &&
             key[0] != static_cast<char>(catalog::v1::RESOURCE_KIND_PINS)) {
    touched_->Add(Generations::kVocabulary);
  }
}

void WriteTransaction::Put(Table table, absl::string_view key, absl::string_view value) {
  PutWith(0, table, key, value);
}

void WriteTransaction::Append(Table table, absl::string_view key, absl::string_view value) {
  PutWith(MDB_APPEND, table, key, value);
}

void WriteTransaction::PutOrAppend(Table table, absl::string_view key, absl::string_view value) {
  Touch(table, key);
  MDB_val k = ToVal(key);
  MDB_val v = ToVal(value);
  // LMDB looks at the last key first and changes nothing if this one is not behind it.
  const unsigned int dbi = (*tables_)[table];
  const int error = mdb_put(transaction_, dbi, &k, &v, MDB_APPEND);
  if (error == MDB_KEYEXIST) {
    Put(table, key, value);
  } else if (error != 0 && error_ == 0) {
    error_ = error;
  }
}

void WriteTransaction::PutWith(unsigned int flags, Table table, absl::string_view key,
                               absl::string_view value) {
  Touch(table, key);
  MDB_val k = ToVal(key);
  MDB_val v = ToVal(value);
  const int error = mdb_put(transaction_, (*tables_)[table], &k, &v, flags);
  if (error != 0 && error_ == 0) error_ = error;
}

void WriteTransaction::Delete(Table table, absl::string_view key) {
  Touch(table, key);
  MDB_val k = ToVal(key);
  const int error = mdb_del(transaction_, (*tables_)[table], &k, nullptr);
  if (error != 0 && error != MDB_NOTFOUND && error_ == 0) error_ = error;
}

void WriteTransaction::Clear(Table table) {
  if (table == Table::kPostings || table == Table::kStates) {
    for (Generations::Bucket bucket = 0; bucket <= Generations::kVocabulary; ++bucket) {
      touched_->Add(bucket);
    }
  }
  const int error = mdb_drop(transaction_, (*tables_)[table], /*del=*/0);
  if (error != 0 && error_ == 0) error_ = error;
}

absl::Status WriteTransaction::Commit() {
  MDB_txn* const transaction = std::exchange(transaction_, nullptr);
  // What was read decides what is written.
  if (tables_->damage != 0) error_ = tables_->damage;
  // LMDB keeps to itself why it gave up on the transaction if that was in finding a table.
  if (error_ == MDB_BAD_TXN) error_ = MDB_CORRUPTED;
  if (error_ != 0) {
    mdb_txn_abort(transaction);
    tables_->Note(error_);
    return FromLmdb(error_, "write");
  }
  generations_->Announce(*touched_);
  int error = mdb_txn_commit(transaction);
  if (error == 0) {
    generations_->Raise(*touched_);
    return absl::OkStatus();
  }
  generations_->Withdraw(*touched_);
  if (error == MDB_BAD_TXN) error = MDB_CORRUPTED;
  tables_->Note(error);
  return FromLmdb(error, "commit");
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& folder, bool durable,
                                                   PageCheck check, size_t map_bytes) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  DATELINE_RETURN_IF_ERROR(CheckPages(folder + "/data.mdb", check));
  std::unique_ptr<Store> store(new Store(folder));
  DATELINE_RETURN_IF_ERROR(FromLmdb(mdb_env_create(&store->env_), "create"));
  mdb_env_set_maxdbs(store->env_, kTableCount);
  mdb_env_set_maxreaders(store->env_, kMaxReaders);
  mdb_env_set_mapsize(store->env_, map_bytes);
  // MDB_NOTLS: a reader belongs to a call, and calls move between threads.
  const unsigned int flags = MDB_NOTLS | MDB_NORDAHEAD | (durable ? 0 : MDB_NOSYNC);
  DATELINE_RETURN_IF_ERROR(FromLmdb(mdb_env_open(store->env_, folder.c_str(), flags, 0600),
                                    absl::StrCat("open ", folder)));
  // Slots of readers that died with their process.
  int cleared = 0;
  mdb_reader_check(store->env_, &cleared);
  MDB_txn* transaction = nullptr;
  DATELINE_RETURN_IF_ERROR(FromLmdb(mdb_txn_begin(store->env_, nullptr, 0, &transaction), "begin"));
  for (int i = 0; i < kTableCount; ++i) {
    const std::string name(TableName(static_cast<Table>(i)));
    const int failed = mdb_dbi_open(transaction, name.c_str(), MDB_CREATE,
                                    &store->tables_.handles[static_cast<size_t>(i)]);
    if (failed != 0) {
      mdb_txn_abort(transaction);
      return FromLmdb(failed, name);
    }
  }
  DATELINE_RETURN_IF_ERROR(FromLmdb(mdb_txn_commit(transaction), "commit"));
  return store;
}

Store::~Store() {
  idle_readers_.Clear();
  if (env_ != nullptr) mdb_env_close(env_);
}

absl::StatusOr<ReadTransaction> Store::Read() const {
  MDB_txn* transaction = nullptr;
  DATELINE_RETURN_IF_ERROR(FromLmdb(idle_readers_.Begin(env_, &transaction), "begin reading"));
  return ReadTransaction(transaction, &tables_, &idle_readers_);
}

absl::StatusOr<WriteTransaction> Store::Write() {
  MDB_txn* transaction = nullptr;
  DATELINE_RETURN_IF_ERROR(
      FromLmdb(mdb_txn_begin(env_, nullptr, 0, &transaction), "begin writing"));
  return WriteTransaction(transaction, &tables_, &generations_);
}

void Store::NoteDamage() const { tables_.Note(MDB_CORRUPTED); }

absl::Status Store::Check() const {
  if (const int damage = tables_.damage; damage != 0) {
    return absl::DataLossError(absl::StrCat("the copy is damaged: ", mdb_strerror(damage)));
  }
  // LMDB's file never shrinks. The open one is looked at: its name may be gone after a swap.
  mdb_filehandle_t file = -1;
  struct stat stat {};
  if (mdb_env_get_fd(env_, &file) != 0 || ::fstat(file, &stat) != 0) return absl::OkStatus();
  const int64_t size = stat.st_size;
  int64_t largest = largest_;
  while (size > largest && !largest_.compare_exchange_weak(largest, size)) {
  }
  if (size >= largest) return absl::OkStatus();
  NoteDamage();
  return absl::DataLossError("the copy's file was cut");
}

absl::Status Store::MakeDurable() {
  DATELINE_RETURN_IF_ERROR(FromLmdb(mdb_env_sync(env_, 1), "sync"));
  return FromLmdb(mdb_env_set_flags(env_, MDB_NOSYNC, 0), "flags");
}

int64_t Store::SizeBytes() const {
  std::error_code error;
  const auto size = std::filesystem::file_size(folder_ + "/data.mdb", error);
  return error ? 0 : static_cast<int64_t>(size);
}

int64_t Store::Entries(Table table) const {
  MDB_txn* transaction = nullptr;
  if (mdb_txn_begin(env_, nullptr, MDB_RDONLY, &transaction) != 0) return 0;
  MDB_stat stat{};
  mdb_stat(transaction, tables_[table], &stat);
  mdb_txn_abort(transaction);
  return static_cast<int64_t>(stat.ms_entries);
}

}  // namespace dateline::query::replica
