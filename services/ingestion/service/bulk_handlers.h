#ifndef DATELINE_SERVICES_INGESTION_SERVICE_BULK_HANDLERS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_BULK_HANDLERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_assigner.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::service {

// An item and when it came, which is later than when the one before it came: so of two forms of one
// article the last counts.
struct BulkItem {
  v1::IngestArticlesRequest request;
  absl::Time received;
};
// Items of one source as they come, in order.
using BulkItems = std::vector<BulkItem>;
// What they are answered, in the same order.
using BulkAnswers = std::vector<v1::IngestArticlesResponse>;

// Items on their way: everything is done but the delivery.
struct PreparedItems {
  v1::Source source;
  int64_t source_key = 0;
  std::unique_ptr<deliver::TopicAssigner> topics;  // theirs; with `entries` only
  std::vector<pipeline::DocumentEntry> entries;    // of the items that are to be delivered
  std::vector<size_t> items;                       // whose entries they are
  std::vector<store::ItemRequest> requests;        // of those among them that have an id
  std::vector<size_t> requesters;                  // whose requests they are
  BulkAnswers answers;  // whole for what is not to be delivered, else what is known so far
};

// Articles in bulk, batch by batch: Prepare may go on for one batch while an earlier one is being
// delivered. An error of either (PEER_UNAVAILABLE, DATABASE_UNAVAILABLE, …) concerns the batch as a
// whole, and nothing of it may be acknowledged; a bad item is answered by itself. Free of the
// transport; thread-safe.
class BulkHandlers {
 public:
  BulkHandlers(store::SourceStore& store, deliver::CatalogPort& catalog,
               deliver::TopicDirectory& topics)
      : store_(store), catalog_(catalog), topics_(topics) {}

  // Cleans, identifies and tags. `items` are of `source`.
  absl::StatusOr<PreparedItems> Prepare(const RequestContext& context, const std::string& source,
                                        const BulkItems& items);

  // Delivers, keeps what was rejected, and answers every item.
  absl::StatusOr<BulkAnswers> Deliver(const RequestContext& context, PreparedItems prepared);

 private:
  absl::Status ClaimRequests(const RequestContext& context, const BulkItems& items,
                             const std::vector<absl::Status>& faults, PreparedItems* prepared,
                             std::vector<bool>* answered);

  store::SourceStore& store_;
  deliver::CatalogPort& catalog_;
  deliver::TopicDirectory& topics_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_BULK_HANDLERS_H_
