#ifndef DATELINE_COMMON_HTTP_EXCHANGE_H_
#define DATELINE_COMMON_HTTP_EXCHANGE_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/http/redirect.h"
#include "common/http/request.h"
#include "common/http/transfer.h"

namespace dateline::http {

// A fetch from its request to its answer: the chain of its hops, one transfer at a time. Belongs to
// one thread.
class Exchange {
 public:
  // `request` must be valid; `settings` must outlive the exchange. Its time runs from now on.
  Exchange(const TransferSettings& settings, HttpRequest request);

  // Makes the transfer of the present hop. INTERNAL if libcurl refuses.
  absl::Status StartHop();
  // The transfer made last.
  Transfer& transfer() { return *transfer_; }

  // To be called when the transfer has ended: the exchange's result, or nullopt if another hop is
  // to be started.
  std::optional<absl::StatusOr<HttpResponse>> FinishHop(CURLcode code);

 private:
  absl::Duration TimeLeft() const;

  const TransferSettings& settings_;
  const HttpRequest request_;
  const absl::Duration deadline_;  // of Clock::Elapsed()
  std::vector<Hop> hops_;
  std::vector<Redirect> redirects_;
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_EXCHANGE_H_
