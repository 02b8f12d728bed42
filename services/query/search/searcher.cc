#include "services/query/search/searcher.h"

#include <algorithm>
#include <utility>

#include "services/query/replica/store/keys.h"
#include "services/query/search/compile.h"
#include "services/query/search/document.h"
#include "services/query/search/guarded.h"
#include "services/query/search/match.h"
#include "services/query/search/related.h"
#include "services/query/search/spelling.h"
#include "services/query/search/state.h"

namespace dateline::query::search {
namespace {

using Xapian::Query;

// Handles that are kept for later calls, at most.
constexpr size_t kMaxIdle = 8;
// The writer may move on so often during one call.
constexpr int kMaxAttempts = 4;

// Hits of `what` that all conditions of the options hold for.
Query Conditioned(const Query& what, const SearchOptions& options,
                  const Xapian::Database& database) {
  Query query = what;
  for (const Query& condition : {CompilePlan(options.plan), CompileLanguages(options.languages)}) {
    if (!HoldsForAll(condition, database)) query = Query(Query::OP_FILTER, query, condition);
  }
  if (!options.after.empty()) {
    // The place before the first page's end, or behind the last one's.
    std::string bound = options.after;
    if (options.backwards) {
      query = Query(Query::OP_AND_NOT, query, Query(Query::OP_VALUE_GE, kPlaceSlot, bound));
    } else {
      bound.push_back('\0');
      query = Query(Query::OP_FILTER, query, Query(Query::OP_VALUE_GE, kPlaceSlot, bound));
    }
  }
  return Query(Query::OP_AND_NOT, query, CompileEnded(options.now));
}

void SetOrder(const SearchOptions& options, Xapian::Enquire* enquire) {
  if (options.newest) {
    enquire->set_weighting_scheme(Xapian::BoolWeight());
    enquire->set_sort_by_value(kPlaceSlot, options.backwards);
  } else {
    // Of equal scores the newest first.
    enquire->set_sort_by_relevance_then_value(kPlaceSlot, false);
  }
  if (options.fold_clusters) {
    enquire->set_collapse_key(kClusterSlot);
  } else if (!options.languages.empty()) {
    enquire->set_collapse_key(kTranslationSlot);
  }
}

absl::Status Match(const Xapian::Database& database, const Query& what,
                   const SearchOptions& options, SearchResult* result) {
  std::set<uint64_t> changed;
  if (options.changed != nullptr) {
    absl::StatusOr<std::set<uint64_t>> asked = options.changed(result->state);
    if (!asked.ok()) return asked.status();
    changed = *std::move(asked);
  }
  RecencySource recency(options.now, options.stop);
  const Query seen(Query::OP_AND, Conditioned(what, options, database), Query(&recency));
  Xapian::Enquire enquire(database);
  enquire.set_query(options.newest ? Query(Query::OP_SCALE_WEIGHT, seen, 0) : seen);
  SetOrder(options, &enquire);
  CountingSpy spy;
  if (options.count_values) enquire.add_matchspy(&spy);
  const ChangedDecider decider(changed, options.is_right);
  const bool decides = !changed.empty() && options.is_right != nullptr;
  const auto wanted = static_cast<Xapian::doccount>(options.size + 1);
  const auto looked =
      static_cast<Xapian::doccount>(std::max(options.count_to, options.offset + options.size + 1));
  const Xapian::MSet found = enquire.get_mset(static_cast<Xapian::doccount>(options.offset), wanted,
                                              looked, nullptr, decides ? &decider : nullptr);
  for (auto hit = found.begin(); hit != found.end(); ++hit) {
    if (result->hits.size() == options.size) break;
    result->hits.push_back({hit.get_document().get_value(kPlaceSlot), hit.get_weight()});
  }
  result->more = found.size() > options.size;
  result->total_is_exact = found.get_matches_lower_bound() == found.get_matches_upper_bound();
  result->total =
      result->total_is_exact ? found.get_matches_lower_bound() : found.get_matches_estimated();
  result->counts = std::move(spy.counts());
  return absl::OkStatus();
}

}  // namespace

struct Searcher::Handle {
  std::string path;
  Xapian::Database database;
};

Searcher::Searcher(const IndexFolder& folder) : folder_(folder) {}
Searcher::~Searcher() = default;

std::unique_ptr<Searcher::Handle> Searcher::Take() {
  MutexLock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Handle>();
  std::unique_ptr<Handle> handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void Searcher::Return(std::unique_ptr<Handle> handle) {
  MutexLock lock(mutex_);
  // One whose files were removed holds them on the disk.
  const std::string path = folder_.path();
  idle_.erase(std::remove_if(idle_.begin(), idle_.end(),
                             [&](const auto& other) { return other->path != path; }),
              idle_.end());
  if (idle_.size() < kMaxIdle && handle->path == path) idle_.push_back(std::move(handle));
}

absl::Status Searcher::WithHandle(absl::FunctionRef<absl::Status(Handle&)> work) {
  absl::Status status;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::string path = folder_.path();
    if (path.empty()) return absl::NotFoundError("there is no index yet");
    std::unique_ptr<Handle> handle = Take();
    bool moved = false;
    status = Guarded([&] {
      try {
        if (handle->path == path) {
          handle->database.reopen();
        } else {
          handle->database = Xapian::Database(path);
          handle->path = path;
        }
        return work(*handle);
      } catch (const Stopped&) {
        return absl::CancelledError("the search was stopped");
      } catch (const Xapian::DatabaseModifiedError&) {
        moved = true;
        throw;
      }
    });
    // An index that was replaced meanwhile cannot be opened any more.
    moved |= !status.ok() && folder_.path() != path;
    if (status.ok() || moved || absl::IsCancelled(status)) Return(std::move(handle));
    if (!moved) return status;
  }
  return status;
}

absl::StatusOr<SearchResult> Searcher::Search(absl::string_view text,
                                              const SearchOptions& options) {
  const TextQuery query = ParseQuery(text);
  SearchResult result;
  const absl::Status status = WithHandle([&](Handle& handle) {
    result = SearchResult{};
    result.state = ReadState(handle.database);
    absl::Status matched =
        Match(handle.database, CompileText(query, options.languages), options, &result);
    if (!matched.ok()) return matched;
    if (options.offset == 0 && options.after.empty()) {
      result.suggestion = Respelled(handle.database, text, query, options.languages);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<SearchResult> Searcher::Related(const RelatedOptions& related,
                                               const SearchOptions& options) {
  SearchResult result;
  const absl::Status status = WithHandle([&](Handle& handle) {
    result = SearchResult{};
    result.state = ReadState(handle.database);
    RelatedQuery query(handle.database, related.article, related.topics);
    std::vector<Query> left_out = {Query(ArticleTerm(related.article))};
    for (const std::string& list : related.left_out) left_out.emplace_back(ListTerm(list));
    return Match(handle.database,
                 Query(Query::OP_AND_NOT, query.query(),
                       Query(Query::OP_OR, left_out.begin(), left_out.end())),
                 options, &result);
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<int64_t> Searcher::Documents() {
  int64_t documents = 0;
  const absl::Status status = WithHandle([&](Handle& handle) {
    documents = handle.database.get_doccount();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return documents;
}

}  // namespace dateline::query::search
