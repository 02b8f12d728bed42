#ifndef DATELINE_SERVICES_QUERY_SEARCH_COMPILE_H_
#define DATELINE_SERVICES_QUERY_SEARCH_COMPILE_H_

#include <xapian.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/query/replica/read/plan.h"
#include "services/query/search/query.h"

// Conditions as Xapian's queries. Within this folder only.
namespace dateline::query::search {

// What a text query finds, by words as written and, for the languages given, by their stems.
// Nothing for a query without a word.
Xapian::Query CompileText(const TextQuery& query, const std::vector<std::string>& languages);

// What a plan over the lists by publish_time holds.
Xapian::Query CompilePlan(const replica::Plan& plan);

// Articles in one of these languages, in a variety of one, or in what one is a variety of (RFC
// 4647), and those of which no language is known. All for none.
Xapian::Query CompileLanguages(const std::vector<std::string>& languages);

// Articles whose visibility has ended at `now`.
Xapian::Query CompileEnded(absl::Time now);

// Whether a condition is seen to hold for every document, so that nothing has to be looked at for
// it: that is so of a list of all articles, and of the one language of a publication.
bool HoldsForAll(const Xapian::Query& condition, const Xapian::Database& database);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_COMPILE_H_
