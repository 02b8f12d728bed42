#ifndef DATELINE_SERVICES_QUERY_SEARCH_STATE_H_
#define DATELINE_SERVICES_QUERY_SEARCH_STATE_H_

#include <xapian.h>

#include "services/query/search/index.h"

// The state of an index as Xapian's metadata. Within this folder only; throws what Xapian throws.
namespace dateline::query::search {

IndexState ReadState(const Xapian::Database& database);
void WriteState(const IndexState& state, Xapian::WritableDatabase* database);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_STATE_H_
