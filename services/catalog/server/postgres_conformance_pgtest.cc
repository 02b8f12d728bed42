// Calls the catalog over gRPC as tables of rows say, and holds each answer to its row. The methods
// are found from the descriptors: one without the rows that its request asks for fails.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <map>
#include <pqxx/pqxx>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/api/roles.h"
#include "common/errors/details.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "dateline/options/v1/field.pb.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::TextFormat;

constexpr const char* kServices[] = {
    "dateline.catalog.v1.CatalogService", "dateline.catalog.v1.IntakeService",
    "dateline.catalog.v1.ChangesService", "dateline.catalog.v1.WebhookService"};
constexpr const char* kTables[] = {"articles.txt", "services.txt", "vocabulary.txt"};

struct Row {
  int line = 0;
  std::string method, role, request, answer;
  std::set<std::string> rules;
};

std::vector<Row> ReadTable(const std::string& name) {
  std::ifstream file(
      absl::StrCat(DATELINE_SOURCE_DIR, "/services/catalog/testing/conformance/", name));
  std::vector<Row> rows;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> columns = absl::StrSplit(line, '|');
    EXPECT_EQ(columns.size(), 5u) << name << ":" << number;
    if (columns.size() != 5) continue;
    for (std::string& column : columns) absl::StripAsciiWhitespace(&column);
    Row row{number, columns[0], columns[2], columns[3], columns[4], {}};
    for (const auto rule : absl::StrSplit(columns[1], ' ', absl::SkipEmpty())) {
      row.rules.emplace(rule);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Each method has its name to itself.
const MethodDescriptor* FindMethod(const std::string& name) {
  for (const char* service : kServices) {
    const auto* const found =
        DescriptorPool::generated_pool()->FindServiceByName(service)->FindMethodByName(name);
    if (found != nullptr) return found;
  }
  return nullptr;
}

// The message of a request that carries the resource to write; null if there is none.
const Descriptor* Resource(const Descriptor& request) {
  for (int i = 0; i < request.field_count(); ++i) {
    const auto* const type = request.field(i)->message_type();
    if (type != nullptr && type->FindFieldByName("etag") != nullptr) return type;
  }
  return nullptr;
}

// The rules that a method must have rows of.
std::set<std::string> RulesOf(const MethodDescriptor& method) {
  const Descriptor& request = *method.input_type();
  const auto has = [&](const char* field) { return request.FindFieldByName(field) != nullptr; };
  std::set<std::string> rules;
  if (request.field_count() == 0) return rules;
  const auto role = api::RoleOf(&method);
  if (role != options::v1::ROLE_READER) rules.insert("permission");
  for (const char* rule : {"request_id", "validate_only"}) {
    if (has(rule)) rules.insert(rule);
  }
  if (has("update_mask")) rules.insert("mask");
  if (has("page_token")) rules.insert("page");
  const bool creates = absl::StartsWith(method.name(), "Create");
  const bool may_exist = absl::StartsWith(method.name(), "Register");
  if (creates) rules.insert("exists");
  const bool names_one = has("name") || has("parent") || has("publication") || Resource(request);
  for (int i = 0; i < request.field_count() && !has("page_token"); ++i) {
    const auto& field = request.field(i)->options().GetExtension(options::v1::field);
    if (field.required()) rules.insert("required");
  }
  if (!creates && !may_exist && !has("page_token") && names_one) rules.insert("missing");
  if (has("etag") || (!creates && Resource(request) != nullptr)) rules.insert("etag");
  return rules;
}

// The code, the reason, and the field or resource that a failure names.
std::string Describe(const absl::Status& status) {
  if (status.ok()) return "OK";
  std::string answer = absl::StrCat(absl::StatusCodeToString(status.code()), " ",
                                    error::ReasonName(error::ReasonOf(status)));
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  if (payload.has_value()) info.ParseFromString(std::string(*payload));
  for (const char* key : {"field", "resource", "path"}) {
    const auto found = info.metadata().find(key);
    if (found != info.metadata().end()) absl::StrAppend(&answer, " ", found->second);
  }
  return answer;
}

class ConformanceTest : public ::testing::Test {
 protected:
  ConformanceTest() {
    for (const char* role : {"reader", "previewer", "editor", "admin", "ingester", "service"}) {
      servers_[role] = std::make_unique<Catalog>(Cluster().ConnInfo(database_, "dateline_catalog"),
                                                 *api::ParseRoles(role));
    }
    Catalog setup(Cluster().ConnInfo(database_, "dateline_catalog"));
    EXPECT_THAT(setup.CreatePublication(), dateline::testing::IsOk());
    EXPECT_THAT(setup.CreateTopic("energy"), dateline::testing::IsOk());
    Deliver(setup, "");
    // What the feed says later, after an editor's revision, waits.
    for (const int i : {1, 2}) {
      v1::UpdateArticleRequest update;
      update.mutable_article()->set_name(articles_[i]);
      update.mutable_article()->set_subtitle("By an editor");
      update.set_publish(true);
      v1::UpdateArticleResponse updated;
      EXPECT_THAT(setup.Call(&v1::CatalogService::Stub::UpdateArticle, update, &updated),
                  dateline::testing::IsOk());
    }
    Deliver(setup, " again");
    v1::JoinClustersRequest join;
    for (const int i : {3, 4}) join.add_articles(articles_[i]);
    v1::JoinClustersResponse joined;
    EXPECT_THAT(setup.Call(&v1::CatalogService::Stub::JoinClusters, join, &joined),
                dateline::testing::IsOk());
    cluster_ = joined.cluster();
    position_ = joined.position();
  }

  // Delivers five articles, of which the second and third have `more` in their titles.
  void Deliver(Catalog& catalog, const std::string& more) {
    testing::UpsertBuilder batch;
    batch.Item("1", "One").Topic("topics/energy").Item("2", "Two" + more).Item("3", "Three" + more);
    batch.Item("4", "Four").Item("5", "Five");
    v1::BatchUpsertArticlesResponse upserted;
    EXPECT_THAT(
        catalog.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &upserted),
        dateline::testing::IsOk());
    articles_.clear();
    for (const auto& result : upserted.results()) articles_.push_back(result.article());
  }

  static dateline::testing::PostgresCluster& Cluster() {
    return dateline::testing::PostgresCluster::Shared();
  }

  absl::Status Call(const std::string& role, const MethodDescriptor& method, const Message& request,
                    Message* response) {
    grpc::GenericStub stub(servers_.at(role)->channel());
    grpc::ClientContext context;
    const grpc::Slice slice(request.SerializeAsString());
    const grpc::ByteBuffer bytes(&slice, 1);
    grpc::ByteBuffer answer;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()),
                   {}, &bytes, &answer,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    absl::Status status = rpc::FromGrpcStatus(done.get_future().get());
    grpc::Slice whole;
    if (status.ok() && answer.DumpToSingleSlice(&whole).ok()) {
      EXPECT_TRUE(response->ParseFromArray(whole.begin(), static_cast<int>(whole.size())));
    }
    return status;
  }

  // The etag that a method answers for a resource, in its message `inner` or itself.
  std::string Etag(const char* method, const std::string& request, const char* inner) {
    const MethodDescriptor& descriptor = *FindMethod(method);
    const auto message = New(descriptor.input_type());
    EXPECT_TRUE(TextFormat::ParseFromString(request, message.get())) << request;
    const auto response = New(descriptor.output_type());
    EXPECT_EQ(Describe(Call("admin", descriptor, *message, response.get())), "OK");
    const Message* holder = response.get();
    if (inner != nullptr) {
      holder = &holder->GetReflection()->GetMessage(
          *holder, holder->GetDescriptor()->FindFieldByName(inner));
    }
    return holder->GetReflection()->GetString(*holder,
                                              holder->GetDescriptor()->FindFieldByName("etag"));
  }

  // Puts what is known only now into a request's or an answer's text.
  std::string Fill(std::string text) {
    for (size_t i = 0; i < articles_.size(); ++i) {
      text = absl::StrReplaceAll(text, {{absl::StrCat("$article", i + 1), articles_[i]}});
    }
    text = absl::StrReplaceAll(text, {{"$cluster", cluster_}, {"$position", position_}});
    if (absl::StrContains(text, "$members")) {
      const std::string etag =
          Etag("ListClusterMembers", absl::StrCat("parent: \"", cluster_, "\""), nullptr);
      text = absl::StrReplaceAll(text, {{"$members", absl::CEscape(etag)}});
    }
    for (size_t at = text.find("$etag("); at != std::string::npos; at = text.find("$etag(")) {
      const size_t end = text.find(')', at);
      text.replace(at, end - at + 1, absl::CEscape(EtagOf(text.substr(at + 6, end - at - 6))));
    }
    for (size_t at = text.find("$pins("); at != std::string::npos; at = text.find("$pins(")) {
      const size_t end = text.find(')', at);
      const std::string topic = text.substr(at + 6, end - at - 6);
      text.replace(at, end - at + 1,
                   absl::CEscape(
                       Etag("GetPinnedArticles", absl::StrCat("topic: \"", topic, "\""), nullptr)));
    }
    return text;
  }

  std::string EtagOf(const std::string& name) {
    static const std::map<std::string, std::pair<const char*, const char*>> kReads = {
        {"articles", {"GetArticle", "record"}},
        {"topics", {"GetTopic", "topic"}},
        {"authors", {"GetAuthor", "author"}},
        {"publications", {"GetPublication", "publication"}},
        {"webhooks", {"GetWebhook", "webhook"}}};
    const auto& [method, inner] = kReads.at(name.substr(0, name.find('/')));
    return Etag(method, absl::StrCat("name: \"", name, "\""), inner);
  }

  static std::unique_ptr<Message> New(const Descriptor* type) {
    return std::unique_ptr<Message>(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  }

  // The transaction of a response's position, which is cleared.
  static uint64_t TakePosition(Message* response) {
    const auto* const field = response->GetDescriptor()->FindFieldByName("position");
    const auto position =
        DecodePosition(response->GetReflection()->GetString(*response, field), "position");
    response->GetReflection()->ClearField(response, field);
    EXPECT_THAT(position, dateline::testing::IsOk());
    return position.ok() ? position->xid() : 0;
  }

  int64_t Count(const std::string& sql) {
    pg::PoolOptions options;
    options.conninfo = Cluster().ConnInfo(database_, "dateline");
    options.size = 1;
    pg::Pool pool(options);
    int64_t count = 0;
    EXPECT_THAT(pg::RunTransaction(pool, RequestContext::Background("test"), {},
                                   [&](pqxx::transaction_base& transaction) {
                                     count = transaction.exec(sql)[0][0].as<int64_t>();
                                     return absl::OkStatus();
                                   }),
                dateline::testing::IsOk());
    return count;
  }

  void Run(const Row& row) {
    const MethodDescriptor* const method = FindMethod(row.method);
    ASSERT_NE(method, nullptr);
    const auto request = New(method->input_type());
    ASSERT_TRUE(TextFormat::ParseFromString(Fill(row.request), request.get()));
    const auto response = New(method->output_type());
    const auto field = [&](const char* name) {
      return method->input_type()->FindFieldByName(name);
    };
    const bool writes = field("validate_only") != nullptr;
    const std::string audit =
        absl::StrCat("SELECT count(*) FROM catalog.audit WHERE method = '", row.method, "'");
    const int64_t audited = Count(audit);
    const int64_t changes = Count("SELECT count(*) FROM catalog.changes");
    ASSERT_EQ(Describe(Call(row.role, *method, *request, response.get())), Fill(row.answer));
    const bool only_validated =
        writes && request->GetReflection()->GetBool(*request, field("validate_only"));
    if (row.answer != "OK" || only_validated) {
      EXPECT_EQ(Count(audit), audited);
      EXPECT_EQ(Count("SELECT count(*) FROM catalog.changes"), changes);
    } else if (writes) {
      EXPECT_GT(Count(audit), audited);
      // Of webhooks the log does not tell.
      EXPECT_EQ(Count("SELECT count(*) FROM catalog.changes") > changes,
                method->service()->name() != "WebhookService");
    }
    if (row.answer == "OK" && writes) {
      const auto copy = New(method->output_type());
      copy->CopyFrom(*response);
      EXPECT_GT(TakePosition(copy.get()), 0u);
    }
    if (!row.rules.contains("request_id")) return;
    const auto again = New(method->output_type());
    EXPECT_EQ(Describe(Call(row.role, *method, *request, again.get())), "OK");
    // The position of the same transaction, whatever the row.
    EXPECT_EQ(TakePosition(again.get()), TakePosition(response.get()));
    EXPECT_EQ(again->DebugString(), response->DebugString());
    request->GetReflection()->SetBool(request.get(), field("validate_only"), true);
    EXPECT_EQ(Describe(Call(row.role, *method, *request, again.get())),
              "INVALID_ARGUMENT REQUEST_ID_REUSED");
  }

  const std::string database_ = Cluster().NewDatabase();
  std::map<std::string, std::unique_ptr<Catalog>> servers_;
  std::vector<std::string> articles_;
  std::string cluster_, position_;
};

class ConformanceTableTest : public ConformanceTest,
                             public ::testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Tables, ConformanceTableTest, ::testing::ValuesIn(kTables));

TEST_P(ConformanceTableTest, AnswersAsTheTableSays) {
  for (const Row& row : ReadTable(GetParam())) {
    SCOPED_TRACE(absl::StrCat(GetParam(), ":", row.line, " ", row.method, " ", row.request));
    Run(row);
  }
}

TEST(ConformanceRowsTest, StandForEveryRuleOfEveryMethod) {
  std::map<std::string, std::set<std::string>> rules;
  std::set<std::string> succeeds;
  for (const char* table : kTables) {
    for (const Row& row : ReadTable(table)) {
      rules[row.method].insert(row.rules.begin(), row.rules.end());
      if (row.answer == "OK") succeeds.insert(row.method);
    }
  }
  for (const char* name : kServices) {
    const auto& service = *DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service.method_count(); ++i) {
      const MethodDescriptor& method = *service.method(i);
      EXPECT_THAT(rules[method.name()], ::testing::IsSupersetOf(RulesOf(method))) << method.name();
      if (method.server_streaming()) continue;
      EXPECT_EQ(succeeds.count(method.name()), 1u) << method.name() << " never succeeds";
    }
  }
}

}  // namespace
}  // namespace dateline::catalog
