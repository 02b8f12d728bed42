#ifndef DATELINE_SERVICES_QUERY_SEARCH_QUERY_H_
#define DATELINE_SERVICES_QUERY_SEARCH_QUERY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/query/search/text.h"

// What people type into a search box.
namespace dateline::query::search {

// One thing that is looked for.
struct Clause {
  enum class Kind {
    kWord,    // one word, in any of its forms
    kPhrase,  // words that follow each other
    kPrefix,  // words that begin so
  };
  Kind kind = Kind::kWord;
  std::vector<Word> words;
};

// Every group must be found, by any of its clauses; none of `excluded` may.
struct TextQuery {
  std::vector<std::vector<Clause>> groups;
  std::vector<Clause> excluded;
};

// Words of a query that are used; what comes behind them is ignored.
inline constexpr size_t kMaxQueryWords = 32;
// A shorter prefix is taken as a word: it would be looked for in half of the index.
inline constexpr size_t kMinPrefixBytes = 2;

// Reads a query: words, "a phrase", begin*, -without, NOT without, this OR that. Words that are
// written as one (`north-east`) are a phrase. There is no wrong query: what has no meaning is taken
// as text. Thread-safe.
TextQuery ParseQuery(absl::string_view text);

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_QUERY_H_
