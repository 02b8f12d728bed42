#ifndef DATELINE_SERVICES_QUERY_FOLLOW_KEY_COMPARISON_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_KEY_COMPARISON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::follow {

// Where a copy is not what the catalog says.
struct Differences {
  // States that make resources gone: as the catalog says it, or, for what it does not know, of
  // version 0, so that whatever gets that key later is newer.
  std::vector<catalog::v1::ResourceState> gone;
  // Articles whose states are to be fetched: key and name.
  struct Article {
    int64_t key = 0;
    std::string name;
  };
  std::vector<Article> articles;
  // Whether any other resource is to be fetched.
  bool vocabulary = false;
};

// Whether a copy holds this very state: kind, key, name, version and digest say so. `key` may be a
// state of the view KEYS.
bool Holds(const replica::ReadTransaction& copy, const catalog::v1::ResourceState& key);

// Compares the states of an export of the view KEYS, as they come, with what a copy holds. One
// thread; nothing may be applied meanwhile.
class KeyComparison {
 public:
  // `copy` must outlive it.
  explicit KeyComparison(const replica::ReadTransaction& copy);

  // The next key. RESOURCE_EXHAUSTED if so much differs that a whole copy is the better way;
  // DATA_LOSS if keys are not in order.
  absl::Status Add(const catalog::v1::ResourceState& key);
  // There are no more.
  absl::Status Finish();

  const Differences& differences() const { return differences_; }

 private:
  // Whatever the copy holds before this key is gone.
  absl::Status SkipTo(absl::string_view key);

  const replica::ReadTransaction& copy_;
  replica::Cursor held_;
  bool more_ = false;
  std::string last_;
  Differences differences_;
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_KEY_COMPARISON_H_
