#ifndef DATELINE_SERVICES_CATALOG_SERVICE_AUDIT_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_AUDIT_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/audit.pb.h"
#include "services/catalog/store/audit/audit_store.h"

namespace dateline::catalog::service {

// What the catalog tells of who wrote what, whatever the transport. Thread-safe. What it is given
// must outlive it.
class AuditHandlers {
 public:
  AuditHandlers(store::AuditStore& audit, const tokens::PageTokenCodec& codec)
      : audit_(audit), codec_(codec) {}

  absl::Status ListAuditEntries(const RequestContext& context,
                                const v1::ListAuditEntriesRequest& request,
                                v1::ListAuditEntriesResponse* response);

 private:
  store::AuditStore& audit_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_AUDIT_HANDLERS_H_
