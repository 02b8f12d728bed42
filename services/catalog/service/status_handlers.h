#ifndef DATELINE_SERVICES_CATALOG_SERVICE_STATUS_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_STATUS_HANDLERS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/status.pb.h"
#include "services/catalog/feed/change_feed.h"

namespace dateline::catalog::service {

// What the catalog tells of itself. Thread-safe. The feed must outlive it.
class StatusHandlers {
 public:
  // `version` is the program's; `open_streams` tells how many streams of changes are open.
  StatusHandlers(feed::ChangeFeed& feed, std::string version, std::function<int()> open_streams,
                 Clock* clock = RealClock());

  // Answers also while the database cannot be reached.
  absl::Status GetStatus(const RequestContext& context, const v1::GetStatusRequest& request,
                         v1::GetStatusResponse* response);

 private:
  feed::ChangeFeed& feed_;
  const std::string version_;
  const std::function<int()> open_streams_;
  Clock* const clock_;
  const absl::Duration started_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_STATUS_HANDLERS_H_
