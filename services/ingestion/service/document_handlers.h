#ifndef DATELINE_SERVICES_INGESTION_SERVICE_DOCUMENT_HANDLERS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_DOCUMENT_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/request_context.h"
#include "dateline/ingestion/v1/documents.pb.h"
#include "dateline/ingestion/v1/operations.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/deliver/topic_directory.h"
#include "services/ingestion/pipeline/document.h"
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

  // Takes a reject again: a document as it was, an entry with what topics are called now. It is
  // forgotten once it was taken.
  absl::Status RetryReject(const RequestContext& context, const v1::RetryRejectRequest& request,
                           v1::RetryRejectResponse* response);

  // Shows what would be taken; writes nothing.
  absl::Status InspectDocument(const RequestContext& context,
                               const v1::InspectDocumentRequest& request,
                               v1::InspectDocumentResponse* response);

 private:
  pipeline::DocumentInput InputOf(const store::StoredSource& stored, absl::string_view bytes);
  absl::StatusOr<pipeline::Document> ReadReject(const store::StoredSource& stored,
                                                const v1::Reject& reject);

  store::SourceStore& store_;
  deliver::CatalogPort& catalog_;
  deliver::TopicDirectory& topics_;
  Clock* const clock_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_DOCUMENT_HANDLERS_H_
