#ifndef DATELINE_SERVICES_QUERY_SEARCH_SEARCHER_H_
#define DATELINE_SERVICES_QUERY_SEARCH_SEARCHER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "services/query/replica/read/plan.h"
#include "services/query/search/index.h"
#include "services/query/search/query.h"

namespace dateline::query::search {

// Hits that a page by relevance may begin behind.
inline constexpr size_t kMaxOffset = 1'000;

// What is looked for, and which of the hits are wanted.
struct SearchOptions {
  replica::Plan plan;                       // hits must be held by it
  std::vector<std::string> languages = {};  // wanted, best first; words are stemmed by them
  bool fold_clusters = false;
  absl::Time now;  // what has ended at this instant is no hit
  size_t size = 10;
  // By score, from `offset` on.
  size_t offset = 0;
  // Or newest first, `offset` behind the place `after`; backwards those before it, nearest first.
  bool newest = false;
  std::string after = {};
  bool backwards = false;
  // How many hits are looked at for the total and the counts.
  size_t count_to = 1'000;
  bool count_values = false;
  // Asked now and then whether nobody waits any more.
  std::function<bool()> stop = nullptr;
  // Articles that changed since the index was written, and which of their places are still right
  // (called on the calling thread). An error ends the search.
  std::function<absl::StatusOr<std::set<uint64_t>>(const IndexState&)> changed = nullptr;
  std::function<bool(absl::string_view place)> is_right = nullptr;
};

struct SearchHit {
  std::string place;  // the article's suffix in lists by publish_time
  double score = 0;   // comparable within one answer only; 0 if newest first
};

struct SearchResult {
  IndexState state;
  std::vector<SearchHit> hits;
  bool more = false;  // there are further hits in the direction of the walk
  int64_t total = 0;
  bool total_is_exact = false;
  // Hits in each list that hits are counted by: topics, types, authors and publications.
  std::map<std::string, int64_t> counts;
  std::string suggestion;  // the query with what nobody wrote replaced; empty for none
};

// Articles that are like one.
struct RelatedOptions {
  uint64_t article = 0;
  std::vector<std::string> topics;    // the lists of its topics
  std::vector<std::string> left_out;  // lists of which no article is wanted
};

// Reads the index of a folder. Thread-safe: each call has a handle of its own, kept for the next.
// Errors are those of guarded.h; NOT_FOUND while there is no index; CANCELLED when stopped.
class Searcher {
 public:
  // `folder` must outlive it.
  explicit Searcher(const IndexFolder& folder);
  ~Searcher();

  // Hits of a query. `text` is what was typed.
  absl::StatusOr<SearchResult> Search(absl::string_view text, const SearchOptions& options);

  // Articles that share topics or rare words with one, nearest first.
  absl::StatusOr<SearchResult> Related(const RelatedOptions& related, const SearchOptions& options);

  // Articles in the index.
  absl::StatusOr<int64_t> Documents();

 private:
  struct Handle;
  // Runs `work` on a handle; once more where the writer has moved on meanwhile.
  absl::Status WithHandle(absl::FunctionRef<absl::Status(Handle&)> work);
  std::unique_ptr<Handle> Take();
  void Return(std::unique_ptr<Handle> handle);

  const IndexFolder& folder_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_SEARCHER_H_
