#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_LISTING_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_LISTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/article.pb.h"
#include "services/query/replica/read/plan.h"
#include "services/query/replica/store/keys.h"

namespace dateline::query::replica {

// Where one revision of an article stands: in which lists, at which place, and when it is visible.
struct Listing {
  ListEntry entry;
  Visibility visibility;
  std::vector<std::string> lists;  // prefixes
  // The lists by modify_time, and the place there.
  std::vector<std::string> modified_lists;
  ListEntry modified_entry;
  std::string path_prefix;  // of the paths table; empty if it has no path
};

// Topics of an article and what they stand for at present: itself or the one it was merged into,
// and all ancestors. Given by the caller, who can look them up.
struct TopicPlace {
  uint64_t topic = 0;
  std::vector<uint64_t> ancestors;
};

// The listing of one slot. `state` gives times, state and publication; `card` the revision;
// `authors` are its authors, each as the one who stands for him at present. A state other than
// PUBLISHED gives no lists. Pure.
Listing MakeListing(uint64_t article, Slot slot, const catalog::v1::ReplicatedArticle& state,
                    const content::v1::Article& card, const std::vector<TopicPlace>& topics,
                    const std::vector<uint64_t>& authors);

// Whether a plan over the lists by publish_time holds a revision that stands there. Pure.
bool Holds(const Plan& plan, const Listing& listing);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_LISTING_H_
