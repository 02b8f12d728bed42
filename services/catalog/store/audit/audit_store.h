#ifndef DATELINE_SERVICES_CATALOG_STORE_AUDIT_AUDIT_STORE_H_
#define DATELINE_SERVICES_CATALOG_STORE_AUDIT_AUDIT_STORE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/audit.pb.h"
#include "services/catalog/store/store_context.h"

namespace dateline::catalog::store {

// Which entries of the audit are meant; what is empty or infinite lets all through.
struct AuditFilter {
  std::string resource;
  std::string caller;
  std::string method;
  absl::Time start = absl::InfinitePast();
  absl::Time end = absl::InfiniteFuture();
};

// A page of the audit.
struct AuditPage {
  std::vector<v1::AuditEntry> entries;
  int64_t last = 0;   // Number of the last one.
  bool more = false;  // There are others behind it.
};

// The record of who wrote what. Thread-safe. Every call may fail with DATABASE_UNAVAILABLE,
// OVERLOADED, DEADLINE_EXCEEDED or CANCELLED.
class AuditStore {
 public:
  explicit AuditStore(StoreContext context) : postgres_(std::move(context)) {}

  // Entries newest first: up to `limit` below number `before`, 0 for the first page.
  absl::StatusOr<AuditPage> List(const RequestContext& context, const AuditFilter& filter,
                                 int64_t before, int limit);

 private:
  const StoreContext postgres_;
};

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_AUDIT_AUDIT_STORE_H_
