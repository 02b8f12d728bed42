#ifndef DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/authors.pb.h"
#include "dateline/catalog/v1/publications.pb.h"
#include "dateline/catalog/v1/topics.pb.h"
#include "services/catalog/store/publications/publication_store.h"
#include "services/catalog/store/topics/topic_store.h"

namespace dateline::catalog::service {

// What the catalog does for publications, authors and topics, whatever the transport. Requests
// have been held to the contract's rules; what these leave open is checked here. Errors are those
// that catalog_service.proto names. Thread-safe. Stores and codec must outlive it.
class CatalogHandlers {
 public:
  CatalogHandlers(store::PublicationStore& publications, store::TopicStore& topics,
                  const tokens::PageTokenCodec& codec)
      : publications_(publications), topics_(topics), codec_(codec) {}

  absl::Status CreatePublication(const RequestContext& context,
                                 const v1::CreatePublicationRequest& request,
                                 v1::CreatePublicationResponse* response);
  absl::Status GetPublication(const RequestContext& context,
                              const v1::GetPublicationRequest& request,
                              v1::GetPublicationResponse* response);
  absl::Status ListPublications(const RequestContext& context,
                                const v1::ListPublicationsRequest& request,
                                v1::ListPublicationsResponse* response);

  absl::Status CreateAuthor(const RequestContext& context, const v1::CreateAuthorRequest& request,
                            v1::CreateAuthorResponse* response);
  absl::Status GetAuthor(const RequestContext& context, const v1::GetAuthorRequest& request,
                         v1::GetAuthorResponse* response);
  absl::Status ListAuthors(const RequestContext& context, const v1::ListAuthorsRequest& request,
                           v1::ListAuthorsResponse* response);

  absl::Status CreateTopic(const RequestContext& context, const v1::CreateTopicRequest& request,
                           v1::CreateTopicResponse* response);
  absl::Status GetTopic(const RequestContext& context, const v1::GetTopicRequest& request,
                        v1::GetTopicResponse* response);
  absl::Status ListTopics(const RequestContext& context, const v1::ListTopicsRequest& request,
                          v1::ListTopicsResponse* response);
  absl::Status UpdateTopic(const RequestContext& context, const v1::UpdateTopicRequest& request,
                           v1::UpdateTopicResponse* response);

 private:
  store::PublicationStore& publications_;
  store::TopicStore& topics_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_CATALOG_HANDLERS_H_
