#ifndef DATELINE_SERVICES_INGESTION_PURGE_TAKEDOWN_PURGER_H_
#define DATELINE_SERVICES_INGESTION_PURGE_TAKEDOWN_PURGER_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "common/base/worker.h"
#include "services/ingestion/purge/takedown_port.h"
#include "services/ingestion/store/reject_purge.h"

namespace dateline::ingestion::purge {

// Takes the text of articles that were taken down out of what ingestion keeps, and gives the
// catalog the receipts. It asks for them now and then: to follow the log, it would have to read
// every article. What was done is remembered in memory only; doing it again does no harm, so any
// number of processes work beside each other. Thread-safe.
class TakedownPurger {
 public:
  // Starts; looks every `interval`, which is less than the time that the catalog gives for a
  // receipt. All must outlive it.
  TakedownPurger(TakedownPort& catalog, store::RejectPurge& rejects,
                 absl::Duration interval = absl::Minutes(1));

 private:
  absl::Duration Step();
  absl::Status Sweep(const RequestContext& context);
  absl::Status Purge(const RequestContext& context, const catalog::v1::ArticleRecord& record);

  TakedownPort& catalog_;
  store::RejectPurge& rejects_;
  const absl::Duration interval_;
  std::set<std::string> done_;  // Names of articles; of the worker's thread.
  int failures_ = 0;            // in a row; likewise
  Worker worker_;
};

}  // namespace dateline::ingestion::purge

#endif  // DATELINE_SERVICES_INGESTION_PURGE_TAKEDOWN_PURGER_H_
