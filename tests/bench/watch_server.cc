// Serves a replica whose articles stand in one topic each, and writes to it: 100 articles a second
// in topics drawn uniformly, and one a second in a topic that many watch. Each write carries the
// instant at which it is given to the replica as modify_time. Run by tests/bench/run.
//
//   watch_server FOLDER TOPICS SEED
//
// prints one line of JSON with the port when ready, another with counts for each line of its
// standard input, and ends when that is closed. Writes begin with the first such line.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/api/proto_time.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/query/replica/replica.h"
#include "services/query/service/query_service.h"
#include "tests/bench/list_articles.h"
#include "tests/bench/process_usage.h"

namespace dateline::bench {
namespace {

constexpr int kArticlesPerTopic = 20;
constexpr int kWritesPerSecond = 100;

// The article of that key, in the one topic, modified now.
catalog::v1::ResourceState ArticleOf(int64_t key, int64_t topic, int64_t version,
                                     std::mt19937& random) {
  static const Zipf zipf(1, 1.0);
  const absl::Time now = RealClock()->Now();
  catalog::v1::ResourceState state = MakeArticle(key, zipf, /*body_words=*/450, now, random);
  state.set_version(version);
  content::v1::Article article;
  article.ParseFromString(state.article().live());
  article.clear_topics();
  article.add_topics()->set_topic(absl::StrCat("topics/t", topic));
  *article.mutable_publish_time() = TimeToProto(absl::FromUnixSeconds(1'700'000'000 + key));
  *article.mutable_modify_time() = TimeToProto(now);
  state.mutable_article()->clear_topic_keys();
  state.mutable_article()->add_topic_keys(topic);
  state.mutable_article()->set_live(article.SerializeAsString());
  return state;
}

absl::Status Load(query::replica::Replica& replica, int64_t topics, std::mt19937& random) {
  DATELINE_ASSIGN_OR_RETURN(const auto copy, replica.BeginCopy());
  query::replica::Batch batch;
  batch.position.set_log_id("bench");
  batch.position.set_timeline(1);
  batch.position.set_xid(1);
  batch.at = RealClock()->Now();
  batch.states.push_back(MakePublication());
  for (int64_t topic = 1; topic <= topics + 1; ++topic) batch.states.push_back(MakeTopic(topic));
  for (int64_t key = 1; key <= (topics + 1) * kArticlesPerTopic; ++key) {
    batch.states.push_back(ArticleOf(key, 1 + (key - 1) / kArticlesPerTopic, 1, random));
  }
  DATELINE_RETURN_IF_ERROR(query::replica::Apply(*copy, batch));
  return replica.Swap(copy);
}

// Writes until it is destroyed.
class Writer {
 public:
  Writer(query::replica::Replica& replica, int64_t topics, std::mt19937& random)
      : replica_(replica), topics_(topics), random_(random), thread_([this] { Run(); }) {}
  ~Writer() {
    stopped_ = true;
    thread_.join();
  }
  int64_t applied() const { return applied_; }

 private:
  void Run() {
    absl::Time due = RealClock()->Now();
    for (int64_t count = 1; !stopped_; ++count) {
      absl::SleepFor(due - RealClock()->Now());
      due += absl::Seconds(1) / kWritesPerSecond;
      Write(1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(topics_)));
      if (count % kWritesPerSecond == 0) Write(topics_ + 1);
    }
  }

  void Write(int64_t topic) {
    const int64_t key =
        (topic - 1) * kArticlesPerTopic + 1 + static_cast<int64_t>(random_() % kArticlesPerTopic);
    query::replica::Batch batch;
    batch.position = replica_.position()->position;
    batch.position.set_xid(batch.position.xid() + 1);
    batch.states.push_back(ArticleOf(key, topic, ++version_, random_));
    batch.at = RealClock()->Now();
    if (replica_.ApplyAndPublish(batch).ok()) ++applied_;
  }

  query::replica::Replica& replica_;
  const int64_t topics_;
  std::mt19937& random_;
  int64_t version_ = 1;
  std::atomic<bool> stopped_{false};
  std::atomic<int64_t> applied_{0};
  std::thread thread_;
};

absl::Status Run(const std::string& folder, int64_t topics, uint32_t seed) {
  std::mt19937 random(seed);
  DATELINE_ASSIGN_OR_RETURN(const auto replica,
                            query::replica::Replica::Open(folder + "/replica", RealClock()));
  DATELINE_RETURN_IF_ERROR(Load(*replica, topics, random));
  const tokens::PageTokenCodec page_tokens("bench");
  obs::Metrics metrics;
  rpc::Runtime runtime(metrics, /*threads=*/1, /*queue_limit=*/16);
  query::service::QueryService service(
      *replica, page_tokens, runtime, [] { return query::follow::FollowerStatus(); }, "bench");
  rpc::ServerOptions serving;
  serving.runtime = &runtime;
  DATELINE_ASSIGN_OR_RETURN(
      const auto server,
      rpc::Server::Start(serving, {{"dateline.query.v1.QueryService", &service}}));
  std::cout << "{\"port\":" << server->port() << ",\"private_bytes\":" << PrivateBytes() << "}"
            << std::endl;
  std::unique_ptr<Writer> writer;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << "{\"private_bytes\":" << PrivateBytes()
              << ",\"cpu_seconds\":" << absl::ToDoubleSeconds(CpuTime())
              << ",\"applied\":" << (writer == nullptr ? 0 : writer->applied()) << "}" << std::endl;
    if (writer == nullptr) writer = std::make_unique<Writer>(*replica, topics, random);
  }
  writer.reset();
  service.EndWatches();
  return absl::OkStatus();
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  int64_t topics = 0;
  uint32_t seed = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &topics) || topics < 1 ||
      !absl::SimpleAtoi(argv[3], &seed)) {
    std::fprintf(stderr, "usage: watch_server FOLDER TOPICS SEED\n");
    return 2;
  }
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  dateline::obs::InitialiseLog("bench", dateline::obs::Level::kWarning);
  const absl::Status status = dateline::bench::Run(argv[1], topics, seed);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
