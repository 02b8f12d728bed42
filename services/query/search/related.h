#ifndef DATELINE_SERVICES_QUERY_SEARCH_RELATED_H_
#define DATELINE_SERVICES_QUERY_SEARCH_RELATED_H_

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// What makes articles related. Within this folder only.
namespace dateline::query::search {

// Finds what shares topics or telling words with an article: the words that are frequent in it and
// rare elsewhere (Xapian's expansion terms), and its topics, each by how rare it is. Lives for one
// match.
class RelatedQuery {
 public:
  // An article that the index does not have is judged by its topics alone.
  RelatedQuery(const Xapian::Database& database, uint64_t article,
               const std::vector<std::string>& topics);

  const Xapian::Query& query() const { return query_; }

 private:
  std::vector<std::unique_ptr<Xapian::FixedWeightPostingSource>> sources_;
  Xapian::Query query_;
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_RELATED_H_
