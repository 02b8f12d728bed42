#ifndef DATELINE_SERVICES_INGESTION_DELIVER_DELIVERY_H_
#define DATELINE_SERVICES_INGESTION_DELIVER_DELIVERY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "dateline/ingestion/v1/source.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_assigner.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::deliver {

// What one call to the catalog carries: enough that its fixed cost does not show, and few enough
// that the transaction stays short.
inline constexpr int kMaxBatchItems = 200;
inline constexpr size_t kMaxBatchBytes = size_t{4} << 20;

// What came of a document: an answer for every entry.
struct Delivered {
  std::vector<v1::EntryResult> entries;
  v1::OutcomeCounts counts;
  std::vector<store::NewReject> rejects;  // what was REJECTED, to be kept
  std::string position;                   // that includes all of it; empty if nothing was delivered
};

// The first half of Deliver: gives the entries that are to be delivered their topics. Apart, so
// that it can go on while others are being delivered.
absl::Status AssignTopics(const RequestContext& context, TopicAssigner& topics,
                          std::vector<pipeline::DocumentEntry>* entries);

// The second half: delivers entries that have their topics, from the same `topics`, to the catalog,
// in batches of kMaxBatchItems or kMaxBatchBytes, and accounts for every one. `lease_epoch` is 0
// for uploads. An error (PEER_UNAVAILABLE, LEASE_LOST, …) means that some entries may not have been
// delivered; delivering them again takes what is missing.
absl::StatusOr<Delivered> DeliverEntries(const RequestContext& context, CatalogPort& catalog,
                                         TopicAssigner& topics, const v1::Source& source,
                                         int64_t lease_epoch, bool validate_only,
                                         std::vector<pipeline::DocumentEntry> entries);

// Both, for a whole document. Thread-safe.
absl::StatusOr<Delivered> Deliver(const RequestContext& context, CatalogPort& catalog,
                                  TopicDirectory& topics, const v1::Source& source,
                                  int64_t lease_epoch, bool validate_only,
                                  pipeline::Document document);

}  // namespace dateline::ingestion::deliver

#endif  // DATELINE_SERVICES_INGESTION_DELIVER_DELIVERY_H_
