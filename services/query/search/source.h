#ifndef DATELINE_SERVICES_QUERY_SEARCH_SOURCE_H_
#define DATELINE_SERVICES_QUERY_SEARCH_SOURCE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/query/replica/store/store.h"
#include "services/query/search/document.h"

namespace dateline::query::search {

// What the index is to hold of an article at `now`: the revision that is visible then, with its
// text and the names of its topics and authors; nullopt if none is. Thread-safe.
std::optional<IndexedArticle> ArticleToIndex(const replica::ReadTransaction& transaction,
                                             uint64_t article, absl::Time now);

// The name that an index gives to the copy with an id: the id and the format of the index.
std::string CopyWithFormat(absl::string_view id);

// The copy that an index of it belongs to, together with the format of the index; empty while the
// copy is not complete.
std::string IndexedCopy(const replica::ReadTransaction& transaction);

// Whether it was taken down: nothing of it may stay in any file.
bool IsTakenDown(const replica::ReadTransaction& transaction, uint64_t article);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_SOURCE_H_
