#ifndef DATELINE_COMMON_HTTP_CLIENT_H_
#define DATELINE_COMMON_HTTP_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/request_context.h"
#include "common/http/request.h"

namespace dateline::http {

struct HttpClientOptions {
  std::string user_agent = "Dateline/1.0";
  // CIDR blocks that may be reached besides public addresses.
  std::vector<std::string> allowed_networks = {};
  // Certificates to trust, a PEM file; empty: the system's.
  std::string ca_file = {};
  int max_connections = 100;
  int max_connections_per_host = 6;
  // Fetches at once, those that wait for a connection included; more are refused.
  int max_in_flight = 1'000;
};

// The one client for servers outside of Dateline: HTTP/1.1 and HTTP/2, gzip, deflate and Brotli,
// all transfers on one thread of its own. It connects to public addresses only, judged on the
// socket of every hop, so that neither a name nor a redirect leads inside. Proxies of the
// environment are not used. Thread-safe.
class HttpClient {
 public:
  // Called once per accepted fetch, on the client's thread: it must not block and must not destroy
  // the client, but may start another fetch. Gets an answer of any status, or FETCH_FAILED with the
  // cause, ADDRESS_NOT_PUBLIC, or CANCELLED.
  using Callback = std::function<void(absl::StatusOr<HttpResponse>)>;
  using FetchId = uint64_t;

  // INVALID_ARGUMENT if a network is none, a bound is not positive or the user agent has control
  // characters; INTERNAL if libcurl cannot be started.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(HttpClientOptions options);

  // Cancels what is under way and waits for its callbacks. Not from a callback.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Starts a fetch. INVALID_FIELD or OVERLOADED at once, and then `callback` is never called.
  absl::StatusOr<FetchId> Fetch(HttpRequest request, Callback callback);

  // Ends a fetch with CANCELLED unless it has ended.
  void Cancel(FetchId id);

  // Fetches and waits, at most until the context's deadline (DEADLINE_EXCEEDED) or until its caller
  // goes (CANCELLED). Not from a callback.
  absl::StatusOr<HttpResponse> FetchBlocking(const RequestContext& context, HttpRequest request);

 private:
  class Loop;
  explicit HttpClient(std::unique_ptr<Loop> loop);

  const std::unique_ptr<Loop> loop_;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_CLIENT_H_
