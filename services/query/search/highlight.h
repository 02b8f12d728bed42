#ifndef DATELINE_SERVICES_QUERY_SEARCH_HIGHLIGHT_H_
#define DATELINE_SERVICES_QUERY_SEARCH_HIGHLIGHT_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/query/search/query.h"

namespace dateline::query::search {

// A stretch of a text, in bytes.
struct Stretch {
  size_t begin = 0;
  size_t end = 0;
};

// A piece of a text, and what matches in it.
struct Snippet {
  std::string text;
  std::vector<Stretch> matches;  // bytes of `text`
};

// Finds the words of a query in texts, by the rules that the index is searched by. Belongs to
// the thread that makes it.
class Highlighter {
 public:
  // `languages` are those that the query is stemmed by.
  Highlighter(const TextQuery& query, const std::vector<std::string>& languages);

  // The words that match, in order; phrases as one stretch.
  std::vector<Stretch> MatchesIn(absl::string_view text) const;

  // About 30 words around the place with the most different words of the query; the text's
  // beginning if there is none. What stands between words is as in the text.
  Snippet SnippetOf(absl::string_view text) const;

 private:
  struct Found {
    size_t first = 0;  // words
    size_t last = 0;
    size_t clause = 0;
  };
  std::vector<Found> Find(const std::vector<Word>& words) const;
  bool Matches(const Clause& clause, const std::set<std::string>& stems, const Word& word) const;
  // The first clause that is no phrase and that the word matches; clauses_.size() for none.
  size_t ClauseOf(const Word& word) const;

  std::vector<Clause> clauses_;
  std::vector<std::set<std::string>> stems_;  // of each clause that is a word
  const std::vector<std::shared_ptr<const Stemmer>> stemmers_;
  // What words were found to match, as stems cost the most and words come again. Bounded.
  mutable absl::flat_hash_map<std::string, size_t> known_;
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_HIGHLIGHT_H_
