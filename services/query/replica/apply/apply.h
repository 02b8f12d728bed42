#ifndef DATELINE_SERVICES_QUERY_REPLICA_APPLY_APPLY_H_
#define DATELINE_SERVICES_QUERY_REPLICA_APPLY_APPLY_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dateline/catalog/v1/changes.pb.h"
#include "dateline/content/v1/position.pb.h"
#include "services/query/replica/apply/copy_state.h"
#include "services/query/replica/store/store.h"

namespace dateline::query::replica {

// What is written in one transaction: states, and the position and time that the copy has with
// them.
struct Batch {
  std::vector<catalog::v1::ResourceState> states;
  content::v1::LogPosition position;     // not set (no log id): the stored one stays
  absl::Time at = absl::InfinitePast();  // the primary's clock; InfinitePast: the stored one stays
  bool replaces = false;  // a state replaces one of a higher version too: on another timeline
  // What readers are at once they have read this, for the journal; not set: `position`.
  content::v1::LogPosition journal_position = {};
};

// Applies a batch: data and position together, so that a restart resumes where the data is. A state
// whose version is not above the one held is ignored, tombstones included; so repetition and
// disorder do no harm. A state that cannot be used takes its article out of every list and goes to
// quarantine with the batch's position and the reason; the others are applied. That is so too for a
// state that looked usable and whose writing failed or threw; then the batch is applied state by
// state. Errors are the machine's (disk full); then nothing of the batch is applied, or only its
// beginning, and it is to be applied again. Never throws. One caller at a time.
absl::Status Apply(Store& store, const Batch& batch);

// The same, with a function that is called before each state is written and may throw.
absl::Status ApplyForTest(Store& store, const Batch& batch,
                          const std::function<void(const catalog::v1::ResourceState&)>& on_state);

// Whether something in the lists turns by time at or before `at` that was not looked at yet.
bool IsDue(const Store& store, absl::Time at);

// Whether a state says that an article was taken down: then a receipt is owed for it (takedowns.h).
bool IsTakedown(const catalog::v1::ResourceState& state);

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_APPLY_APPLY_H_
