#include "services/catalog/service/audit_handlers.h"

#include <utility>

#include "common/api/pages.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "services/catalog/service/request_checks.h"

namespace dateline::catalog::service {

absl::Status AuditHandlers::ListAuditEntries(const RequestContext& context,
                                             const v1::ListAuditEntriesRequest& request,
                                             v1::ListAuditEntriesResponse* response) {
  store::AuditFilter filter{request.resource(), request.caller(), request.method()};
  if (request.has_start_time()) filter.start = TimeFromProto(request.start_time());
  if (request.has_end_time()) filter.end = TimeFromProto(request.end_time());
  DATELINE_ASSIGN_OR_RETURN(const int64_t before, NumberInToken(codec_, request));
  DATELINE_ASSIGN_OR_RETURN(
      store::AuditPage page,
      audit_.List(context, filter, before, api::PageSizeOf(request.page_size())));
  if (page.more) response->set_next_page_token(TokenOfNumber(codec_, request, page.last));
  for (v1::AuditEntry& entry : page.entries) *response->add_entries() = std::move(entry);
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
