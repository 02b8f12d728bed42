#include "common/http/client.h"

#include <curl/curl.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/http/exchange.h"
#include "common/obs/guarded.h"

namespace dateline::http {
namespace {

constexpr int kPollMilliseconds = 1'000;  // a wake-up ends it earlier
// How often a blocked caller looks whether its own caller has gone.
constexpr absl::Duration kCancellationPoll = absl::Milliseconds(20);

// With CURLOPT_NOSIGNAL libcurl leaves it to us that a server which closes early does not end the
// process.
void BlockSigpipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

absl::Status Check(const HttpClientOptions& options) {
  const auto is_control = [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); };
  if (std::any_of(options.user_agent.begin(), options.user_agent.end(), is_control)) {
    return absl::InvalidArgumentError("user_agent has control characters");
  }
  const std::pair<const char*, int> bounds[] = {
      {"max_connections", options.max_connections},
      {"max_connections_per_host", options.max_connections_per_host},
      {"max_in_flight", options.max_in_flight}};
  for (const auto& [name, value] : bounds) {
    // libcurl would take 0 for "no bound".
    if (value <= 0) return absl::InvalidArgumentError(absl::StrCat(name, " is not positive"));
  }
  return absl::OkStatus();
}

}  // namespace

// The thread with libcurl's multi handle. Other threads leave it commands.
class HttpClient::Loop {
 public:
  Loop(const HttpClientOptions& options, AddressPolicy addresses, CURLM* multi)
      : settings_{options.user_agent, options.ca_file, std::move(addresses)},
        max_in_flight_(options.max_in_flight),
        multi_(multi) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      static_cast<long>(options.max_connections));
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(options.max_connections_per_host));
    thread_ = std::thread([this] { Run(); });
  }

  ~Loop() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  absl::StatusOr<FetchId> Submit(HttpRequest request, Callback callback) {
    FetchId id;
    {
      MutexLock lock(mutex_);
      if (in_flight_ >= max_in_flight_ || stopping_) return error::Overloaded();
      ++in_flight_;
      id = next_id_++;
      // The exchange is made here, so that its time runs from the call on.
      auto exchange = std::make_unique<Exchange>(settings_, std::move(request));
      submitted_.emplace_back(id, Fetching{std::move(exchange), std::move(callback)});
    }
    curl_multi_wakeup(multi_);
    return id;
  }

  void Cancel(FetchId id) {
    {
      MutexLock lock(mutex_);
      cancelled_.push_back(id);
    }
    curl_multi_wakeup(multi_);
  }

 private:
  struct Fetching {
    std::unique_ptr<Exchange> exchange;
    Callback callback;
  };
  using FetchingMap = std::map<FetchId, Fetching>;

  void Run() {
    BlockSigpipe();
    for (bool goes_on = true; goes_on;) {
      obs::Guarded("a round of fetches", [&] {
        goes_on = TakeCommands();
        if (goes_on) Round();
        return absl::OkStatus();
      }).IgnoreError();
    }
    while (!fetching_.empty()) {
      curl_multi_remove_handle(multi_, fetching_.begin()->second.exchange->transfer().handle());
      End(fetching_.begin(), error::Cancelled());
    }
  }

  // Goes on with the fetches under way until there is something to do.
  void Round() {
    int running = 0;
    curl_multi_perform(multi_, &running);
    int queued = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &queued)) {
      if (message->msg == CURLMSG_DONE) OnDone(message->easy_handle, message->data.result);
    }
    curl_multi_poll(multi_, nullptr, 0, kPollMilliseconds, nullptr);
  }

  // Begins and cancels what was asked for; false when the client is being destroyed.
  bool TakeCommands() {
    std::vector<std::pair<FetchId, Fetching>> submitted;
    std::vector<FetchId> cancelled;
    bool stopping;
    {
      MutexLock lock(mutex_);
      submitted.swap(submitted_);
      cancelled.swap(cancelled_);
      stopping = stopping_;
    }
    for (auto& [id, fetching] : submitted) {
      StartHop(fetching_.emplace(id, std::move(fetching)).first);
    }
    for (const FetchId id : cancelled) {
      const auto it = fetching_.find(id);
      if (it == fetching_.end()) continue;
      curl_multi_remove_handle(multi_, it->second.exchange->transfer().handle());
      End(it, error::Cancelled());
    }
    return !stopping;
  }

  void StartHop(FetchingMap::iterator it) {
    Exchange& exchange = *it->second.exchange;
    const absl::Status prepared = exchange.StartHop();
    if (!prepared.ok()) return End(it, prepared);
    by_handle_[exchange.transfer().handle()] = it->first;
    if (curl_multi_add_handle(multi_, exchange.transfer().handle()) != CURLM_OK) {
      End(it, error::Internal("cannot start an HTTP request"));
    }
  }

  void OnDone(CURL* handle, CURLcode code) {
    const auto it = fetching_.find(by_handle_.at(handle));
    curl_multi_remove_handle(multi_, handle);
    by_handle_.erase(handle);
    std::optional<absl::StatusOr<HttpResponse>> result = it->second.exchange->FinishHop(code);
    if (result.has_value()) return End(it, *std::move(result));
    StartHop(it);
  }

  void End(FetchingMap::iterator it, absl::StatusOr<HttpResponse> result) {
    const Fetching ended = std::move(it->second);
    by_handle_.erase(ended.exchange->transfer().handle());
    fetching_.erase(it);
    {
      MutexLock lock(mutex_);
      --in_flight_;
    }
    // It is its caller's, and the other fetches must go on.
    obs::Guarded("an answer's callback", [&] {
      ended.callback(std::move(result));
      return absl::OkStatus();
    }).IgnoreError();
  }

  const TransferSettings settings_;
  const int max_in_flight_;
  CURLM* const multi_;
  Mutex mutex_;
  std::vector<std::pair<FetchId, Fetching>> submitted_ ABSL_GUARDED_BY(mutex_);
  std::vector<FetchId> cancelled_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  FetchId next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The loop's thread only.
  FetchingMap fetching_;
  std::map<CURL*, FetchId> by_handle_;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(HttpClientOptions options) {
  DATELINE_RETURN_IF_ERROR(Check(options));
  DATELINE_ASSIGN_OR_RETURN(AddressPolicy addresses,
                            AddressPolicy::Create(options.allowed_networks));
  static const bool initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CURLM* const multi = initialised ? curl_multi_init() : nullptr;
  if (multi == nullptr) return error::Internal("cannot start the HTTP client");
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::make_unique<Loop>(options, std::move(addresses), multi)));
}

