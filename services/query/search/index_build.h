#ifndef DATELINE_SERVICES_QUERY_SEARCH_INDEX_BUILD_H_
#define DATELINE_SERVICES_QUERY_SEARCH_INDEX_BUILD_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "services/query/search/document.h"
#include "services/query/search/index.h"

namespace dateline::query::search {

// Makes a whole index. Threads with low priority write parts, each a database of its own, which are
// merged at the end: what Xapian keeps of uncommitted articles in memory, and a tree of postings
// that it has to change again and again, cost the more the larger they are. Belongs to one thread.
class IndexBuild {
 public:
  static constexpr int kThreads = 2;
  // Text of one commit, which takes some ten times as much memory.
  static constexpr size_t kCommitBytes = size_t{1} << 20;
  // Text of one part. 10 M articles of 3 kB are some 240 parts, all of which are open at the end.
  static constexpr size_t kPartBytes = size_t{128} << 20;

  // Parts are made in the folder at `path`, which is made, too.
  explicit IndexBuild(std::string path, size_t part_bytes = kPartBytes);
  // Waits for what is being written.
  ~IndexBuild();

  // Takes articles; waits while all threads are busy. One that comes twice is in the index twice,
  // until it is put or removed. The first error of any thread, which are those of guarded.h.
  absl::Status Add(std::vector<IndexedArticle> articles);

  // Merges all into a new database at `path`, in its smallest form, with `state`. Nothing can be
  // added any more.
  absl::Status Finish(const IndexState& state, const std::string& path);

 private:
  using Articles = std::vector<IndexedArticle>;
  void Run();
  absl::Status Write(const Articles& articles, std::unique_ptr<IndexWriter>* part);
  absl::StatusOr<std::unique_ptr<IndexWriter>> NewPart();
  // Has the threads write what waits, and end.
  void Join();

  const std::string path_;
  const size_t part_bytes_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Articles> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> parts_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_INDEX_BUILD_H_
