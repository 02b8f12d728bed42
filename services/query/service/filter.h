#ifndef DATELINE_SERVICES_QUERY_SERVICE_FILTER_H_
#define DATELINE_SERVICES_QUERY_SERVICE_FILTER_H_

#include "absl/status/statusor.h"
#include "dateline/query/v1/articles.pb.h"
#include "services/query/replica/read/plan.h"
#include "services/query/service/view.h"

namespace dateline::query::service {

// What a filter asks for, over the replica's lists; all articles for an empty filter. NOT_FOUND for
// a topic, author or publication that readers may not know of; INVALID_FIELD.
absl::StatusOr<replica::Plan> PlanOf(const View& view, const v1::ArticleFilter& filter);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_FILTER_H_
