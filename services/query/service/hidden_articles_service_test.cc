// What a reader is answered by every method, with and without hidden articles in the catalog
// (design.md, section 5): the same bytes, but for positions and instants.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/api/roles.h"
#include "services/query/reads/fake_read_store.h"
#include "services/query/reads/reads.h"
#include "services/query/search/indexer.h"
#include "services/query/search/searcher.h"
#include "services/query/service/cache_tags.h"
#include "services/query/testing/query_test_fixture.h"

namespace dateline::query::service {
namespace {

using catalog::v1::ResourceState;
using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::TextFormat;
using replica::testing::ArticleSpec;
using replica::testing::At;
using replica::testing::StateOf;
using ::testing::DoubleNear;
using ::testing::Pointwise;

// When what is embargoed or scheduled turns: after the test, and before the longest max_age ends,
// so that a max_age that looked at it would be shorter.
constexpr int64_t kTurns = 58;

// What readers see in both catalogs. The pins name an article that is hidden or missing.
std::vector<ResourceState> Shown() {
  std::vector<ResourceState> states = {replica::testing::PublicationState(1),
                                       replica::testing::AuthorState(1),
                                       replica::testing::AuthorState(2),
                                       replica::testing::TopicState(1, 1),
                                       replica::testing::TopicState(2, 1, {1}),
                                       replica::testing::TopicState(3, 1),
                                       replica::testing::RememberedPath(1, "/old", 3)};
  for (int64_t key = 1; key <= 8; ++key) {
    states.push_back(StateOf({.key = key,
                              .publish = -100 * key,
                              .topics = {1 + key % 2},
                              .authors = {1},
                              .title = absl::StrCat("Rain ", key),
                              .labels = {"shown"},
                              .cluster = key == 2 ? "clusters/c" : "",
                              .translation_set = key == 4 ? "set" : ""}));
  }
  states.push_back(replica::testing::PinsState(1, 1, {20, 3}));
  return states;
}

// An article that would stand first in every list, beside whom the others are folded.
ArticleSpec Hidden(int64_t key) {
  return {.key = key,
          .publish = -1,
          .topics = {1, 3},
          .authors = {1, 2},
          .title = absl::StrCat("Rain hidden ", key),
          .language = "de",
          .labels = {"secret"},
          .cluster = "clusters/c",
          .translation_set = "set"};
}

// What readers must not notice: embargoed, withdrawn without a trace, expired, and an update of a
// shown article that is scheduled.
std::vector<ResourceState> HiddenOnes() {
  ArticleSpec embargoed = Hidden(20);
  embargoed.embargo = kTurns;
  ArticleSpec vanished = Hidden(21);
  vanished.state = content::v1::ARTICLE_STATE_WITHDRAWN;
  vanished.withdrawal.set_kind(catalog::v1::WITHDRAWAL_KIND_VANISHED);
  ArticleSpec expired = Hidden(22);
  expired.expire = -1;
  ArticleSpec future = Hidden(23);
  future.publish = kTurns;
  return {StateOf(embargoed), StateOf(vanished), StateOf(expired), StateOf(future),
          replica::testing::RememberedPath(2, "/was-hidden", 20)};
}

// The first shown article, with an update that comes into force at kTurns.
ResourceState Scheduled() {
  return StateOf({.key = 1,
                  .publish = -100,
                  .topics = {2},
                  .authors = {1},
                  .title = "Rain 1",
                  .labels = {"shown"},
                  .scheduled = kTurns,
                  .scheduled_publish = -2,
                  .scheduled_path = "/later"});
}

// Requests of each method as text, `@` standing for each article in turn. Every method has some.
const std::map<std::string, std::vector<std::string>>& Requests() {
  static const auto* const requests = new std::map<std::string, std::vector<std::string>>{
      {"ListArticles",
       {"", "total: TOTAL_MODE_COUNT", "order: LIST_ORDER_OLDEST page_size: 3",
        "order: LIST_ORDER_MODIFIED", "page_size: 3", "fold_clusters: true",
        "languages: 'de' languages: 'en'", "view: ARTICLE_VIEW_FULL teaser_words: 3",
        "filter { any_topics: 'topics/t1' include_descendants: true } total: TOTAL_MODE_COUNT",
        "filter { any_topics: 'topics/t3' } total: TOTAL_MODE_COUNT include { topics: true }",
        "filter { authors: 'authors/p2' } include { authors: true }",
        "filter { labels: 'secret' } total: TOTAL_MODE_COUNT", "filter { languages: 'de' }",
        "filter { expression: 'NOT label = \"shown\"' }",
        "read_mask { paths: 'title' } include { topics: true authors: true publications: true }",
        "as_of { seconds: 1900000000 }"}},
      {"GetTopicPage",
       {"topic: 'topics/t1'", "topic: 'topics/t1' include_descendants: true page_size: 2",
        "topic: 'topics/t3' include { authors: true }", "topic: 'topics/t2' fold_clusters: true",
        "topic: 'topics/t1' languages: 'de'", "topic: 'topics/none'"}},
      {"GetArticle",
       {"name: 'articles/a@'", "path: '/@'", "path: '/later'", "path: '/was-hidden'"}},
      {"BatchGetArticles", {"names: 'articles/a@' names: 'articles/a3'"}},
      {"ResolvePath",
       {"path: '/@'", "path: '/later'", "path: '/was-hidden'", "path: '/old'",
        "publication: 'publications/m1' path: '/@'"}},
      {"GetTopic", {"name: 'topics/t1'", "name: 'topics/t3'"}},
      {"ListTopics", {"", "page_size: 1", "parent: 'topics/t1'"}},
      {"GetAuthor", {"name: 'authors/p1'", "name: 'authors/p2'"}},
      {"ListAuthors", {"", "page_size: 1"}},
      {"GetPublication", {"name: 'publications/m1'"}},
      {"ListPublications", {""}},
      {"SearchArticles",
       {"query: 'rain'", "query: 'hidden'", "query: 'hiden'", "query: 'rain' page_size: 1",
        "query: 'rain' order: SEARCH_ORDER_NEWEST", "query: 'rain' fold_clusters: true",
        "query: 'rain' languages: 'de' languages: 'en'", "query: 'rain' highlight: true",
        "query: 'rain' counts: COUNT_DIMENSION_TOPIC counts: COUNT_DIMENSION_AUTHOR",
        "query: 'first' filter { any_topics: 'topics/t3' }"}},
      {"SuggestTopics", {"prefix: 'topic'", "prefix: 'topic' page_size: 1"}},
      {"ListRelatedArticles", {"article: 'articles/a@'"}},
      {"ListMostRead", {"", "filter { any_topics: 'topics/t1' }", "page_size: 1"}},
      {"ReportReads", {"counts { article: 'articles/a@' reads: 1 }"}},
      {"WatchArticles", {"", "filter { any_topics: 'topics/t3' }"}},
      {"SyncArticles", {"", "filter { any_topics: 'topics/t1' }", "page_size: 1"}},
      {"RenderFeed",
       {"format: RENDER_FORMAT_RSS", "format: RENDER_FORMAT_ATOM",
        "format: RENDER_FORMAT_JSON_FEED",
        "format: RENDER_FORMAT_ATOM filter { any_topics: 'topics/t3' }"}},
      {"ExplainListing", {"article: 'articles/a@'"}},
      {"GetStatus", {""}},
      {"StreamCheckpoint", {""}},
      {"GetDigest", {""}},
  };
  return *requests;
}

// What differs without telling anything: positions, and what the clocks of two processes say.
void ClearPositionsAndInstants(Message* answer) {
  for (const char* name :
       {"position", "sync_token", "read_time", "lag", "applied_time", "clock_skew", "uptime"}) {
    const auto* const field = answer->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) answer->GetReflection()->ClearField(answer, field);
  }
  // A token holds the position of its page, under a signature: only whether there is one counts.
  for (const char* name : {"next_page_token", "previous_page_token"}) {
    const auto* const field = answer->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) continue;
    const auto* const reflection = answer->GetReflection();
    if (!reflection->GetString(*answer, field).empty()) {
      reflection->SetString(answer, field, "given");
    }
  }
}

