#ifndef DATELINE_SERVICES_CATALOG_SERVICE_PUBLICATION_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_PUBLICATION_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/publications.pb.h"
#include "services/catalog/store/publications/publication_store.h"

namespace dateline::catalog::service {

// What the catalog does for publications, whatever the transport. Requests have been held to the
// contract's rules; what these leave open is checked here. Errors are those that the contract
// names. Thread-safe. Store and codec must outlive it.
class PublicationHandlers {
 public:
  PublicationHandlers(store::PublicationStore& publications, const tokens::PageTokenCodec& codec)
      : publications_(publications), codec_(codec) {}

  absl::Status CreatePublication(const RequestContext& context,
                                 const v1::CreatePublicationRequest& request,
                                 v1::CreatePublicationResponse* response);
  absl::Status GetPublication(const RequestContext& context,
                              const v1::GetPublicationRequest& request,
                              v1::GetPublicationResponse* response);
  absl::Status ListPublications(const RequestContext& context,
                                const v1::ListPublicationsRequest& request,
                                v1::ListPublicationsResponse* response);
  absl::Status UpdatePublication(const RequestContext& context,
                                 const v1::UpdatePublicationRequest& request,
                                 v1::UpdatePublicationResponse* response);
  absl::Status DeletePublication(const RequestContext& context,
                                 const v1::DeletePublicationRequest& request,
                                 v1::DeletePublicationResponse* response);

 private:
  store::PublicationStore& publications_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_PUBLICATION_HANDLERS_H_
