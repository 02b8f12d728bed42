#ifndef DATELINE_SERVICES_QUERY_SEARCH_INDEXER_H_
#define DATELINE_SERVICES_QUERY_SEARCH_INDEXER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/worker.h"
#include "services/query/replica/replica.h"
#include "services/query/search/index.h"
#include "services/query/search/index_build.h"

namespace dateline::query::search {

// How the index is.
struct IndexerStatus {
  bool whole = false;      // searches are answered
  std::string copy;        // what it was made from
  uint64_t applied = 0;    // the journal's entry up to which all is in it
  uint64_t clean = 0;      // up to which nothing is left of what was taken down
  std::string last_error;  // empty if all is well
};

// Keeps the index up to date, on a thread of its own: makes it from the lists of a new copy, then
// follows the copy's journal. Lists wait for nothing of it. After a takedown the index is written
// anew, so that no byte of the text is left. Thread-safe.
class Indexer {
 public:
  // Starts. Both must outlive it. The index is made anew if the one in `folder` is of another copy
  // or format.
  Indexer(replica::Replica& replica, IndexFolder& folder);
  // Stops.
  ~Indexer();

  // The replica has moved on.
  void Wake() { worker_.Wake(); }

  IndexerStatus status() const;

  // Whether the index follows this copy, has all up to an entry of its journal, and nothing of what
  // was taken down until there.
  bool IsClean(absl::string_view copy, uint64_t number) const;

 private:
  absl::Duration Step();
  absl::StatusOr<bool> Advance();
  absl::Status OpenIndex();
  absl::Status Build(replica::Store& store, const std::string& copy);
  absl::Status AddAll(replica::Store& store, IndexBuild& build);
  // True if there is more to follow.
  absl::StatusOr<bool> Follow(replica::Store& store);
  absl::Status Compact();
  absl::Status CheckStopping() const;
  void Publish(const absl::Status& status);

  replica::Replica& replica_;
  IndexFolder& folder_;
  std::unique_ptr<IndexWriter> writer_;  // these of the worker's thread
  IndexState state_;
  bool opened_ = false;
  bool damaged_ = false;  // the index is of no use and to be made anew
  uint64_t clean_ = 0;
  int failures_ = 0;  // in a row
  mutable Mutex mutex_;
  IndexerStatus status_ ABSL_GUARDED_BY(mutex_);
  Worker worker_;
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_INDEXER_H_