HttpClient::HttpClient(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
HttpClient::~HttpClient() = default;

absl::StatusOr<HttpClient::FetchId> HttpClient::Fetch(HttpRequest request, Callback callback) {
  DATELINE_RETURN_IF_ERROR(Validate(request));
  return loop_->Submit(std::move(request), std::move(callback));
}

void HttpClient::Cancel(FetchId id) { loop_->Cancel(id); }

absl::StatusOr<HttpResponse> HttpClient::FetchBlocking(const RequestContext& context,
                                                       HttpRequest request) {
  struct Waiting {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::StatusOr<HttpResponse>> result ABSL_GUARDED_BY(mutex);
  };
  if (context.cancelled()) return error::Cancelled();
  if (context.remaining() <= absl::ZeroDuration()) return error::DeadlineExceeded();
  const auto waiting = std::make_shared<Waiting>();
  DATELINE_ASSIGN_OR_RETURN(const FetchId id, Fetch(std::move(request), [waiting](auto result) {
                              MutexLock lock(waiting->mutex);
                              waiting->result = std::move(result);
                              waiting->changed.Signal();
                            }));
  MutexLock lock(waiting->mutex);
  while (!waiting->result.has_value()) {
    if (context.cancelled() || context.remaining() <= absl::ZeroDuration()) {
      // Nobody waits for the result any more; the callback keeps what it needs.
      Cancel(id);
      return context.cancelled() ? error::Cancelled() : error::DeadlineExceeded();
    }
    waiting->changed.WaitFor(waiting->mutex, std::min(context.remaining(), kCancellationPoll));
  }
  return *std::move(waiting->result);
}

}  // namespace dateline::http
