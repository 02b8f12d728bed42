#ifndef DATELINE_SERVICES_QUERY_SEARCH_INDEX_H_
#define DATELINE_SERVICES_QUERY_SEARCH_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"
#include "services/query/search/document.h"

namespace dateline::query::search {

// How far an index is: which copy of the catalog it was made from, and up to which entry of that
// copy's journal all is in it.
struct IndexState {
  std::string copy;  // empty: it is not whole
  uint64_t applied = 0;
  // Something was taken down, and the files may still have bytes of it.
  bool unclean = false;
  std::string position = {};  // the token of the catalog's position up to which all is in it
};

// The folder of the index: one database in it that is written and read, and for a short time
// another one that is to take its place. Thread-safe.
class IndexFolder {
 public:
  explicit IndexFolder(std::string folder) : folder_(std::move(folder)) {}

  // The database in use; empty for none.
  std::string path() const;

  // Looks what is there; removes what is not in use. UNAVAILABLE if the folder cannot be made.
  absl::Status Open();
  // Where a new database is to be made; what stood there is removed.
  absl::StatusOr<std::string> BeginNew();
  // The same for one that is to be compacted into the new one. Replace removes it.
  absl::StatusOr<std::string> BeginBuild();
  // Puts the database that was made there in the place of the one in use, which is removed.
  absl::Status Replace();

  int64_t SizeBytes() const;

 private:
  absl::StatusOr<std::string> Begin(absl::string_view name);

  const std::string folder_;
  mutable Mutex mutex_;
  int number_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: none
};

// Writes an index. Belongs to one thread. All errors are those of guarded.h: UNAVAILABLE,
// DATA_LOSS, INTERNAL.
class IndexWriter {
 public:
  // Opens the database at `path`, or makes one. What is committed is on disk if it is `durable`.
  static absl::StatusOr<std::unique_ptr<IndexWriter>> Open(const std::string& path,
                                                           bool durable = true);
  ~IndexWriter();

  // Puts an article in place of what the index has of it.
  absl::Status Put(const IndexedArticle& article);
  // Adds one that the index does not have; faster than Put.
  absl::Status Add(const IndexedArticle& article);
  // Takes an article out.
  absl::Status Remove(uint64_t article);
  // What was written since the last commit becomes visible to readers and durable, with `state`.
  absl::Status Commit(const IndexState& state);

  // A commit that leaves the state as it is, for an index that is not whole yet.
  absl::Status Flush();

  // Bytes of text that were written since the last commit, and since it was opened.
  size_t pending_bytes() const { return pending_bytes_; }
  size_t written_bytes() const { return written_bytes_; }

  // The state of the last commit.
  absl::StatusOr<IndexState> State() const;

  // Writes all that is committed to a new database at `path`, in its smallest form and without a
  // byte of what was taken out.
  absl::Status CompactTo(const std::string& path);

  // The same of several databases, of which one at most has a state. None may be open for writing.
  static absl::Status Merge(const std::vector<std::string>& from, const std::string& path);

 private:
  struct Database;
  explicit IndexWriter(std::unique_ptr<Database> database);
  void NoteWritten(size_t bytes);

  std::unique_ptr<Database> database_;
  size_t pending_bytes_ = 0;
  size_t written_bytes_ = 0;
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_INDEX_H_
