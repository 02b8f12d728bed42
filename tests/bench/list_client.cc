// Calls ListArticles for the newest ten of a topic, as fast as answers come, and prints one line of
// JSON: calls, seconds, latencies and its own processor time. Answers are taken as bytes, so that
// the client's own decoding does not weigh. Run by tests/bench/run.
//
//   list_client PORT CLIENTS SECONDS SEED LISTS
//
// LISTS is what is asked for: `zipf` or `uniform` topics, `both` of two topics with few articles in
// common, or `disjoint`: both of two that have none.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "dateline/query/v1/articles.pb.h"
#include "tests/bench/list_articles.h"
#include "tests/bench/process_usage.h"

namespace dateline::bench {
namespace {

// Gives the requests of one client.
using Requests = std::function<query::v1::ListArticlesRequest()>;

// Null for lists that there are not.
Requests RequestsFor(absl::string_view lists, uint32_t seed) {
  if (lists == "both" || lists == "disjoint") {
    query::v1::ListArticlesRequest request;
    auto& topics = *request.mutable_filter()->mutable_all_topics();
    const bool both = lists == "both";
    *topics.Add() = absl::StrCat("topics/t", both ? kTenth : kEven);
    *topics.Add() = absl::StrCat("topics/t", both ? kOtherTenth : kOdd);
    return [request] { return request; };
  }
  if (lists != "zipf" && lists != "uniform") return nullptr;
  static const Zipf zipf(kTopics, kZipfExponent);
  return [random = std::mt19937(seed), uniform = lists == "uniform"]() mutable {
    query::v1::ListArticlesRequest request;
    const int topic =
        uniform ? std::uniform_int_distribution<int>(1, kTopics)(random) : zipf(random);
    request.mutable_filter()->add_any_topics(absl::StrCat("topics/t", topic));
    return request;
  };
}

// One client with one connection and one call under way.
class Client {
 public:
  Client(int port, Requests requests, absl::Time end) : requests_(std::move(requests)), end_(end) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                                   grpc::InsecureChannelCredentials(), arguments);
    channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
    stub_ = std::make_unique<grpc::GenericStub>(channel);
  }

  void Next() {
    const grpc::Slice slice(requests_().SerializeAsString());
    request_ = grpc::ByteBuffer(&slice, 1);
    response_.Clear();
    context_ = std::make_unique<grpc::ClientContext>();
    begun_ = RealClock()->Now();
    stub_->UnaryCall(context_.get(), "/dateline.query.v1.QueryService/ListArticles", {}, &request_,
                     &response_, [this](const grpc::Status& status) { OnDone(status); });
  }

  void Await() {
    MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
  }

  bool failed() const { return failed_; }
  const std::vector<double>& micros() const { return micros_; }

 private:
  void OnDone(const grpc::Status& status) {
    const absl::Time now = RealClock()->Now();
    failed_ = !status.ok() || response_.Length() == 0;
    if (now < end_ && !failed_) {
      micros_.push_back(absl::ToDoubleMicroseconds(now - begun_));
      Next();
      return;
    }
    MutexLock lock(mutex_);
    done_ = true;
    changed_.Signal();
  }

  const Requests requests_;
  const absl::Time end_;
  std::unique_ptr<grpc::GenericStub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  absl::Time begun_;
  std::vector<double> micros_;
  bool failed_ = false;
  Mutex mutex_;
  CondVar changed_;
  bool done_ = false;
};

int Run(int port, int count, double seconds, uint32_t seed, absl::string_view lists) {
  std::vector<std::unique_ptr<Client>> clients;
  clients.reserve(static_cast<size_t>(count));
  const absl::Time start = RealClock()->Now();
  // Connecting is not measured; it takes milliseconds.
  const absl::Time end = start + absl::Seconds(seconds);
  for (int i = 0; i < count; ++i) {
    clients.push_back(
        std::make_unique<Client>(port, RequestsFor(lists, seed + static_cast<uint32_t>(i)), end));
  }
  const absl::Duration cpu = CpuTime();
  const absl::Time begun = RealClock()->Now();
  for (const auto& client : clients) client->Next();
  std::vector<double> micros;
  for (const auto& client : clients) {
    client->Await();
    if (client->failed()) {
      std::fprintf(stderr, "a call failed\n");
      return 1;
    }
    micros.insert(micros.end(), client->micros().begin(), client->micros().end());
  }
  const double elapsed = absl::ToDoubleSeconds(RealClock()->Now() - begun);
  if (micros.empty()) {
    std::fprintf(stderr, "no call ended in time\n");
    return 1;
  }
  const double used = absl::ToDoubleSeconds(CpuTime() - cpu);
  std::sort(micros.begin(), micros.end());
  std::printf(
      "{\"calls\":%zu,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
      "\"cpu_us\":%.1f}\n",
      micros.size(), elapsed, static_cast<double>(micros.size()) / elapsed,
      micros[micros.size() / 2], micros[micros.size() * 99 / 100],
      used * 1e6 / static_cast<double>(micros.size()));
  return 0;
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  int port = 0;
  int clients = 0;
  double seconds = 0;
  uint32_t seed = 0;
  if (argc != 6 || !absl::SimpleAtoi(argv[1], &port) || !absl::SimpleAtoi(argv[2], &clients) ||
      !absl::SimpleAtod(argv[3], &seconds) || !absl::SimpleAtoi(argv[4], &seed) || clients < 1 ||
      dateline::bench::RequestsFor(argv[5], seed) == nullptr) {
    std::fprintf(stderr,
                 "usage: list_client PORT CLIENTS SECONDS SEED zipf|uniform|both|disjoint\n");
    return 2;
  }
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return dateline::bench::Run(port, clients, seconds, seed, argv[5]);
}
