// Loads made-up articles into a replica and serves them on three ports of loopback: by the query
// service, by an echo that answers the same bytes as a typed message, and by one that answers them
// as bytes. Run by tests/bench/run.
//
//   list_server FOLDER ARTICLES SEED
//
// writes FOLDER/articles.tsv and FOLDER/postings.tsv for PostgreSQL's COPY, prints one line of JSON
// with the ports when ready, and ends when its standard input is closed.
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/request_context.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/tokens/page_token.h"
#include "dateline/query/v1/query_service.grpc.pb.h"
#include "services/query/replica/apply/listing.h"
#include "services/query/replica/replica.h"
#include "services/query/service/list_handlers.h"
#include "services/query/service/query_service.h"
#include "tests/bench/list_articles.h"

namespace dateline::bench {
namespace {

using query::v1::ListArticlesRequest;
using query::v1::ListArticlesResponse;

constexpr size_t kBatch = 1'000;

// What the query service answers for the first page of each topic.
using Answers = std::map<std::string, std::string>;

class TypedEcho final : public query::v1::QueryService::CallbackService {
 public:
  explicit TypedEcho(const Answers& answers) {
    for (const auto& [topic, bytes] : answers) answers_[topic].ParseFromString(bytes);
  }
  grpc::ServerUnaryReactor* ListArticles(grpc::CallbackServerContext* context,
                                         const ListArticlesRequest* request,
                                         ListArticlesResponse* response) override {
    *response = answers_.at(request->filter().any_topics(0));
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  std::map<std::string, ListArticlesResponse> answers_;
};

class BytesEcho final : public query::v1::QueryService::WithRawCallbackMethod_ListArticles<
                            query::v1::QueryService::CallbackService> {
 public:
  explicit BytesEcho(const Answers& answers) {
    for (const auto& [topic, bytes] : answers) answers_.emplace(topic, grpc::Slice(bytes));
  }
  grpc::ServerUnaryReactor* ListArticles(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    ListArticlesRequest parsed;
    grpc::ByteBuffer bytes(*request);
    grpc::SerializationTraits<ListArticlesRequest>::Deserialize(&bytes, &parsed);
    *response = grpc::ByteBuffer(&answers_.at(parsed.filter().any_topics(0)), 1);
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  std::map<std::string, grpc::Slice> answers_;
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

absl::Status Load(query::replica::Replica& replica, const std::string& folder, int64_t count,
                  uint32_t seed) {
  std::mt19937 random(seed);
  const Zipf zipf(kTopics, kZipfExponent);
  std::ofstream articles(folder + "/articles.tsv");
  std::ofstream postings(folder + "/postings.tsv");
  DATELINE_ASSIGN_OR_RETURN(const auto copy, replica.BeginCopy());
  query::replica::Batch batch;
  batch.position.set_log_id("bench");
  batch.position.set_timeline(1);
  batch.position.set_xid(1);
  batch.position.set_seq(1);
  batch.at = RealClock()->Now();
  batch.states.push_back(MakePublication());
  for (int64_t topic = 1; topic <= kTopics; ++topic) batch.states.push_back(MakeTopic(topic));
  for (int64_t key = 1; key <= count; ++key) {
    batch.states.push_back(MakeArticle(key, zipf, random));
    WriteRows(batch.states.back(), articles, postings);
    if (batch.states.size() < kBatch && key < count) continue;
    DATELINE_RETURN_IF_ERROR(query::replica::Apply(*copy, batch));
    batch.states.clear();
  }
  return replica.Swap(copy);
}

absl::StatusOr<Answers> AnswersOf(query::replica::Replica& replica,
                                  const tokens::PageTokenCodec& page_tokens) {
  const query::service::ListHandlers lists(replica, page_tokens);
  Answers answers;
  for (int topic = 1; topic <= kTopics; ++topic) {
    ListArticlesRequest request;
    request.mutable_filter()->add_any_topics(absl::StrCat("topics/t", topic));
    DATELINE_RETURN_IF_ERROR(lists.ListArticles(request, RequestContext::Background("bench"),
                                                &answers[request.filter().any_topics(0)]));
  }
  return answers;
}

absl::Status Run(const std::string& folder, int64_t count, uint32_t seed) {
  DATELINE_ASSIGN_OR_RETURN(const auto replica,
                            query::replica::Replica::Open(folder + "/replica", RealClock()));
  const absl::Time start = RealClock()->Now();
  DATELINE_RETURN_IF_ERROR(Load(*replica, folder, count, seed));
  const absl::Duration loading = RealClock()->Now() - start;
  const tokens::PageTokenCodec page_tokens("bench");
  DATELINE_ASSIGN_OR_RETURN(const Answers answers, AnswersOf(*replica, page_tokens));
  size_t bytes = 0;
  for (const auto& [topic, answer] : answers) bytes += answer.size();

  obs::Metrics metrics;
  rpc::Runtime runtime(metrics, /*threads=*/1, /*queue_limit=*/16);
  query::service::QueryService service(
      *replica, page_tokens, runtime, [] { return query::follow::FollowerStatus(); }, "bench");
  TypedEcho typed(answers);
  BytesEcho raw(answers);
  const std::string name = "dateline.query.v1.QueryService";
  DATELINE_ASSIGN_OR_RETURN(const auto query_server,
                            rpc::Server::Start(rpc::ServerOptions(), {{name, &service}}));
  DATELINE_ASSIGN_OR_RETURN(const auto typed_server,
                            rpc::Server::Start(rpc::ServerOptions(), {{name, &typed}}));
  DATELINE_ASSIGN_OR_RETURN(const auto raw_server,
                            rpc::Server::Start(rpc::ServerOptions(), {{name, &raw}}));
  std::cout << "{\"query\":" << query_server->port() << ",\"typed\":" << typed_server->port()
            << ",\"bytes\":" << raw_server->port()
            << ",\"load_seconds\":" << absl::ToDoubleSeconds(loading)
            << ",\"store_bytes\":" << replica->current()->SizeBytes()
            << ",\"answer_bytes\":" << bytes / answers.size() << "}" << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) continue;
  return absl::OkStatus();
}

}  // namespace
}  // namespace dateline::bench

int main(int argc, char** argv) {
  int64_t articles = 0;
  uint32_t seed = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &articles) || !absl::SimpleAtoi(argv[3], &seed)) {
    std::fprintf(stderr, "usage: list_server FOLDER ARTICLES SEED\n");
    return 2;
  }
  dateline::obs::InitialiseLog("bench", dateline::obs::Level::kWarning);
  const absl::Status status = dateline::bench::Run(argv[1], articles, seed);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
