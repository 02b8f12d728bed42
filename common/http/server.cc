#include "common/http/server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/base/status_macros.h"
#include "common/obs/guarded.h"

namespace dateline::http {
namespace {

constexpr int kTooLarge = 413;
// How often connections are looked at for their age.
constexpr absl::Duration kSweep = absl::Milliseconds(100);

using AddressInfo = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::StatusOr<AddressInfo> Resolve(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(absl::ClippedSubstr(address, colon + 1), &port)) {
    return absl::InvalidArgumentError(absl::StrCat(address, " is not host:port"));
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[')
    host = std::string(absl::ClippedSubstr(host, 1, host.size() - 2));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &found) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(host, " is no host of this machine"));
  }
  return AddressInfo(found, &freeaddrinfo);
}

absl::Status Check(const HttpServerOptions& options) {
  if (options.threads <= 0 || options.max_connections < options.threads ||
      options.max_header_bytes == 0 || options.max_body_bytes == 0 ||
      options.idle_timeout < absl::Seconds(1) || options.total_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("a bound of the HTTP server makes no sense");
  }
  return absl::OkStatus();
}

MHD_Result AddArgument(void* closure, MHD_ValueKind, const char* name, const char* value) {
  static_cast<ServerRequest*>(closure)->arguments.emplace_back(name, value == nullptr ? "" : value);
  return MHD_YES;
}

MHD_Result AddHeader(void* closure, MHD_ValueKind, const char* name, const char* value) {
  static_cast<ServerRequest*>(closure)->headers.push_back({name, value == nullptr ? "" : value});
  return MHD_YES;
}

MHD_Result Answer(MHD_Connection* connection, const ServerResponse& answer) {
  MHD_Response* const response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type.c_str());
  // One request each, so that a connection's time is that of a request.
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  const MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned int>(answer.status), response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace

class HttpServer::Daemon {
 public:
  Daemon(HttpServerOptions options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}

  ~Daemon() {
    if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    changed_.SignalAll();
    if (sweeper_.joinable()) sweeper_.join();
  }

