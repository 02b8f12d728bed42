#ifndef DATELINE_SERVICES_INGESTION_DELIVER_DELIVERY_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_DELIVERY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/content/v1/source.pb.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::deliver {

// What came of a document: an answer for every entry.
struct Delivered {
  std::vector<v1::EntryResult> entries;
  v1::OutcomeCounts counts;
  std::vector<store::NewReject> rejects;  // what was REJECTED, to be kept
  std::string position;                   // of the last change; empty if nothing was delivered
};

// Delivers a document's entries to the catalog, in batches of 200 items or 4 MiB, and accounts for
// every one. `lease_epoch` is 0 for uploads. An error (PEER_UNAVAILABLE, LEASE_LOST, …) means that
// some entries may not have been delivered; delivering the document again takes what is missing.
// Thread-safe.
absl::StatusOr<Delivered> Deliver(const RequestContext& context, CatalogPort& catalog,
                                  TopicDirectory& topics, const content::v1::Source& source,
                                  int64_t lease_epoch, bool validate_only,
                                  pipeline::Document document);

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_DELIVERY_H_
