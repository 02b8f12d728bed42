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
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/api/roles.h"
#include "common/errors/details.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::TextFormat;

constexpr char kService[] = "dateline.catalog.v1.CatalogService";
// Whose rows stand in the tables; the other methods' are still to come.
constexpr const char* kCovered[] = {"Topic", "Author", "Publication", "PinnedArticles"};

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

const MethodDescriptor* FindMethod(const std::string& name) {
  return DescriptorPool::generated_pool()->FindServiceByName(kService)->FindMethodByName(name);
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
  const auto role = api::RoleOf(&method);
  if (role != options::v1::ROLE_READER) rules.insert("permission");
  for (const char* rule : {"request_id", "validate_only"}) {
    if (has(rule)) rules.insert(rule);
  }
  if (has("update_mask")) rules.insert("mask");
  if (has("page_token")) rules.insert("page");
  const bool creates = absl::StartsWith(method.name(), "Create");
  if (creates) rules.insert("exists");
  if (!creates && !has("page_token")) rules.insert({"missing", "required"});
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
  for (const char* key : {"field", "resource"}) {
    const auto found = info.metadata().find(key);
    if (found != info.metadata().end()) absl::StrAppend(&answer, " ", found->second);
  }
  return answer;
}

class ConformanceTest : public ::testing::Test {
 protected:
  ConformanceTest() {
    for (const char* role : {"reader", "previewer", "editor", "admin"}) {
      servers_[role] = std::make_unique<Catalog>(Cluster().ConnInfo(database_, "dateline_catalog"),
                                                 *api::ParseRoles(role));
    }
    Catalog setup(Cluster().ConnInfo(database_, "dateline_catalog"));
    EXPECT_THAT(setup.CreatePublication(), dateline::testing::IsOk());
    EXPECT_THAT(setup.CreateTopic("energy"), dateline::testing::IsOk());
    testing::UpsertBuilder batch;
    batch.Item("1", "One").Topic("topics/energy").Item("2", "Two");
    v1::BatchUpsertArticlesResponse upserted;
    EXPECT_THAT(
        setup.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &upserted),
        dateline::testing::IsOk());
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
    stub.UnaryCall(&context, absl::StrCat("/", kService, "/", method.name()), {}, &bytes, &answer,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    const absl::Status status = rpc::FromGrpcStatus(done.get_future().get());
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

  // Puts what is known only now into a request's text.
  std::string Fill(std::string text) {
    for (size_t i = 0; i < articles_.size(); ++i) {
      text = absl::StrReplaceAll(text, {{absl::StrCat("$article", i + 1), articles_[i]}});
    }
    for (const char* kind : {"$etag(", "$pins("}) {
      const size_t begin = text.find(kind);
      if (begin == std::string::npos) continue;
      const size_t end = text.find(')', begin);
      const std::string name = text.substr(begin + 6, end - begin - 6);
      const std::vector<std::string> parts = absl::StrSplit(name, '/');
      static const std::map<std::string, std::pair<const char*, const char*>> kReads = {
          {"topics", {"GetTopic", "topic"}},
          {"authors", {"GetAuthor", "author"}},
          {"publications", {"GetPublication", "publication"}}};
      const std::string etag =
          kind[1] == 'p' ? Etag("GetPinnedArticles", absl::StrCat("topic: \"", name, "\""), nullptr)
                         : Etag(kReads.at(parts[0]).first, absl::StrCat("name: \"", name, "\""),
                                kReads.at(parts[0]).second);
      text.replace(begin, end - begin + 1, absl::StrReplaceAll(etag, {{"\"", "\\\""}}));
    }
    return text;
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
    ASSERT_EQ(Describe(Call(row.role, *method, *request, response.get())), row.answer);
    const bool only_validated =
        writes && request->GetReflection()->GetBool(*request, field("validate_only"));
    if (row.answer != "OK" || only_validated) {
      EXPECT_EQ(Count(audit), audited);
      EXPECT_EQ(Count("SELECT count(*) FROM catalog.changes"), changes);
    } else if (writes) {
      EXPECT_GT(Count(audit), audited);
      EXPECT_GT(Count("SELECT count(*) FROM catalog.changes"), changes);
    }
    if (row.answer == "OK" && writes) {
      const auto copy = New(method->output_type());
      copy->CopyFrom(*response);
      EXPECT_GT(TakePosition(copy.get()), 0u);
    }
    if (row.rules.count("request_id") == 0) return;
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
};

TEST_F(ConformanceTest, AnswersAsTheTableSays) {
  for (const Row& row : ReadTable("vocabulary.txt")) {
    SCOPED_TRACE(absl::StrCat("vocabulary.txt:", row.line, " ", row.method, " ", row.request));
    Run(row);
  }
}

TEST(ConformanceTableTest, HasRowsOfEveryRuleOfEveryMethod) {
  std::map<std::string, std::set<std::string>> rules;
  std::set<std::string> succeeds;
  for (const Row& row : ReadTable("vocabulary.txt")) {
    rules[row.method].insert(row.rules.begin(), row.rules.end());
    if (row.answer == "OK") succeeds.insert(row.method);
  }
  const auto& service = *DescriptorPool::generated_pool()->FindServiceByName(kService);
  int covered = 0;
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    const bool is_covered =
        std::any_of(std::begin(kCovered), std::end(kCovered),
                    [&](const char* what) { return absl::StrContains(method.name(), what); });
    if (!is_covered) continue;
    ++covered;
    EXPECT_THAT(rules[method.name()], ::testing::IsSupersetOf(RulesOf(method))) << method.name();
    EXPECT_EQ(succeeds.count(method.name()), 1u) << method.name() << " never succeeds";
  }
  EXPECT_EQ(covered, 21);
}

}  // namespace
}  // namespace dateline::catalog
