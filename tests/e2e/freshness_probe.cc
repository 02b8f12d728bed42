// Writes to a catalog at a steady rate and measures how long each write takes to show in query
// servers that follow it. Prints JSON: writes (calls), rate, not_visible (reads with the write's
// own min_position that did not show it; must be 0), and the lag without min_position, from the
// write's answer until the last of the servers shows it, in milliseconds (median and p99).
//
//     freshness_probe CATALOG QUERY[,QUERY…] WRITES_PER_SECOND SECONDS [ARTICLES_PER_WRITE]
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "dateline/query/v1/query_service.grpc.pb.h"

namespace {

using Clock = std::chrono::steady_clock;
using dateline::catalog::v1::CatalogService;
using dateline::catalog::v1::IntakeService;
using dateline::query::v1::QueryService;

constexpr int kWriters = 8;
// A write of so many is followed until it shows; the others only make the load.
constexpr int kSample = 5;

class Probe {
 public:
  Probe(const std::string& catalog, const std::vector<std::string>& queries, int articles)
      : articles_(articles),
        catalog_(CatalogService::NewStub(
            grpc::CreateChannel(catalog, grpc::InsecureChannelCredentials()))),
        intake_(IntakeService::NewStub(
            grpc::CreateChannel(catalog, grpc::InsecureChannelCredentials()))) {
    for (const std::string& query : queries) {
      queries_.push_back(
          QueryService::NewStub(grpc::CreateChannel(query, grpc::InsecureChannelCredentials())));
    }
  }

  bool CreatePublication() {
    dateline::catalog::v1::CreatePublicationRequest request;
    request.set_publication_id("freshness");
    request.mutable_publication()->set_title("Freshness");
    dateline::catalog::v1::CreatePublicationResponse response;
    grpc::ClientContext context;
    return catalog_->CreatePublication(&context, request, &response).ok();
  }

  void Run(int writes_per_second, int seconds) {
    const auto start = Clock::now();
    const int total = writes_per_second * seconds;
    std::vector<std::thread> writers;
    writers.reserve(kWriters);
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        for (int i = writer; i < total; i += kWriters) {
          std::this_thread::sleep_until(
              start + std::chrono::microseconds(int64_t{1'000'000} * i / writes_per_second));
          Write(i);
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    elapsed_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  int Report() {
    std::sort(lags_ms_.begin(), lags_ms_.end());
    const auto at = [&](double share) {
      if (lags_ms_.empty()) return -1.0;
      return lags_ms_[static_cast<size_t>(share * static_cast<double>(lags_ms_.size() - 1))];
    };
    std::printf(
        "{\"writes\": %d, \"rate\": %.0f, \"failed\": %d, \"not_visible\": %d, \"samples\": %zu, "
        "\"median_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f}\n",
        writes_.load(), writes_ / elapsed_, failed_.load(), not_visible_.load(), lags_ms_.size(),
        at(0.5), at(0.99), at(1));
    return 0;
  }

 private:
  void AddItem(int i, int number, dateline::catalog::v1::BatchUpsertArticlesRequest* request) {
    auto& item = *request->add_items();
    const std::string key_text = absl::StrCat(i, "-", number);
    item.mutable_article()->set_title(absl::StrCat("Written as number ", key_text));
    // A list of its own, so that what others write meanwhile does not push the article off the
    // page.
    if (number == 0) item.mutable_article()->add_labels(absl::StrCat("probe-", i));
    item.mutable_article()->set_body_html("<p>Some words about it.</p>");
    item.mutable_article()->mutable_publish_time()->set_seconds(time(nullptr));
    item.mutable_derived()->set_body_text("Some words about it.");
    item.set_has_publish_time(true);
    item.set_entry_id(absl::StrCat("entry-", key_text));
    item.set_content_hash(key_text);
    auto& key = *item.add_keys();
    key.set_kind(dateline::catalog::v1::IDENTITY_KIND_ENTRY);
    key.set_key(absl::StrCat("freshness-", key_text));
  }

  void Write(int i) {
    dateline::catalog::v1::BatchUpsertArticlesRequest request;
    request.set_source("sources/freshness");
    request.set_publication("publications/freshness");
    for (int number = 0; number < articles_; ++number) AddItem(i, number, &request);
    dateline::catalog::v1::BatchUpsertArticlesResponse response;
    grpc::ClientContext context;
    if (!intake_->BatchUpsertArticles(&context, request, &response).ok() ||
        response.results_size() != articles_ || response.results(0).article().empty()) {
      ++failed_;
      return;
    }
    ++writes_;
    if (i % kSample != 0) return;
    const auto written = Clock::now();
    const std::string& article = response.results(0).article();
    // Alternately: read one's own write, and wait for it to show by itself.
    const bool by_position = i % (2 * kSample) == 0;
    for (const auto& query : queries_) {
      if (by_position ? !Shows(*query, i, article, response.position())
                      : !WaitUntilShown(*query, i, article, written)) {
        ++not_visible_;
        return;
      }
    }
    if (by_position) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    lags_ms_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - written).count());
  }

  static bool WaitUntilShown(QueryService::Stub& query, int i, const std::string& article,
                             Clock::time_point written) {
    while (!Shows(query, i, article, "")) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      if (Clock::now() - written > std::chrono::seconds(10)) return false;
    }
    return true;
  }

  // Whether the article of write `i` is listed.
  static bool Shows(QueryService::Stub& query, int i, const std::string& article,
                    const std::string& min_position) {
    dateline::query::v1::ListArticlesRequest request;
    request.mutable_filter()->add_publications("publications/freshness");
    request.mutable_filter()->add_labels(absl::StrCat("probe-", i));
    request.set_min_position(min_position);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    dateline::query::v1::ListArticlesResponse response;
    if (!query.ListArticles(&context, request, &response).ok()) return false;
    return std::any_of(response.articles().begin(), response.articles().end(),
                       [&](const auto& listed) { return listed.name() == article; });
  }

  const int articles_;
  const std::unique_ptr<CatalogService::Stub> catalog_;
  const std::unique_ptr<IntakeService::Stub> intake_;
  std::vector<std::unique_ptr<QueryService::Stub>> queries_;
  std::atomic<int> writes_{0};
  std::atomic<int> failed_{0};
  std::atomic<int> not_visible_{0};
  std::mutex mutex_;
  std::vector<double> lags_ms_;
  double elapsed_ = 1;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) return 2;
  Probe probe(argv[1], absl::StrSplit(argv[2], ','), argc == 6 ? std::atoi(argv[5]) : 1);
  if (!probe.CreatePublication()) return 1;
  probe.Run(std::atoi(argv[3]), std::atoi(argv[4]));
  return probe.Report();
}
