#ifndef DATELINE_SERVICES_CATALOG_SERVICE_AUTHOR_HANDLERS_H_
#define DATELINE_SERVICES_CATALOG_SERVICE_AUTHOR_HANDLERS_H_

#include "absl/status/status.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/catalog/v1/authors.pb.h"
#include "services/catalog/store/authors/author_store.h"

namespace dateline::catalog::service {

// What the catalog does for authors, whatever the transport. Requests have been held to the
// contract's rules; what these leave open is checked here. Errors are those that the contract
// names. Thread-safe. Store and codec must outlive it.
class AuthorHandlers {
 public:
  AuthorHandlers(store::AuthorStore& authors, const tokens::PageTokenCodec& codec)
      : authors_(authors), codec_(codec) {}

  absl::Status CreateAuthor(const RequestContext& context, const v1::CreateAuthorRequest& request,
                            v1::CreateAuthorResponse* response);
  // As it is stored; who is no previewer is not told of deleted ones.
  absl::Status GetAuthor(const RequestContext& context, const v1::GetAuthorRequest& request,
                         v1::GetAuthorResponse* response);
  absl::Status ListAuthors(const RequestContext& context, const v1::ListAuthorsRequest& request,
                           v1::ListAuthorsResponse* response);
  absl::Status UpdateAuthor(const RequestContext& context, const v1::UpdateAuthorRequest& request,
                            v1::UpdateAuthorResponse* response);
  absl::Status DeleteAuthor(const RequestContext& context, const v1::DeleteAuthorRequest& request,
                            v1::DeleteAuthorResponse* response);
  absl::Status MergeAuthors(const RequestContext& context, const v1::MergeAuthorsRequest& request,
                            v1::MergeAuthorsResponse* response);

 private:
  store::AuthorStore& authors_;
  const tokens::PageTokenCodec& codec_;
};

}  // namespace dateline::catalog::service

#endif  // DATELINE_SERVICES_CATALOG_SERVICE_AUTHOR_HANDLERS_H_
