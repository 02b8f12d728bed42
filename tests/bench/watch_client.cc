// Opens watches of topics and measures how long after a write its event comes. Run by
// tests/bench/run.
//
//   watch_client PORT TOPICS WATCHERS BUSY STALLED
//
// WATCHERS are spread evenly over topics 1 to TOPICS, BUSY watch topic TOPICS + 1, and STALLED more
// of them read their first answer and nothing behind it. Prints `ready` once every watch has its
// first answer, then, for a line of its standard input, begins to measure, and for the next prints
// one line of JSON: events and lags of either kind in milliseconds.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "dateline/query/v1/query_service.grpc.pb.h"

namespace dateline::bench {
namespace {

constexpr int kStreamsPerConnection = 100;

// What all watches of a kind measure.
class Lags {
 public:
  void Add(double milliseconds) {
    MutexLock lock(mutex_);
    if (on_) lags_.push_back(milliseconds);
  }
  void Begin() {
    MutexLock lock(mutex_);
    on_ = true;
  }
  std::string Json() {
    MutexLock lock(mutex_);
    on_ = false;
    std::sort(lags_.begin(), lags_.end());
    if (lags_.empty()) return "{\"events\":0}";
    return absl::StrCat("{\"events\":", lags_.size(), ",\"p50_ms\":", lags_[lags_.size() / 2],
                        ",\"p99_ms\":", lags_[lags_.size() * 99 / 100],
                        ",\"max_ms\":", lags_.back(), "}");
  }

 private:
  Mutex mutex_;
  bool on_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<double> lags_ ABSL_GUARDED_BY(mutex_);
};

class Watch final : public grpc::ClientReadReactor<query::v1::WatchArticlesResponse> {
 public:
  // Counts `first` when it has its first answer and, of failures, `failed`.
  Watch(query::v1::QueryService::Stub& stub, int64_t topic, bool stalls, Lags& lags,
        std::atomic<int>& first, std::atomic<int>& failed)
      : stalls_(stalls), lags_(lags), first_(first), failed_(failed) {
    request_.mutable_filter()->add_any_topics(absl::StrCat("topics/t", topic));
    stub.async()->WatchArticles(&context_, &request_, this);
    StartRead(&response_);
    StartCall();
  }

  void Await() {
    context_.TryCancel();
    MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    const absl::Time now = RealClock()->Now();
    for (const query::v1::WatchEvent& event : response_.events()) {
      lags_.Add(absl::ToDoubleMilliseconds(now - TimeFromProto(event.article().modify_time())));
    }
    if (!started_) {
      started_ = true;
      ++first_;
      // The call stays open, and nothing more is read.
      if (stalls_) return;
    }
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    if (status.error_code() != grpc::StatusCode::CANCELLED) ++failed_;
    MutexLock lock(mutex_);
    done_ = true;
    changed_.Signal();
  }

  const bool stalls_;
  Lags& lags_;
  std::atomic<int>& first_;
  std::atomic<int>& failed_;
  bool started_ = false;
  grpc::ClientContext context_;
  query::v1::WatchArticlesRequest request_;
  query::v1::WatchArticlesResponse response_;
  Mutex mutex_;
  CondVar changed_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

struct Options {
  int port = 0;
  int topics = 0;
  int watchers = 0;
  int busy = 0;
  int stalled = 0;
};

int Run(const Options& options) {
  Lags spread;
  Lags busy;
  Lags ignored;
  std::atomic<int> first{0};
  std::atomic<int> failed{0};
  std::vector<std::unique_ptr<query::v1::QueryService::Stub>> stubs;
  std::vector<std::unique_ptr<Watch>> watches;
  const int all = options.watchers + options.busy + options.stalled;
  for (int i = 0; i < all; ++i) {
    if (i % kStreamsPerConnection == 0) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      stubs.push_back(query::v1::QueryService::NewStub(
          grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", options.port),
                                    grpc::InsecureChannelCredentials(), arguments)));
    }
    const bool is_spread = i < options.watchers;
    const bool stalls = i >= options.watchers + options.busy;
    watches.push_back(std::make_unique<Watch>(
        *stubs.back(), is_spread ? 1 + i % options.topics : options.topics + 1, stalls,
        is_spread ? spread : (stalls ? ignored : busy), first, failed));
  }
  for (int waited = 0; first < all && failed == 0 && waited < 60'000; ++waited) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  if (first < all || failed > 0) {
    std::fprintf(stderr, "%d of %d watches began, %d failed\n", first.load(), all, failed.load());
    std::exit(1);
  }
  std::cout << "ready" << std::endl;
  std::string line;
  std::getline(std::cin, line);
  spread.Begin();
  busy.Begin();
  std::getline(std::cin, line);
  std::cout << "{\"spread\":" << spread.Json() << ",\"busy\":" << busy.Json() << "}" << std::endl;
  for (const auto& watch : watches) watch->Await();
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  dateline::bench::Options options;
  if (argc != 6 || !absl::SimpleAtoi(argv[1], &options.port) ||
      !absl::SimpleAtoi(argv[2], &options.topics) || options.topics < 1 ||
      !absl::SimpleAtoi(argv[3], &options.watchers) || !absl::SimpleAtoi(argv[4], &options.busy) ||
      !absl::SimpleAtoi(argv[5], &options.stalled)) {
    std::fprintf(stderr, "usage: watch_client PORT TOPICS WATCHERS BUSY STALLED\n");
    return 2;
  }
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return dateline::bench::Run(options);
}
