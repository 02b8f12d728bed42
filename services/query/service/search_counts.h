#ifndef DATELINE_SERVICES_QUERY_SERVICE_SEARCH_COUNTS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_SEARCH_COUNTS_H_

#include "absl/status/status.h"
#include "dateline/query/v1/search.pb.h"
#include "services/query/search/searcher.h"
#include "services/query/service/view.h"

namespace dateline::query::service {

// INVALID_FIELD for a dimension that nothing is counted by.
absl::Status CheckDimensions(const google::protobuf::RepeatedField<int>& dimensions);

// Fills the total and the numbers of hits by each dimension asked for, each with what it is worth:
// exact if all hits were looked at; else the total is an estimate, and there are at least so many
// of each value.
void FillCounts(const View& view, const search::SearchResult& found,
                const google::protobuf::RepeatedField<int>& dimensions,
                v1::SearchArticlesResponse* response);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_SEARCH_COUNTS_H_