// Takes the hits' scores out of an answer. They fall with an article's age, by the clocks of two
// processes.
std::vector<double> TakeScores(Message* answer) {
  std::vector<double> scores;
  const auto* const hits = answer->GetDescriptor()->FindFieldByName("hits");
  if (hits == nullptr) return scores;
  const auto* const reflection = answer->GetReflection();
  for (int i = 0; i < reflection->FieldSize(*answer, hits); ++i) {
    Message* const hit = reflection->MutableRepeatedMessage(answer, hits, i);
    const auto* const score = hit->GetDescriptor()->FindFieldByName("score");
    scores.push_back(hit->GetReflection()->GetDouble(*hit, score));
    hit->GetReflection()->ClearField(hit, score);
  }
  return scores;
}

template <typename Metadata>
std::string MetadataText(const Metadata& metadata) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : metadata) {
    if (key == "grpc-status-details-bin") continue;  // DetailsOf has them in one order
    lines.push_back(absl::StrCat(std::string(key.data(), key.size()), "=",
                                 std::string(value.data(), value.size())));
  }
  return absl::StrJoin(lines, "\n");
}

// An error's details, which come in any order.
std::string DetailsOf(const grpc::Status& status) {
  std::map<std::string, std::string> details;
  rpc::FromGrpcStatus(status).ForEachPayload([&](absl::string_view type, const absl::Cord& detail) {
    details[std::string(type)] = std::string(detail);
  });
  return absl::StrJoin(details, "\n", absl::PairFormatter("="));
}

