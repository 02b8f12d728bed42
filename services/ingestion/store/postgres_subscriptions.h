#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SUBSCRIPTIONS_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SUBSCRIPTIONS_H_

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "common/pg/pool.h"
#include "services/ingestion/store/source_store.h"
#include "services/ingestion/store/subscription_store.h"

namespace dateline::ingestion::store {

// Within the transaction that records a fetch: makes the source's subscription fit what its
// document says of its hub. Another hub or topic is another subscription, with another token and
// secret.
void OfferHub(pqxx::transaction_base& transaction, int64_t source_key, const HubOffer& offer);

// SubscriptionStore in the schema `ingestion`. Thread-safe. The pool must outlive it.
class PostgresSubscriptionStore final : public SubscriptionStore {
 public:
  explicit PostgresSubscriptionStore(pg::Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::optional<Subscription>> TakeDueSubscription(const RequestContext& context,
                                                                  absl::Duration pending) override;
  absl::Status SetNextAttempt(const RequestContext& context, const Subscription& subscription,
                              absl::Duration wait, const std::string& error) override;
  absl::StatusOr<Subscription> FindSubscription(const RequestContext& context,
                                                const std::string& token) override;
  absl::StatusOr<bool> Confirm(const RequestContext& context, const std::string& token,
                               const std::string& topic, absl::Duration lease,
                               absl::Duration renew) override;
  absl::StatusOr<bool> Deny(const RequestContext& context, const std::string& token,
                            const std::string& topic, absl::Duration wait,
                            const std::string& reason) override;
  absl::Status Push(const RequestContext& context, const std::string& token,
                    absl::Duration spacing) override;
  absl::Status CountBadPush(const RequestContext& context, const std::string& token) override;

 private:
  pg::Pool& pool_;
};

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SUBSCRIPTIONS_H_
