#ifndef DATELINE_SERVICES_INGESTION_SERVICE_DOCUMENT_HANDLERS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_DOCUMENT_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::service {

// Documents that callers bring. Free of the transport; thread-safe.
class DocumentHandlers {
 public:
  DocumentHandlers(store::SourceStore& store, deliver::CatalogPort& catalog,
                   deliver::TopicDirectory& topics, Clock* clock)
      : store_(store), catalog_(catalog), topics_(topics), clock_(clock) {}

  // Takes a document and answers entry by entry. A document that cannot be read is an error
  // (UNKNOWN_FORMAT, DOCUMENT_TOO_LARGE, …) and is kept as a reject.
  absl::Status IngestDocument(const RequestContext& context,
                              const v1::IngestDocumentRequest& request,
                              v1::IngestDocumentResponse* response);

  // Shows what would be taken; writes nothing.
  absl::Status InspectDocument(const RequestContext& context,
                               const v1::InspectDocumentRequest& request,
                               v1::InspectDocumentResponse* response);

 private:
  store::SourceStore& store_;
  deliver::CatalogPort& catalog_;
  deliver::TopicDirectory& topics_;
  Clock* const clock_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_DOCUMENT_HANDLERS_H_
