#ifndef DATELINE_SERVICES_QUERY_FOLLOW_COMPACTOR_H_
#define DATELINE_SERVICES_QUERY_FOLLOW_COMPACTOR_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/obs/metrics.h"
#include "services/query/replica/replica.h"

namespace dateline::query::follow {

// Cleans the copy's files after takedowns: all that came since the last time at once, with a pause
// between two times. Of the thread that applies, as nothing may be applied meanwhile.
class Compactor {
 public:
  // `pause` is less than the time that the catalog gives for a receipt, 10 minutes. `metrics` may
  // be null; all must outlive it.
  Compactor(replica::Replica& replica, Clock* clock, absl::Duration pause, obs::Metrics* metrics)
      : replica_(replica), clock_(clock), pause_(pause), metrics_(metrics) {}

  // How long until it is due; for ever if there is nothing to clean.
  absl::Duration Left() const;

  // Compacts; true if it was done. `check` is called now and then, and ends it by its error.
  bool Run(absl::FunctionRef<absl::Status()> check);

 private:
  replica::Replica& replica_;
  Clock* const clock_;
  const absl::Duration pause_;
  obs::Metrics* const metrics_;
  absl::Duration next_ = -absl::InfiniteDuration();
  int failures_ = 0;  // in a row
};

}  // namespace dateline::query::follow

#endif  // DATELINE_SERVICES_QUERY_FOLLOW_COMPACTOR_H_
