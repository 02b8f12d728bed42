#include "services/query/follow/receipts.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "prometheus/gauge.h"
#include "services/query/replica/read/journal.h"

namespace dateline::query::follow {
namespace {

// Nobody wakes it when files that could not be removed have gone.
constexpr absl::Duration kIdle = absl::Minutes(1);
// Others need about as long as it takes to write their files anew.
constexpr absl::Duration kOthersPause = absl::Milliseconds(500);
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(30);

// A catalog that lost the takedown with a failover waits for no receipt.
bool IsSettled(const absl::Status& status) {
  const auto reason = error::ReasonOf(status);
  return status.ok() || reason == errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND ||
         reason == errors::v1::ERROR_REASON_STATE_CONFLICT;
}

}  // namespace

ReceiptSender::ReceiptSender(replica::Replica& replica, CatalogFeed& feed, obs::Metrics* metrics,
                             std::function<bool(const JournalPlace&)> is_clean)
    : replica_(replica),
      feed_(feed),
      metrics_(metrics),
      is_clean_(std::move(is_clean)),
      worker_([this](Worker&) { return Step(); },
              [](absl::string_view what) {
                obs::Log(obs::Level::kError, "sending receipts threw", {{"error", what}});
              }) {}

absl::Duration ReceiptSender::Step() {
  const absl::Status status = SendOwed();
  if (status.ok()) {
    failures_ = 0;
    return awaited_.has_value() ? kOthersPause : kIdle;
  }
  // Each attempt of a long outage fails alike; one line tells it.
  if (failures_ == 0) {
    obs::Log(obs::Level::kWarning, "cannot send receipts of takedowns",
             {{"error", status.message()}});
  }
  return BackOff(kFirstPause, failures_++, kLongestPause);
}

absl::StatusOr<std::vector<std::string>> ReceiptSender::Sendable(
    const replica::OwedReceipts& owed) {
  if (is_clean_ == nullptr || owed.clean.empty()) return owed.clean;
  const std::shared_ptr<replica::Store> store = replica_.held();
  if (store == nullptr) return std::vector<std::string>();
  DATELINE_ASSIGN_OR_RETURN(const replica::ReadTransaction transaction, store->Read());
  const std::string copy = replica::CopyId(transaction);
  // All that is owed was taken down before this place of the journal.
  if (!awaited_.has_value() || awaited_->copy != copy) {
    awaited_ = JournalPlace{copy, replica::JournalEnd(transaction)};
    awaiting_ = owed.clean;
  }
  if (!is_clean_(*awaited_)) return std::vector<std::string>();
  awaited_.reset();
  return std::move(awaiting_);
}

absl::Status ReceiptSender::SendOwed() {
  DATELINE_ASSIGN_OR_RETURN(const replica::OwedReceipts owed, replica_.owed_receipts());
  const auto show = [&](size_t sent) {
    if (metrics_ == nullptr) return;
    metrics_
        ->Gauge("dateline_query_receipts_owed", "Takedowns that the catalog has no receipt for yet")
        .Set(static_cast<double>(owed.unclean) + static_cast<double>(owed.clean.size() - sent));
  };
  show(0);
  DATELINE_ASSIGN_OR_RETURN(const std::vector<std::string> sendable, Sendable(owed));
  if (sendable.empty()) return absl::OkStatus();
  // So that an unknown name means the article.
  DATELINE_RETURN_IF_ERROR(feed_.Register());
  std::vector<std::string> sent;
  absl::Status status;
  for (const std::string& article : sendable) {
    status = feed_.Acknowledge(article);
    if (!IsSettled(status)) break;
    status = absl::OkStatus();
    sent.push_back(article);
  }
  if (!sent.empty()) DATELINE_RETURN_IF_ERROR(replica_.ForgetReceipts(sent));
  show(sent.size());
  return status;
}

}  // namespace dateline::query::follow
