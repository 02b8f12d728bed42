#ifndef DATELINE_SERVICES_QUERY_SERVICE_VOCABULARY_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_VOCABULARY_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/vocabulary.pb.h"
#include "services/query/replica/replica.h"

namespace dateline::query::service {

// Topics, authors and publications, as readers may see them: what articles refer to. Lists are in
// the order of names; a page ends short when it has looked at many that do not match, and never
// has more than limits::kPageByteBudget. RESOURCE_NOT_FOUND for what is not there,
// INVALID_PAGE_TOKEN and PAGE_TOKEN_MISMATCH for tokens. Thread-safe; never blocks on anything but
// memory.
class VocabularyHandlers {
 public:
  VocabularyHandlers(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens)
      : replica_(replica), page_tokens_(page_tokens) {}

  absl::Status GetTopic(const v1::GetTopicRequest& request, v1::GetTopicResponse* response) const;
  absl::Status ListTopics(const v1::ListTopicsRequest& request, const RequestContext& call,
                          v1::ListTopicsResponse* response) const;
  // Of a merged author, the one that took its place.
  absl::Status GetAuthor(const v1::GetAuthorRequest& request,
                         v1::GetAuthorResponse* response) const;
  absl::Status ListAuthors(const v1::ListAuthorsRequest& request, const RequestContext& call,
                           v1::ListAuthorsResponse* response) const;
  absl::Status GetPublication(const v1::GetPublicationRequest& request,
                              v1::GetPublicationResponse* response) const;
  absl::Status ListPublications(const v1::ListPublicationsRequest& request,
                                const RequestContext& call,
                                v1::ListPublicationsResponse* response) const;

 private:
  replica::Replica& replica_;
  const tokens::PageTokenCodec& page_tokens_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_VOCABULARY_HANDLERS_H_
