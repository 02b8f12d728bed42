#ifndef DATELINE_SERVICES_INGESTION_WEBSUB_CALLBACK_H_
#define DATELINE_SERVICES_INGESTION_WEBSUB_CALLBACK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/request_context.h"
#include "common/http/server.h"
#include "common/obs/metrics.h"
#include "services/ingestion/store/subscription_store.h"

namespace dateline::ingestion::websub {

// The path under which hubs call, with the subscription's token behind it.
inline constexpr char kPath[] = "/websub/";

// What hubs get when they call (W3C WebSub, sections 5.3 and 7). A GET is answered with its
// challenge only if this hub was asked for this topic a short while ago; a POST that is signed well
// makes the source due, and nothing of its body is kept. A wrong signature is answered like a right
// one, so that nobody learns from it, and counted. Thread-safe.
class Callback {
 public:
  // Both must outlive it.
  Callback(store::SubscriptionStore& store, obs::Metrics& metrics)
      : store_(store), metrics_(metrics) {}

  // An http::HttpServer::Handler.
  http::ServerResponse Handle(const http::ServerRequest& request);

 private:
  http::ServerResponse Verify(const RequestContext& context, const std::string& token,
                              const http::ServerRequest& request);
  http::ServerResponse Push(const RequestContext& context, const std::string& token,
                            const http::ServerRequest& request);
  void Count(const char* outcome);

  store::SubscriptionStore& store_;
  obs::Metrics& metrics_;
};

}  // namespace dateline::ingestion::websub

#endif  // DATELINE_SERVICES_INGESTION_WEBSUB_CALLBACK_H_
