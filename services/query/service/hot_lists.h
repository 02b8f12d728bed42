#ifndef DATELINE_SERVICES_QUERY_SERVICE_HOT_LISTS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_HOT_LISTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/articles.pb.h"
#include "services/query/hot/pages.h"
#include "services/query/hot/request_key.h"
#include "services/query/replica/replica.h"
#include "services/query/service/list_answer.h"
#include "services/query/service/list_handlers.h"

namespace dateline::query::service {

// How much memory pages of lists may take: at 6.5 kB some 9,000 of them.
inline constexpr size_t kHotPageBytes = size_t{64} << 20;

// ListArticles with the pages that are asked for most kept in memory (design.md, section 5, "The
// hot pages"): what is answered is what ListHandlers would answer at the same instant. Thread-safe;
// never blocks on anything but memory.
class HotLists {
 public:
  // Both must outlive it. Of 0 bytes nothing is kept.
  HotLists(replica::Replica& replica, const ListHandlers& lists, size_t max_bytes)
      : replica_(replica), lists_(lists), keeps_(max_bytes > 0), pages_(max_bytes) {}

  // The answer from a page that is kept and still right; nullopt if it has to be made.
  std::optional<ListAnswer> Find(const hot::RequestKey& key);

  // Makes the answer and keeps its page if it has a key. The errors of ListHandlers::ListArticles.
  absl::StatusOr<ListAnswer> Make(const std::optional<hot::RequestKey>& key,
                                  const v1::ListArticlesRequest& request,
                                  const RequestContext& call);

  // How many answers came from kept pages, and how many were made.
  uint64_t found() const { return found_; }
  uint64_t made() const { return made_; }

 private:
  replica::Replica& replica_;
  const ListHandlers& lists_;
  const bool keeps_;
  hot::Pages pages_;
  std::atomic<uint64_t> found_{0};
  std::atomic<uint64_t> made_{0};
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_HOT_LISTS_H_
