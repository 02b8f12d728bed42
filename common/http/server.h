#ifndef DATELINE_COMMON_HTTP_SERVER_H_
#define DATELINE_COMMON_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/http/request.h"

namespace dateline::http {

// A request as it came in.
struct ServerRequest {
  std::string method;  // as sent, e.g. "GET"
  std::string path;    // decoded, without the query
  // Of the query, decoded, in order.
  std::vector<std::pair<std::string, std::string>> arguments;
  std::vector<HttpHeader> headers;
  std::string body;

  // The first argument of this name, or "".
  std::string Argument(absl::string_view name) const;
  // The first header of this name (in any case), or "".
  std::string Header(absl::string_view name) const;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1:0";  // host:port; port 0 takes a free one
  int threads = 2;                      // each serves its connections one after the other
  int max_connections = 64;             // more are closed at once
  size_t max_header_bytes = size_t{16} << 10;
  size_t max_body_bytes = size_t{1} << 20;  // more is answered with 413, and not kept
  absl::Duration idle_timeout = absl::Seconds(10);
  absl::Duration total_timeout = absl::Seconds(30);  // of a connection, from its first byte on
};

// A small HTTP/1.1 server for calls from outside, with every bound set: connections, sizes and
// times, also against clients that send a byte now and then. No TLS: a proxy in front of it has
// that. It is libmicrohttpd in a wrapper. Thread-safe.
class HttpServer {
 public:
  // Called on one of the server's threads for each whole request; several at once. Must not throw;
  // may block for as long as its callers may wait.
  using Handler = std::function<ServerResponse(const ServerRequest&)>;

  // INVALID_ARGUMENT if the address or a bound makes no sense; UNAVAILABLE if it cannot listen.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpServerOptions options,
                                                           Handler handler);
  // Ends when all handlers have.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;

 private:
  class Daemon;
  explicit HttpServer(std::unique_ptr<Daemon> daemon);

  const std::unique_ptr<Daemon> daemon_;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_SERVER_H_