// A replica of a catalog, whose callers are readers.
class ReadersReplica {
 public:
  explicit ReadersReplica(const std::vector<ResourceState>& states)
      : index_(folder_.path() + "/search"), searcher_(index_) {
    CountReads();
    reads_ = std::make_unique<reads::Reads>(read_store_);
    catalog_.Commit(states, At(0));
    process_ = std::make_unique<testing::QueryProcess>(
        catalog_, folder_.path() + "/copy", absl::ZeroDuration(), rpc::AnswerBudget::kMaxBytes,
        absl::Minutes(10), nullptr, rpc::Callers(api::WithIncluded(options::v1::ROLE_READER)),
        QueryParts{.reads = reads_.get(), .searcher = &searcher_});
    process_->AwaitStatus([](const auto& status) {
      return status.serving() && status.follower() == v1::FOLLOWER_STATE_FOLLOWING;
    });
    indexer_ = std::make_unique<search::Indexer>(process_->replica(), index_);
    process_->AwaitStatus([&](const auto&) {
      return indexer_->status().whole && !reads_->Of(reads::Window::kDay)->empty();
    });
  }

  // The scores of the hits of the last answer.
  const std::vector<double>& scores() const { return scores_; }

  // The answer as text: status, metadata, and the message (of a stream the first one).
  std::string Ask(const MethodDescriptor& method, const std::string& text) {
    const std::unique_ptr<Message> request = New(method.input_type());
    EXPECT_TRUE(TextFormat::ParseFromString(text, request.get())) << method.name() << ": " << text;
    grpc::GenericStub stub(process_->channel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    context.AddMetadata(kCacheTagsKey, "1");
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareCall(
        &context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
    const auto await = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    call->StartCall(nullptr);
    await();
    const grpc::Slice slice(request->SerializeAsString());
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    await();
    grpc::ByteBuffer bytes;
    call->Read(&bytes, nullptr);
    const bool has_message = await();
    const bool is_cut = has_message && method.server_streaming();
    if (is_cut) context.TryCancel();
    grpc::Status status;
    call->Finish(&status, nullptr);
    await();
    std::string answer = absl::StrCat(MetadataText(context.GetServerInitialMetadata()), "\n");
    // How a stream that was cut ends is a matter of chance.
    if (!is_cut) {
      absl::StrAppend(&answer, status.error_code(), " ", status.error_message(), "\n",
                      DetailsOf(status), "\n", MetadataText(context.GetServerTrailingMetadata()),
                      "\n");
    }
    return has_message ? answer + MessageText(method.output_type(), bytes) : answer;
  }

 private:
  // Reads from the time before the hidden ones were hidden, most of them theirs.
  void CountReads() {
    std::vector<reads::Report> reports(1);
    double score = 100;
    for (const char* id : {"a20", "a21", "a3", "a22", "a4"}) {
      reports[0].scores[id].fill(--score);
    }
    EXPECT_TRUE(read_store_.Add(RequestContext::Background("test"), reports).ok());
  }

  static std::unique_ptr<Message> New(const google::protobuf::Descriptor* type) {
    return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
  }
  std::string MessageText(const google::protobuf::Descriptor* type, const grpc::ByteBuffer& bytes) {
    grpc::Slice whole;
    EXPECT_TRUE(bytes.DumpToSingleSlice(&whole).ok());
    const std::unique_ptr<Message> message = New(type);
    EXPECT_TRUE(message->ParseFromArray(whole.begin(), static_cast<int>(whole.size())));
    ClearPositionsAndInstants(message.get());
    scores_ = TakeScores(message.get());
    return message->Utf8DebugString();
  }

  testing::FakeCatalogServer catalog_;
  replica::testing::TemporaryFolder folder_;
  reads::FakeReadStore read_store_;
  std::unique_ptr<reads::Reads> reads_;
  search::IndexFolder index_;
  search::Searcher searcher_;
  std::unique_ptr<testing::QueryProcess> process_;
  std::unique_ptr<search::Indexer> indexer_;
  std::vector<double> scores_;
};

// All methods that the query server has.
std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const char* name : {"dateline.query.v1.QueryService", "dateline.query.v1.ReplicaService"}) {
    const auto* const service = DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
  }
  return methods;
}

