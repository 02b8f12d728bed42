#ifndef DATELINE_SERVICES_QUERY_SERVICE_LIST_HANDLERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_LIST_HANDLERS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "common/tokens/page_token.h"
#include "dateline/content/v1/position.pb.h"
#include "dateline/query/v1/articles.pb.h"
#include "services/query/replica/replica.h"
#include "services/query/service/list_answer.h"

namespace dateline::query::service {

// ListArticles and GetTopicPage. Answers are assembled as encoded messages: a card is copied as the
// bytes that it is stored as, and never decoded. Thread-safe; never blocks on anything but memory.
class ListHandlers {
 public:
  ListHandlers(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens)
      : replica_(replica), page_tokens_(page_tokens) {}

  // Appends the encoded response, of some 3 MiB at most; a page is short when that or the walk's
  // steps are spent, or when nobody waits for it any more. INVALID_ARGUMENT names the field;
  // PERMISSION_DENIED for as_of of whoever is no previewer; NOT_FOUND if a resource that the filter
  // names does not exist for readers; INVALID_PAGE_TOKEN, PAGE_TOKEN_MISMATCH; NOT_READY.
  absl::Status ListArticles(const v1::ListArticlesRequest& request, const RequestContext& call,
                            std::string* response) const;
  absl::Status GetTopicPage(const v1::GetTopicPageRequest& request, const RequestContext& call,
                            std::string* response) const;

  // ListArticles in two parts, of which the page can be kept. `keep`: what it depends on is wanted.
  absl::StatusOr<ListAnswer> MakeList(const v1::ListArticlesRequest& request,
                                      const RequestContext& call, bool keep) const;

  // The position that a request has to wait for: its min_position, or that of the page before,
  // whichever is later; nullopt for none. INVALID_POSITION.
  absl::StatusOr<std::optional<content::v1::LogPosition>> PositionOf(
      const v1::ListArticlesRequest& request) const;
  absl::StatusOr<std::optional<content::v1::LogPosition>> PositionOf(
      const v1::GetTopicPageRequest& request) const;

 private:
  replica::Replica& replica_;
  const tokens::PageTokenCodec& page_tokens_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_LIST_HANDLERS_H_
