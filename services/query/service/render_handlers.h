#ifndef DATELINE_SERVICES_QUERY_SERVICE_RENDER_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_RENDER_HANDLERS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "dateline/query/v1/watch.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// RenderFeed. Thread-safe; never blocks on anything but memory.
class RenderHandlers {
 public:
  // `hub_url` is the address of the WebSub hub that feeds name; empty for none.
  RenderHandlers(replica::Replica& replica, std::string hub_url)
      : replica_(replica), hub_url_(std::move(hub_url)) {}

  // The newest articles of a filter as a feed. Its title and its home page are those of the one
  // topic that the filter asks for, else of the publication. INVALID_FIELD; NOT_FOUND if a resource
  // that the filter names does not exist for readers; NOT_READY.
  absl::Status RenderFeed(const v1::RenderFeedRequest& request, const RequestContext& call,
                          v1::RenderFeedResponse* response) const;

 private:
  replica::Replica& replica_;
  const std::string hub_url_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_RENDER_HANDLERS_H_
