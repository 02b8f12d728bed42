#ifndef DATELINE_SERVICES_QUERY_SERVICE_INCLUDED_H_
#define DATELINE_SERVICES_QUERY_SERVICE_INCLUDED_H_

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dateline/content/v1/article.pb.h"
#include "dateline/content/v1/author.pb.h"
#include "dateline/content/v1/publication.pb.h"
#include "dateline/content/v1/topic.pb.h"
#include "dateline/query/v1/filter.pb.h"
#include "services/query/service/view.h"

namespace dateline::query::service {

// A topic, an author or a publication as it rides along with other things: whole, or only its name
// (and its display name, if that is short) when it has more than `budget` bytes. Takes what it has
// from `budget`. Pure.
content::v1::Topic Fitted(content::v1::Topic topic, size_t* budget);
content::v1::Author Fitted(content::v1::Author author, size_t* budget);
content::v1::Publication Fitted(content::v1::Publication publication, size_t* budget);

// Topics, authors and publications that ride along with articles, each once, in the order in which
// they first occur. Lives for one call.
class Included {
 public:
  Included(const View& view, const v1::Include& include) : view_(view), include_(include) {}

  // Whether anything is asked for.
  static bool Any(const v1::Include& include) {
    return include.topics() || include.authors() || include.publications();
  }

  // Looks up what `card` adds to what is kept; how many bytes that has. Forgets what was looked up
  // before and not kept.
  size_t Prepare(const content::v1::Article& card);
  // Keeps what was prepared, within a budget of bytes.
  void Keep(size_t budget);

  // Puts all that is kept into an answer.
  template <typename Response>
  void MoveTo(Response* response) {
    for (content::v1::Topic& topic : topics_) *response->add_topics() = std::move(topic);
    for (content::v1::Author& author : authors_) *response->add_authors() = std::move(author);
    for (content::v1::Publication& publication : publications_) {
      *response->add_publications() = std::move(publication);
    }
  }

 private:
  const View& view_;
  const v1::Include& include_;
  std::set<std::string> seen_;  // names, as the articles have them
  std::vector<content::v1::Topic> topics_;
  std::vector<content::v1::Author> authors_;
  std::vector<content::v1::Publication> publications_;
  std::set<std::string> new_names_;
  std::vector<content::v1::Topic> new_topics_;
  std::vector<content::v1::Author> new_authors_;
  std::vector<content::v1::Publication> new_publications_;
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_INCLUDED_H_
