#ifndef DATELINE_SERVICES_QUERY_SERVICE_SEARCH_HITS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_SEARCH_HITS_H_

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/limits.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/article.pb.h"
#include "dateline/query/v1/search.pb.h"
#include "services/query/replica/read/plan.h"
#include "services/query/search/highlight.h"
#include "services/query/search/searcher.h"
#include "services/query/service/included.h"
#include "services/query/service/read_options.h"
#include "services/query/service/teasers.h"
#include "services/query/service/view.h"

// What the replica has of articles that the index found. The index may be behind: nothing is
// answered that the replica does not show at the instant of the call.
namespace dateline::query::service {

// Whether the place of an article is a right one: it stands there, is visible, and the plan holds
// it. A plan that needs more than a few thousand looks is taken as not holding it.
bool IsRightPlace(const View& view, const replica::Plan& plan, absl::string_view place);

// The articles that changed since the index was written, at most some 10,000 of them. NOT_READY if
// the index is of another copy or further behind than the journal goes.
absl::StatusOr<std::set<uint64_t>> ChangedSince(const View& view, const search::IndexState& state);

// Options of a search that are the same for all: the plan, the instant, when to stop, what changed.
// `view` and `call` must outlive it.
search::SearchOptions OptionsOf(const View& view, const RequestContext& call, replica::Plan plan);

// What the errors of a searcher say to callers: NOT_READY, INTERNAL, or the call's own end.
absl::Status SearchFailed(const absl::Status& status, const RequestContext& call);

// Makes articles of hits, one after the other, while there is room. Lives for one call.
class HitReader {
 public:
  // All must outlive it; `included` may be null.
  HitReader(const View& view, bool full, int teaser_words, const ReadMask& mask, Included* included)
      : view_(view),
        full_(full),
        mask_(mask),
        teasers_(view, teaser_words),
        cuts_(teaser_words > 0),
        included_(included) {}

  // The article at a place, in the view asked for; false if there is no room for it any more.
  absl::StatusOr<bool> Read(absl::string_view place, content::v1::Article* article);

  // Marks in title and snippet what a highlighter finds. `hit` has its article.
  void Highlight(absl::string_view place, const search::Highlighter& highlighter,
                 v1::SearchHit* hit);

 private:
  const View& view_;
  const bool full_;
  const ReadMask& mask_;
  Teasers teasers_;
  const bool cuts_;
  Included* const included_;
  bool any_ = false;
  size_t budget_ = limits::kPageByteBudget;
  size_t work_ = size_t{16} << 20;  // bytes of bodies that are read although they are not answered
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_SEARCH_HITS_H_
