#ifndef DATELINE_SERVICES_INGESTION_STORE_SUBSCRIPTION_STORE_H_
#define DATELINE_SERVICES_INGESTION_STORE_SUBSCRIPTION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/request_context.h"

namespace dateline::ingestion::store {

// A source's subscription at a hub.
struct Subscription {
  int64_t source_key = 0;
  std::string token;
  std::string secret;
  std::string hub;
  std::string topic;
  int attempts = 0;  // that have failed in a row
};

// Subscriptions, shared by all ingestion processes: whichever is asked answers a hub. They are made
// and removed by EndFetch, as feeds name their hubs. Every call may fail with DATABASE_UNAVAILABLE,
// DEADLINE_EXCEEDED or CANCELLED. Thread-safe.
class SubscriptionStore {
 public:
  virtual ~SubscriptionStore() = default;

  // Takes a subscription that its hub is to be asked for, new or before it ends, of an active
  // source; from now on for `pending` the hub may verify it. The next attempt is in `pending`,
  // doubled for each that failed before, unless SetNextAttempt or Confirm says otherwise. nullopt
  // if there is none.
  virtual absl::StatusOr<std::optional<Subscription>> TakeDueSubscription(
      const RequestContext& context, absl::Duration pending) = 0;
  // When the hub is asked again, after an attempt that failed with `error`; it may no longer
  // verify.
  virtual absl::Status SetNextAttempt(const RequestContext& context,
                                      const Subscription& subscription, absl::Duration wait,
                                      const std::string& error) = 0;

  // The subscription of a callback. RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<Subscription> FindSubscription(const RequestContext& context,
                                                        const std::string& token) = 0;
  // The hub's verification: it pushes for `lease` from now on, and is asked again after `renew`.
  // False if it was not asked for this topic, or too long ago.
  virtual absl::StatusOr<bool> Confirm(const RequestContext& context, const std::string& token,
                                       const std::string& topic, absl::Duration lease,
                                       absl::Duration renew) = 0;
  // The hub's refusal of this topic: it is asked again after `wait`. False as of Confirm.
  virtual absl::StatusOr<bool> Deny(const RequestContext& context, const std::string& token,
                                    const std::string& topic, absl::Duration wait,
                                    const std::string& reason) = 0;
  // A push that was signed well: the source is due, but at most once in `spacing` for this reason.
  virtual absl::Status Push(const RequestContext& context, const std::string& token,
                            absl::Duration spacing) = 0;
  // Counts a push that was not.
  virtual absl::Status CountBadPush(const RequestContext& context, const std::string& token) = 0;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_SUBSCRIPTION_STORE_H_