  absl::Status Start() {
    DATELINE_ASSIGN_OR_RETURN(const AddressInfo where, Resolve(options_.address));
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD;
    if (where->ai_family == AF_INET6) flags |= MHD_USE_IPv6;
    const auto threads = static_cast<unsigned int>(options_.threads);
    daemon_ = MHD_start_daemon(
        flags, /*port=*/0, nullptr, nullptr, &Daemon::OnRequest, this,  //
        MHD_OPTION_SOCK_ADDR, where->ai_addr,                           //
        MHD_OPTION_THREAD_POOL_SIZE, threads == 1 ? 0U : threads,       //
        MHD_OPTION_CONNECTION_LIMIT, static_cast<unsigned int>(options_.max_connections),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options_.max_header_bytes,  //
        MHD_OPTION_CONNECTION_TIMEOUT,
        static_cast<unsigned int>(absl::ToInt64Seconds(options_.idle_timeout)),
        MHD_OPTION_STRICT_FOR_CLIENT, 1,                          //
        MHD_OPTION_NOTIFY_COMPLETED, &Daemon::OnCompleted, this,  //
        MHD_OPTION_NOTIFY_CONNECTION, &Daemon::OnConnection, this, MHD_OPTION_END);
    if (daemon_ == nullptr) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.address));
    }
    sweeper_ = std::thread([this] { Sweep(); });
    return absl::OkStatus();
  }

  int port() const {
    const MHD_DaemonInfo* const info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT);
    return info == nullptr ? 0 : info->port;
  }

 private:
  // An exception must not cross libmicrohttpd, which is C.
  static MHD_Result OnRequest(void* self, MHD_Connection* connection, const char* url,
                              const char* method, const char* /*version*/, const char* data,
                              size_t* size, void** closure) {
    MHD_Result result = MHD_NO;
    obs::Guarded("a request", [&] {
      result = static_cast<Daemon*>(self)->Take(connection, url, method, data, size, closure);
      return absl::OkStatus();
    }).IgnoreError();
    return result;
  }

  MHD_Result Take(MHD_Connection* connection, const char* url, const char* method, const char* data,
                  size_t* size, void** closure) {
    if (*closure == nullptr) return Begin(connection, url, method, closure);
    auto* const incoming = static_cast<ServerRequest*>(*closure);
    if (*size > 0) {
      // A body without a length that outgrows its bound: nothing can be said in the middle of it.
      if (incoming->body.size() + *size > options_.max_body_bytes) return MHD_NO;
      incoming->body.append(data, *size);
      *size = 0;
      return MHD_YES;
    }
    return Answer(connection, Handle(*incoming));
  }

  MHD_Result Begin(MHD_Connection* connection, const char* url, const char* method,
                   void** closure) const {
    auto* const incoming = new ServerRequest();
    *closure = incoming;
    incoming->method = method;
    incoming->path = url;
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &AddArgument, incoming);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, &AddHeader, incoming);
    uint64_t length = 0;
    const std::string announced = incoming->Header("content-length");
    if (absl::SimpleAtoi(announced, &length) && length > options_.max_body_bytes) {
      return Answer(connection, {kTooLarge, "text/plain; charset=utf-8", "too large\n"});
    }
    return MHD_YES;
  }

  ServerResponse Handle(const ServerRequest& request) {
    ServerResponse response{500, "text/plain; charset=utf-8", "internal error\n"};
    obs::Guarded("a handler of requests", [&] {
      response = handler_(request);
      return absl::OkStatus();
    }).IgnoreError();
    return response;
  }

  static void OnCompleted(void* /*self*/, MHD_Connection*, void** closure,
                          MHD_RequestTerminationCode) {
    delete static_cast<ServerRequest*>(*closure);
    *closure = nullptr;
  }

  // libmicrohttpd tells the end of a connection before it closes the socket.
  static void OnConnection(void* self, MHD_Connection* connection, void** /*closure*/,
                           MHD_ConnectionNotificationCode code) {
    auto* const daemon = static_cast<Daemon*>(self);
    MutexLock lock(daemon->mutex_);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
      daemon->open_.erase(connection);
      return;
    }
    const MHD_ConnectionInfo* const info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    daemon->open_[connection] = {info->connect_fd, RealClock()->Elapsed()};
  }

  // libmicrohttpd's own timeout is one of silence: who sends a byte now and then is caught here.
  // Nothing in it throws.
  void Sweep() {
    MutexLock lock(mutex_);
    while (!stopping_) {
      const absl::Duration now = RealClock()->Elapsed();
      for (const auto& [connection, open] : open_) {
        if (now - open.since > options_.total_timeout) shutdown(open.fd, SHUT_RDWR);
      }
      changed_.WaitFor(mutex_, kSweep);
    }
  }

  struct Open {
    int fd = -1;
    absl::Duration since;
  };

  const HttpServerOptions options_;
  const Handler handler_;
  MHD_Daemon* daemon_ = nullptr;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<MHD_Connection*, Open> open_ ABSL_GUARDED_BY(mutex_);
  std::thread sweeper_;
};

std::string ServerRequest::Argument(absl::string_view name) const {
  const auto found = std::find_if(arguments.begin(), arguments.end(),
                                  [&](const auto& argument) { return argument.first == name; });
  return found == arguments.end() ? "" : found->second;
}

std::string ServerRequest::Header(absl::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (absl::EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return "";
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                              Handler handler) {
  DATELINE_RETURN_IF_ERROR(Check(options));
  auto daemon = std::make_unique<Daemon>(std::move(options), std::move(handler));
  DATELINE_RETURN_IF_ERROR(daemon->Start());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(daemon)));
}

HttpServer::HttpServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return daemon_->port(); }

}  // namespace dateline::http
