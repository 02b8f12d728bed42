#ifndef DATELINE_SERVICES_QUERY_REPLICA_STORE_STORE_H_
#define DATELINE_SERVICES_QUERY_REPLICA_STORE_STORE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/query/replica/store/generations.h"
#include "services/query/replica/store/idle_readers.h"
#include "services/query/replica/store/page_check.h"
#include "services/query/replica/store/resolved_names.h"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace dateline::query::replica {

// The tables of a replica. Keys are in byte order; their layout is in keys.h.
enum class Table : int {
  kMeta,         // word -> position, format version, time
  kStates,       // kind, key -> ResourceState; of articles without the revisions' bytes
  kNames,        // resource name -> kind, key
  kCards,        // article, slot -> Article, BASIC view
  kBodies,       // article, slot, piece -> the rest of Article, compressed: bodies.h
  kPostings,     // dimension, term, ~publish_time, article, slot -> visible_from, visible_until
  kTimed,        // dimension, term, instant of the next turn, rest of the posting's key -> as there
  kCounts,       // dimension, term -> postings visible at the instant that the copy has reached
  kDue,          // instant, article: when kTimed is to be looked at again
  kPaths,        // publication, path, kind, article, slot -> visible_from, visible_until
  kChildren,     // name of a topic or author, who is below it or merged into it -> nothing
  kSuggestions,  // folded end of a topic's name from a word on, topic, language -> if it is merged
  kQuarantine,   // kind, key -> position's token, line feed, reason: what could not be used
  kJournal,      // number -> article, instant, position, where it was visible before and after
  kDictionary,   // what bodies are compressed with, and of which articles' texts it was made
};
inline constexpr int kTableCount = 15;
absl::string_view TableName(Table table);

// What an environment's transactions share: the tables' handles, and the first error that says that
// the file is damaged. Thread-safe.
struct OpenTables {
  std::array<unsigned int, kTableCount> handles{};
  mutable std::atomic<int> damage{0};

  unsigned int operator[](Table table) const { return handles[static_cast<size_t>(table)]; }
  // Notes an error of LMDB if it says so.
  void Note(int error) const;
};

// A cursor in one table. Views that it gives are valid until the transaction ends or, within a
// write transaction, until the next write. Belongs to one thread.
class Cursor {
 public:
  Cursor(MDB_txn* transaction, const OpenTables& tables, Table table);
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  // Each moves and tells whether there is an entry. Seek goes to the first key not below `key`,
  // SeekBefore to the last key not above it.
  bool Seek(absl::string_view key);
  bool SeekBefore(absl::string_view key);
  bool Next();
  bool Previous();

  absl::string_view key() const { return key_; }
  absl::string_view value() const { return value_; }

 private:
  bool Move(int operation, absl::string_view key);

  const OpenTables* tables_;
  MDB_cursor* cursor_ = nullptr;
  absl::string_view key_;
  absl::string_view value_;
};

// A consistent view of the store. Short-lived: while it lives, pages that writers replace are kept.
class ReadTransaction {
 public:
  ReadTransaction(ReadTransaction&& other) noexcept;
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

  std::optional<absl::string_view> Get(Table table, absl::string_view key) const;
  Cursor Open(Table table) const;

  // Notes that an entry is damaged, for Store::Check.
  void NoteDamage() const;

 protected:
  friend class Store;
  // Ended into `idle`, or for good where it is null.
  ReadTransaction(MDB_txn* transaction, const OpenTables* tables, IdleReaders* idle);

  MDB_txn* transaction_;
  const OpenTables* tables_;
  IdleReaders* idle_;
};

// A write. Only one at a time; nothing is kept unless Commit succeeds. The first failed write is
// remembered and makes Commit fail.
class WriteTransaction : public ReadTransaction {
 public:
  WriteTransaction(WriteTransaction&&) noexcept = default;
  void Put(Table table, absl::string_view key, absl::string_view value);
  // Put for a key behind all others of the table: pages are filled whole.
  void Append(Table table, absl::string_view key, absl::string_view value);
  // Append if the key is behind all others, else Put.
  void PutOrAppend(Table table, absl::string_view key, absl::string_view value);
  void Delete(Table table, absl::string_view key);
  // Deletes all entries of the table.
  void Clear(Table table);
  // RESOURCE_EXHAUSTED when the disk or the map is full; INTERNAL for a key or value that cannot be
  // stored at all; DATA_LOSS when the file is damaged, be it in what was read.
  absl::Status Commit();

 private:
  friend class Store;
  WriteTransaction(MDB_txn* transaction, const OpenTables* tables, Generations* generations)
      : ReadTransaction(transaction, tables, /*idle=*/nullptr),
        generations_(generations),
        touched_(std::make_unique<Generations::Touched>()) {}
  // Notes what of the lists or the vocabulary a write changes.
  void Touch(Table table, absl::string_view key);
  void PutWith(unsigned int flags, Table table, absl::string_view key, absl::string_view value);
  int error_ = 0;
  Generations* generations_;
  std::unique_ptr<Generations::Touched> touched_;
};

// One LMDB environment in a folder of its own. Thread-safe: any number of readers, one writer.
class Store {
 public:
  // Address space, not memory or disk: the file grows with what is in it. 10 M articles take about
  // 40 GB.
  static constexpr size_t kMapBytes = size_t{256} << 30;

  // Opens or makes the store; it takes `map_bytes` at most. `durable` commits are on disk when they
  // return; without, Sync does it. DATA_LOSS if the file is damaged, as far as `check` looks;
  // UNAVAILABLE with the system's reason on any other failure.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& folder, bool durable,
                                                     PageCheck check = PageCheck::kBranches,
                                                     size_t map_bytes = kMapBytes);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  absl::StatusOr<ReadTransaction> Read() const;
  absl::StatusOr<WriteTransaction> Write();

  // DATA_LOSS once a transaction has met a damaged page or entry, or if the file has become
  // shorter: then reading what is missing would end the program. Quick.
  absl::Status Check() const;

  // Notes that the store is damaged, for Check.
  void NoteDamage() const;

  // Puts everything on disk and makes later commits durable.
  absl::Status MakeDurable();

  // Bytes on disk.
  int64_t SizeBytes() const;
  // Entries of a table.
  int64_t Entries(Table table) const;

  const std::string& folder() const { return folder_; }

  // What writes have changed since the store was opened.
  const Generations& generations() const { return generations_; }

  // What names were found to stand for.
  ResolvedNames& resolved_names() { return resolved_names_; }

 private:
  explicit Store(std::string folder) : folder_(std::move(folder)) {}

  const std::string folder_;
  MDB_env* env_ = nullptr;
  mutable IdleReaders idle_readers_;
  OpenTables tables_;
  mutable std::atomic<int64_t> largest_{0};  // that the file was seen to be
  Generations generations_;
  ResolvedNames resolved_names_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_STORE_STORE_H_
