// Loads made-up articles into a replica and serves them on ports of loopback, while a recorded
// stream of writes is applied: by the query service, by one that keeps no pages, by an echo that
// answers a typed message of the median size, and by one that answers its bytes. Run by
// tests/bench/run.
//
//   list_server FOLDER ARTICLES SEED WRITES BODY_WORDS ROWS
//
// prints one line of JSON with the ports when ready, another with counts for each line of its
// standard input, and ends when that is closed. WRITES a second; 0 for none. ROWS is 1 to write
// FOLDER/articles.tsv and FOLDER/postings.tsv for PostgreSQL's COPY, else 0.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/request_context.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/rpc/app/memory.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "services/query/replica/bulk/loader.h"
#include "services/query/replica/replica.h"
#include "services/query/service/list_handlers.h"
#include "services/query/service/query_service.h"
#include "tests/bench/list_articles.h"
#include "tests/bench/list_echo.h"
#include "tests/bench/list_writer.h"
#include "tests/bench/process_usage.h"

namespace dateline::bench {
namespace {

constexpr int kBatch = 1'000;
// Articles of the recorded stream.
constexpr int kRecorded = 5'000;

struct Options {
  std::string folder;
  int64_t articles = 0;
  uint32_t seed = 0;
  int writes = 0;
  int body_words = 0;
  int rows = 0;
};

// Rows with the same columns to judge and to order by as the replica's postings.
void WriteRows(const catalog::v1::ResourceState& state, std::ofstream& articles,
               std::ofstream& postings) {
  content::v1::Article card;
  card.ParseFromString(state.article().live());
  card.clear_body_html();
  card.clear_body_text();
  articles << state.key() << "\t\\\\x" << absl::BytesToHexString(card.SerializeAsString()) << "\n";
  const std::string published =
      absl::FormatTime(absl::FromUnixSeconds(card.publish_time().seconds()) +
                           absl::Nanoseconds(card.publish_time().nanos()),
                       absl::UTCTimeZone());
  for (const int64_t topic : state.article().topic_keys()) {
    postings << topic << "\t" << published << "\t" << state.key() << "\t" << published
             << "\tinfinity\n";
  }
}

absl::Status Load(query::replica::Replica& replica, const Options& options) {
  std::mt19937 random(options.seed);
  const Zipf zipf(kTopics, kZipfExponent);
  std::ofstream articles;
  std::ofstream postings;
  if (options.rows > 0) {
    articles.open(options.folder + "/articles.tsv");
    postings.open(options.folder + "/postings.tsv");
  }
  DATELINE_ASSIGN_OR_RETURN(const auto copy, replica.BeginCopy());
  query::replica::BulkLoader loader(*copy);
  const absl::Time at = RealClock()->Now();
  query::replica::BulkLoader::States states;
  *states.Add() = MakePublication();
  for (int topic = 1; topic <= kAllTopics; ++topic) *states.Add() = MakeTopic(topic);
  for (int64_t key = 1; key <= options.articles; ++key) {
    *states.Add() = MakeArticle(key, zipf, options.body_words, RandomPast(random), random);
    if (options.rows > 0) WriteRows(states[states.size() - 1], articles, postings);
    if (states.size() < kBatch && key < options.articles) continue;
    DATELINE_RETURN_IF_ERROR(loader.Add(states, at));
    states.Clear();
  }
  content::v1::LogPosition position;
  position.set_log_id("bench");
  position.set_timeline(1);
  position.set_xid(1);
  position.set_seq(1);
  DATELINE_RETURN_IF_ERROR(loader.Finish(position));
  return replica.Swap(copy);
}

// New articles, each the newest of its topics when it comes.
std::vector<catalog::v1::ResourceState> Record(const Options& options) {
  std::mt19937 random(options.seed + 1);
  const Zipf zipf(kTopics, kZipfExponent);
  const absl::Time begin = RealClock()->Now() - absl::Seconds(kRecorded);
  std::vector<catalog::v1::ResourceState> stream;
  for (int i = 1; i <= kRecorded; ++i) {
    stream.push_back(MakeArticle(options.articles + i, zipf, options.body_words,
                                 begin + absl::Seconds(i), random));
  }
  return stream;
}

// The answer of median size to the first page of a topic.
absl::StatusOr<std::string> MedianAnswer(query::replica::Replica& replica,
                                         const tokens::PageTokenCodec& page_tokens) {
  const query::service::ListHandlers lists(replica, page_tokens);
  std::vector<std::string> answers(kTopics);
  for (int topic = 1; topic <= kTopics; ++topic) {
    query::v1::ListArticlesRequest request;
    request.mutable_filter()->add_any_topics(absl::StrCat("topics/t", topic));
    DATELINE_RETURN_IF_ERROR(lists.ListArticles(request, RequestContext::Background("bench"),
                                                &answers[static_cast<size_t>(topic) - 1]));
  }
  const auto middle = answers.begin() + kTopics / 2;
  std::nth_element(answers.begin(), middle, answers.end(),
                   [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return *middle;
}

// The processor time of this process so far, without that of the writes.
absl::Duration ServingCpu(const Writer* writer) {
  const absl::Duration all = CpuTime();
  return writer == nullptr ? all : all - writer->cpu();
}

// Answers each line of the standard input with counts, until its end.
void TellCounts(const query::service::HotLists& hot_lists, const Writer* writer) {
  rpc::FreeMemoryReturner memory;
  for (std::string line; std::getline(std::cin, line);) {
    memory.Look();
    std::cout << "{\"cpu_seconds\":" << absl::ToDoubleSeconds(ServingCpu(writer))
              << ",\"found\":" << hot_lists.found() << ",\"made\":" << hot_lists.made()
              << ",\"applied\":" << (writer == nullptr ? 0 : writer->applied())
              << ",\"private_bytes\":" << rpc::ResidentBytes() << "}" << std::endl;
  }
}

absl::Status Run(const Options& options) {
  DATELINE_ASSIGN_OR_RETURN(
      const auto replica, query::replica::Replica::Open(options.folder + "/replica", RealClock()));
  const absl::Time start = RealClock()->Now();
  DATELINE_RETURN_IF_ERROR(Load(*replica, options));
  const absl::Duration loading = RealClock()->Now() - start;
  const tokens::PageTokenCodec page_tokens("bench");
  DATELINE_ASSIGN_OR_RETURN(const std::string answer, MedianAnswer(*replica, page_tokens));

  obs::Metrics metrics;
  rpc::Runtime runtime(metrics, /*threads=*/1, /*queue_limit=*/16);
  const auto status = [] { return query::follow::FollowerStatus(); };
  query::service::QueryService service(*replica, page_tokens, runtime, status, "bench");
  query::service::QueryService without(*replica, page_tokens, runtime, status, "bench",
                                       {.hot_page_bytes = 0});
  TypedEcho typed(answer);
  BytesEcho bytes(answer);
  // What is refused before a handler is looked for at the query services only: an echo refuses
  // nothing.
  rpc::ServerOptions serving;
  serving.runtime = &runtime;
  const auto start_server = [](const rpc::ServerOptions& with, grpc::Service* one) {
    return rpc::Server::Start(with, {{"dateline.query.v1.QueryService", one}});
  };
  DATELINE_ASSIGN_OR_RETURN(const auto query_server, start_server(serving, &service));
  DATELINE_ASSIGN_OR_RETURN(const auto without_server, start_server(serving, &without));
  DATELINE_ASSIGN_OR_RETURN(const auto typed_server, start_server(rpc::ServerOptions(), &typed));
  DATELINE_ASSIGN_OR_RETURN(const auto bytes_server, start_server(rpc::ServerOptions(), &bytes));
  std::unique_ptr<Writer> writer;
  if (options.writes > 0) {
    writer = std::make_unique<Writer>(*replica, Record(options), options.writes);
  }
  std::cout << "{\"query\":" << query_server->port() << ",\"without\":" << without_server->port()
            << ",\"typed\":" << typed_server->port() << ",\"bytes\":" << bytes_server->port()
            << ",\"load_seconds\":" << absl::ToDoubleSeconds(loading)
            << ",\"store_bytes\":" << replica->current()->SizeBytes()
            << ",\"answer_bytes\":" << answer.size() << "}" << std::endl;
  TellCounts(service.hot_lists(), writer.get());
  return absl::OkStatus();
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  dateline::bench::Options options;
  if (argc != 7 || !absl::SimpleAtoi(argv[2], &options.articles) ||
      !absl::SimpleAtoi(argv[3], &options.seed) || !absl::SimpleAtoi(argv[4], &options.writes) ||
      !absl::SimpleAtoi(argv[5], &options.body_words) ||
      !absl::SimpleAtoi(argv[6], &options.rows)) {
    std::fprintf(stderr, "usage: list_server FOLDER ARTICLES SEED WRITES BODY_WORDS ROWS\n");
    return 2;
  }
  options.folder = argv[1];
  // As every server of the system does.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  dateline::rpc::BoundPooledMemory();
  dateline::obs::InitialiseLog("bench", dateline::obs::Level::kWarning);
  const absl::Status status = dateline::bench::Run(options);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
