#ifndef DATELINE_SERVICES_INGESTION_RETAG_RETAG_H_
#define DATELINE_SERVICES_INGESTION_RETAG_RETAG_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/retag/operation_store.h"

namespace dateline::ingestion::retag {

// What the work needs. All must outlive it.
struct Dependencies {
  OperationStore& operations;
  deliver::CatalogPort& catalog;
  deliver::TopicDirectory& topics;
};

// Works at an operation that was taken until all articles were seen: reads them page by page from
// the catalog's export, looks for the topics' names, adds what is found, and keeps how far it is
// after every page, which holds the lease for `lease` more. Whatever page was worked at before is
// harmless to repeat. OK when it is complete; CANCELLED if that was asked for, in the operation or
// by `context`; LEASE_LOST; else the error that interrupted it, after which it can go on from
// `operation`.
absl::Status Retag(const RequestContext& context, const Dependencies& dependencies,
                   absl::Duration lease, Operation* operation);

}  // namespace dateline::ingestion::retag

#endif  // DATELINE_SERVICES_INGESTION_RETAG_RETAG_H_
