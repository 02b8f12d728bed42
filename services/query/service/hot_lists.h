#ifndef DATELINE_SERVICES_QUERY_SERVICE_HOT_LISTS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_HOT_LISTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "common/obs/metrics.h"
#include "dateline/query/v1/articles.pb.h"
#include "services/query/hot/pages.h"
#include "services/query/hot/request_key.h"
#include "services/query/replica/replica.h"
#include "services/query/service/list_answer.h"
#include "services/query/service/list_handlers.h"

namespace dateline::query::service {

// How much memory pages of lists may take: at 6.5 kB some 25,000 of them. A page that is not kept
// takes its time by waiting for memory: ten cards, each some pages of the store away.
inline constexpr size_t kHotPageBytes = size_t{160} << 20;

// ListArticles with the pages that are asked for most kept in memory (design.md, section 5, "The
// hot pages"): what is answered is what ListHandlers would answer at the same instant. Thread-safe;
// never blocks on anything but memory.
class HotLists {
 public:
  // All must outlive it. Of 0 bytes nothing is kept. `dateline_query_list_pages_total` counts the
  // answers by where they came from.
  HotLists(replica::Replica& replica, const ListHandlers& lists, size_t max_bytes,
           obs::Metrics& metrics);

  // The answer from a page that is kept and still right; nullopt if it has to be made.
  std::optional<ListAnswer> Find(const hot::RequestKey& key);

  // Makes the answer and keeps its page if it has a key. The errors of ListHandlers::ListArticles.
  absl::StatusOr<ListAnswer> Make(const std::optional<hot::RequestKey>& key,
                                  const v1::ListArticlesRequest& request,
                                  const RequestContext& call);

  // How many answers came from kept pages, and how many were made.
  uint64_t found() const;
  uint64_t made() const;

 private:
  replica::Replica& replica_;
  const ListHandlers& lists_;
  const bool keeps_;
  hot::Pages pages_;
  prometheus::Counter& found_;
  prometheus::Counter& made_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_HOT_LISTS_H_
