#ifndef DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ADD_TOPICS_H_
#define DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ADD_TOPICS_H_

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "dateline/catalog/v1/intake.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/catalog/store/store_context.h"

namespace dateline::catalog::store {

// What a transaction's share of additions came to.
struct AddedTopics {
  int end = 0;                        // Items before this one are decided.
  content::v1::LogPosition position;  // Of the last change, or of the log's head.
  bool wrote = false;
};

// Decides and writes the items of `request` from `begin` on, as many as a short transaction takes,
// and appends their results to `*response`. Articles that have nothing to gain are neither locked
// nor read.
absl::StatusOr<AddedTopics> AddTopicsToArticles(const StoreContext& postgres,
                                                const RequestContext& context,
                                                const v1::BatchAddArticleTopicsRequest& request,
                                                int begin,
                                                v1::BatchAddArticleTopicsResponse* response);

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_ARTICLES_POSTGRES_ADD_TOPICS_H_
