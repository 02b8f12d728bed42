#include "services/catalog/service/consumer_handlers.h"

#include <string>
#include <utility>

#include "common/api/names.h"
#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"

namespace dateline::catalog::service {
namespace {

constexpr absl::Duration kDefaultLease = absl::Minutes(30);

std::string IdOf(const char* collection, const std::string& name) {
  return std::string(api::IdInName(collection, name));
}

}  // namespace

absl::Status ConsumerHandlers::RegisterConsumer(const RequestContext& context,
                                                const v1::RegisterConsumerRequest& request,
                                                v1::RegisterConsumerResponse* response) {
  const absl::Duration lease = request.has_lease_duration()
                                   ? absl::Seconds(request.lease_duration().seconds()) +
                                         absl::Nanoseconds(request.lease_duration().nanos())
                                   : kDefaultLease;
  DATELINE_ASSIGN_OR_RETURN(
      const auto written,
      takedowns_.RegisterConsumer(context, IdOf(api::kConsumers, request.name()), lease));
  *response->mutable_lease_expire_time() = TimeToProto(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status ConsumerHandlers::AcknowledgeTakedown(const RequestContext& context,
                                                   const v1::AcknowledgeTakedownRequest& request,
                                                   v1::AcknowledgeTakedownResponse* /*response*/) {
  return takedowns_.Acknowledge(context, IdOf(api::kArticles, request.article()),
                                IdOf(api::kConsumers, request.consumer()));
}

absl::Status ConsumerHandlers::ListTakedownReceipts(const RequestContext& context,
                                                    const v1::ListTakedownReceiptsRequest& request,
                                                    v1::ListTakedownReceiptsResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const int64_t before, NumberInToken(codec_, request));
  DATELINE_ASSIGN_OR_RETURN(
      store::ReceiptPage page,
      takedowns_.ListReceipts(context, IdOf(api::kArticles, request.article()),
                              request.overdue_only(), before,
                              api::PageSizeOf(request.page_size())));
  if (page.more) response->set_next_page_token(TokenOfNumber(codec_, request, page.last));
  for (v1::TakedownReceipt& receipt : page.receipts) {
    *response->add_receipts() = std::move(receipt);
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> ConsumerHandlers::Renew(const RequestContext& context,
                                                       const std::string& name) {
  return takedowns_.RenewConsumer(context, IdOf(api::kConsumers, name));
}

}  // namespace dateline::catalog::service
