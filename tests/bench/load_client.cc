// Calls one unary method with requests from a file, so many callers at once, each of which waits
// for its answer before it makes the next call, and prints one line of JSON: calls that succeeded,
// their latencies, and failures by code. Requests and answers are bytes, so that the client's own
// coding does not weigh. Run by tests/bench/run.
//
//   load_client ADDRESS METHOD FILE CALLERS SECONDS
//
// METHOD is /package.Service/Method. FILE has requests one after the other, each behind its length
// (4 bytes, little-endian). Each is sent once; no call begins after SECONDS.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace dateline::bench {
namespace {

// A failure is told once for each code; this many characters of it.
constexpr int kMessageShown = 300;

// The requests of a file, each handed out once. Thread-safe.
class Requests {
 public:
  // False if the file cannot be read or ends within a request.
  bool Read(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return false;
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    for (size_t at = 0; at < bytes_.size();) {
      uint32_t size = 0;
      if (bytes_.size() - at < sizeof(size)) return false;
      std::memcpy(&size, bytes_.data() + at, sizeof(size));
      at += sizeof(size);
      if (bytes_.size() - at < size) return false;
      requests_.emplace_back(bytes_.data() + at, size, grpc::Slice::STATIC_SLICE);
      at += size;
    }
    return true;
  }

  // Null when all were handed out.
  const grpc::Slice* Next() {
    const size_t i = next_++;
    return i < requests_.size() ? &requests_[i] : nullptr;
  }

 private:
  std::string bytes_;
  std::vector<grpc::Slice> requests_;
  std::atomic<size_t> next_ = 0;
};

// One caller with a connection of its own and one call under way.
class Caller {
 public:
  Caller(const std::string& address, const std::string& method, Requests& requests)
      : method_(method), requests_(requests) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    stub_ = std::make_unique<grpc::GenericStub>(channel_);
  }

  bool Connect() {
    return channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  }

  void Start(absl::Time end) {
    end_ = end;
    Next();
  }

  void Await() {
    MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
  }

  const std::vector<double>& millis() const { return millis_; }
  const std::map<int, std::pair<int, std::string>>& failures() const { return failures_; }

 private:
  void Next() {
    const grpc::Slice* request = RealClock()->Now() < end_ ? requests_.Next() : nullptr;
    if (request == nullptr) {
      MutexLock lock(mutex_);
      done_ = true;
      changed_.Signal();
      return;
    }
    request_ = grpc::ByteBuffer(request, 1);
    response_.Clear();
    context_ = std::make_unique<grpc::ClientContext>();
    begun_ = RealClock()->Now();
    stub_->UnaryCall(context_.get(), method_, {}, &request_, &response_,
                     [this](const grpc::Status& status) { OnDone(status); });
  }

  void OnDone(const grpc::Status& status) {
    const absl::Time now = RealClock()->Now();
    if (status.ok()) {
      millis_.push_back(absl::ToDoubleMilliseconds(now - begun_));
    } else {
      auto& [count, message] = failures_[status.error_code()];
      if (count++ == 0) message = status.error_message();
    }
    Next();
  }

  const std::string method_;
  Requests& requests_;
  absl::Time end_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::GenericStub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  absl::Time begun_;
  std::vector<double> millis_;
  std::map<int, std::pair<int, std::string>> failures_;
  Mutex mutex_;
  CondVar changed_;
  bool done_ = false;
};

double Percentile(const std::vector<double>& sorted, size_t percent) {
  return sorted.empty() ? 0 : sorted[sorted.size() * percent / 100];
}

void Print(const std::vector<std::unique_ptr<Caller>>& callers, double seconds) {
  std::vector<double> millis;
  std::map<int, std::pair<int, std::string>> failures;
  for (const auto& caller : callers) {
    millis.insert(millis.end(), caller->millis().begin(), caller->millis().end());
    for (const auto& [code, failure] : caller->failures()) {
      failures[code].first += failure.first;
      failures[code].second = failure.second;
    }
  }
  std::sort(millis.begin(), millis.end());
  std::vector<std::string> failed;
  for (const auto& [code, failure] : failures) {
    failed.push_back(absl::StrCat("\"", code, "\":", failure.first));
    std::fprintf(stderr, "%d calls failed with code %d: %.*s\n", failure.first, code, kMessageShown,
                 failure.second.c_str());
  }
  std::printf(
      "{\"calls\":%zu,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
      "\"max_ms\":%.3f,\"failed\":{%s}}\n",
      millis.size(), seconds, static_cast<double>(millis.size()) / seconds, Percentile(millis, 50),
      Percentile(millis, 99), millis.empty() ? 0 : millis.back(),
      absl::StrJoin(failed, ",").c_str());
}

int Run(const std::string& address, const std::string& method, const char* file, int count,
        double seconds) {
  Requests requests;
  if (!requests.Read(file)) {
    std::fprintf(stderr, "%s is no file of requests\n", file);
    return 1;
  }
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < count; ++i) {
    callers.push_back(std::make_unique<Caller>(address, method, requests));
    if (!callers.back()->Connect()) {
      std::fprintf(stderr, "%s does not answer\n", address.c_str());
      return 1;
    }
  }
  const absl::Time begun = RealClock()->Now();
  for (const auto& caller : callers) caller->Start(begun + absl::Seconds(seconds));
  for (const auto& caller : callers) caller->Await();
  Print(callers, absl::ToDoubleSeconds(RealClock()->Now() - begun));
  return 0;
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  int callers = 0;
  double seconds = 0;
  if (argc != 6 || !absl::SimpleAtoi(argv[4], &callers) || !absl::SimpleAtod(argv[5], &seconds) ||
      callers < 1) {
    std::fprintf(stderr, "usage: load_client ADDRESS METHOD FILE CALLERS SECONDS\n");
    return 2;
  }
  return dateline::bench::Run(argv[1], argv[2], argv[3], callers, seconds);
}
