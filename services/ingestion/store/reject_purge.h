#ifndef DATELINE_SERVICES_INGESTION_STORE_REJECT_PURGE_H_
#define DATELINE_SERVICES_INGESTION_STORE_REJECT_PURGE_H_

#include <string>

#include "absl/status/status.h"
#include "common/base/request_context.h"

namespace dateline::ingestion::store {

// Takes the text of an entry out of what ingestion keeps. Thread-safe.
class RejectPurge {
 public:
  virtual ~RejectPurge() = default;

  // Forgets the rejects of an entry of `source`, and all of its rejected documents, as any of them
  // may have the entry in it. OK if there are none. DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED,
  // CANCELLED.
  virtual absl::Status Purge(const RequestContext& context, const std::string& source,
                             const std::string& entry_id) = 0;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_REJECT_PURGE_H_
