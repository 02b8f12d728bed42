#ifndef DATELINE_SERVICES_QUERY_SERVICE_TEASERS_H_
#define DATELINE_SERVICES_QUERY_SERVICE_TEASERS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "dateline/content/v1/article.pb.h"
#include "services/query/service/view.h"

namespace dateline::query::service {

// Cuts teasers anew to a number of words that a caller asks for, with the ellipsis of each
// article's publication. Lives for one call.
class Teasers {
 public:
  Teasers(const View& view, int words) : view_(view), words_(words) {}

  // The encoded article with its teaser cut, from an encoded FULL one: a teaser that was cut from
  // the body is cut from it again; one from a feed, whose text is all that there is, is only made
  // shorter; an editor's stays whole. In the BASIC view unless `full`. INTERNAL if the article
  // cannot be read.
  absl::StatusOr<std::string> Cut(const std::string& encoded, bool full);

 private:
  const std::string& EllipsisOf(const std::string& publication);

  const View& view_;
  const int words_;
  std::map<std::string, std::string> ellipses_;  // by publication
};

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_TEASERS_H_