// `text` for each article that is hidden, missing or has an update scheduled, if it names one.
std::vector<std::string> ForEachArticle(const std::string& text) {
  if (text.find('@') == std::string::npos) return {text};
  std::vector<std::string> texts;
  for (const char* key : {"1", "2", "20", "21", "22", "23", "99"}) {
    texts.push_back(absl::StrReplaceAll(text, {{"@", key}}));
  }
  return texts;
}

TEST(HiddenArticlesTest, EveryMethodHasRequests) {
  for (const MethodDescriptor* const method : Methods()) {
    EXPECT_EQ(Requests().count(method->name()), 1) << method->full_name();
  }
  EXPECT_EQ(Requests().size(), Methods().size());
}

TEST(HiddenArticlesTest, NoAnswerTellsOfThem) {
  ReadersReplica without(Shown());
  std::vector<ResourceState> states = Shown();
  for (ResourceState& state : states) {
    if (state.name() == "articles/a1") state = Scheduled();
  }
  for (const ResourceState& state : HiddenOnes()) states.push_back(state);
  ReadersReplica with(states);
  for (const MethodDescriptor* const method : Methods()) {
    const auto requests = Requests().find(method->name());
    if (requests == Requests().end()) continue;  // EveryMethodHasRequests says so
    for (const std::string& text : requests->second) {
      for (const std::string& request : ForEachArticle(text)) {
        EXPECT_EQ(with.Ask(*method, request), without.Ask(*method, request))
            << method->name() << "(" << request << ")";
        // Each article more in the index would change them by more than this.
        EXPECT_THAT(with.scores(), Pointwise(DoubleNear(1e-3), without.scores())) << request;
      }
    }
  }
}

// The comparison sees an article that is shown, wherever lists lead to it.
TEST(HiddenArticlesTest, EveryListTellsOfAnArticleThatIsShown) {
  ReadersReplica without(Shown());
  std::vector<ResourceState> states = Shown();
  states.push_back(StateOf(Hidden(20)));
  ReadersReplica with(states);
  for (const MethodDescriptor* const method : Methods()) {
    for (const char* name : {"ListArticles", "GetTopicPage", "RenderFeed", "SyncArticles",
                             "SearchArticles", "ListMostRead"}) {
      if (method->name() != name) continue;
      const std::string& request = Requests().at(name).front();
      EXPECT_NE(with.Ask(*method, request), without.Ask(*method, request)) << name;
    }
  }
}

}  // namespace
}  // namespace dateline::query::service
