#ifndef DATELINE_SERVICES_QUERY_SEARCH_SPELLING_H_
#define DATELINE_SERVICES_QUERY_SEARCH_SPELLING_H_

#include <xapian.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/query/search/query.h"

// What a misspelled query may have meant. Within this folder only.
namespace dateline::query::search {

// The query with each word that is in no article replaced by the most frequent one that is one
// letter away: one more, one less, another one, or two in another order. Empty if nothing was
// replaced. The dictionary is the index itself, so nothing that left it is ever suggested.
std::string Respelled(const Xapian::Database& database, absl::string_view text,
                      const TextQuery& query, const std::vector<std::string>& languages);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_SPELLING_H_
