#ifndef DATELINE_SERVICES_CATALOG_FEED_CHANGE_FILTER_H_
#define DATELINE_SERVICES_CATALOG_FEED_CHANGE_FILTER_H_

#include <set>
#include <string>
#include <vector>

#include "dateline/catalog/v1/changes.pb.h"
#include "services/catalog/store/log/change_log.h"

namespace dateline::catalog::feed {

// Which changes a reader wants to be told of; what is empty lets all through.
struct ChangeFilter {
  std::set<v1::ResourceKind> kinds = {};
  std::vector<std::string> publications = {};  // Of articles and of old paths, by name.
  std::vector<std::string> topics = {};        // Of articles, live or scheduled, by name.

  // Whether names have to be looked up before it can be asked.
  bool has_names() const { return !publications.empty() || !topics.empty(); }
};

// What becomes of a change.
enum class Told {
  kYes,
  kNo,
  kIfLeft,  // Only if its article has just left one of the topics.
};

// Whether a reader is told of a change. A tombstone of an article is told in any case, as nothing
// says any more where the article stood; so are topics, authors and publications. Pure.
Told Filter(const ChangeFilter& filter, const store::FilterKeys& keys, const v1::Change& change);

}  // namespace dateline::catalog::feed

#endif  // DATELINE_SERVICES_CATALOG_FEED_CHANGE_FILTER_H_
