#ifndef DATELINE_SERVICES_INGESTION_SERVICE_SOURCE_HANDLERS_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_SOURCE_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/ingestion/v1/fetches.pb.h"
#include "dateline/ingestion/v1/operations.pb.h"
#include "dateline/ingestion/v1/sources.pb.h"
#include "services/ingestion/deliver/catalog_port.h"
#include "services/ingestion/poll/secret.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::service {

// Sources, the log of their fetches, and what could not be taken. Free of the transport;
// thread-safe. Errors are those of the contract; a request's fields are checked here, all of them
// at once.
class SourceHandlers {
 public:
  SourceHandlers(store::SourceStore& store, deliver::CatalogPort& catalog,
                 const tokens::PageTokenCodec& page_tokens, poll::SecretPlaces secrets)
      : store_(store), catalog_(catalog), page_tokens_(page_tokens), secrets_(std::move(secrets)) {}

  absl::Status CreateSource(const RequestContext& context, const v1::CreateSourceRequest& request,
                            v1::CreateSourceResponse* response);
  absl::Status GetSource(const RequestContext& context, const v1::GetSourceRequest& request,
                         v1::GetSourceResponse* response);
  absl::Status ListSources(const RequestContext& context, const v1::ListSourcesRequest& request,
                           v1::ListSourcesResponse* response);
  absl::Status UpdateSource(const RequestContext& context, const v1::UpdateSourceRequest& request,
                            v1::UpdateSourceResponse* response);
  absl::Status DeleteSource(const RequestContext& context, const v1::DeleteSourceRequest& request,
                            v1::DeleteSourceResponse* response);
  absl::Status PauseSource(const RequestContext& context, const v1::PauseSourceRequest& request,
                           v1::PauseSourceResponse* response);
  absl::Status ResumeSource(const RequestContext& context, const v1::ResumeSourceRequest& request,
                            v1::ResumeSourceResponse* response);
  absl::Status ListFetches(const RequestContext& context, const v1::ListFetchesRequest& request,
                           v1::ListFetchesResponse* response);
  absl::Status ListRejects(const RequestContext& context, const v1::ListRejectsRequest& request,
                           v1::ListRejectsResponse* response);

 private:
  // The payload of a request's page token; empty for the first page.
  template <typename Request>
  absl::StatusOr<std::string> AfterOf(const Request& request);
  template <typename Request>
  std::string TokenFor(const Request& request, absl::string_view after);

  store::SourceStore& store_;
  deliver::CatalogPort& catalog_;
  const tokens::PageTokenCodec& page_tokens_;
  const poll::SecretPlaces secrets_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_SOURCE_HANDLERS_H_
