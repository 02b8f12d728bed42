#ifndef DATELINE_SERVICES_CATALOG_SERVICE_CONSUMER_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_CONSUMER_HANDLERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/catalog/v1/takedowns.pb.h"
#include "services/catalog/store/takedowns/takedown_store.h"

namespace dateline::catalog::service {

// What consumers of the change log say of themselves, whatever the transport. Thread-safe. What it
// is given must outlive it.
class ConsumerHandlers {
 public:
  ConsumerHandlers(store::TakedownStore& takedowns, const tokens::PageTokenCodec& codec)
      : takedowns_(takedowns), codec_(codec) {}

  absl::Status RegisterConsumer(const RequestContext& context,
                                const v1::RegisterConsumerRequest& request,
                                v1::RegisterConsumerResponse* response);
  absl::Status AcknowledgeTakedown(const RequestContext& context,
                                   const v1::AcknowledgeTakedownRequest& request,
                                   v1::AcknowledgeTakedownResponse* response);
  absl::Status ListTakedownReceipts(const RequestContext& context,
                                    const v1::ListTakedownReceiptsRequest& request,
                                    v1::ListTakedownReceiptsResponse* response);

  // Renews the lease of a consumer that is known by `name`, for as long as it asked for; that.
  // RESOURCE_NOT_FOUND.
  absl::StatusOr<absl::Duration> Renew(const RequestContext& context, const std::string& name);

 private:
  store::TakedownStore& takedowns_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_CONSUMER_HANDLERS_H_
