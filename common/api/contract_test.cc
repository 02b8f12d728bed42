// What the contract's own descriptors must keep: bounds, roles, retries and what every write has.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/reachable.h"
#include "common/api/roles.h"
#include "dateline/options/v1/options.pb.h"

namespace dateline::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The files of the contract that have services, found in its folder so that none is forgotten.
std::vector<const FileDescriptor*> ServiceFiles() {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(DATELINE_SOURCE_DIR) / "proto";
  std::vector<const FileDescriptor*> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = entry.path().lexically_relative(root).string();
    if (!absl::EndsWith(name, "_service.proto")) continue;
    const FileDescriptor* const file = DescriptorPool::generated_pool()->FindFileByName(name);
    EXPECT_NE(file, nullptr) << name;
    if (file != nullptr) files.push_back(file);
  }
  EXPECT_GE(files.size(), 7u);
  return files;
}

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : ServiceFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.push_back(file->service(i)->method(j));
      }
    }
  }
  return methods;
}

std::vector<const Descriptor*> Requests() {
  std::vector<const Descriptor*> types;
  for (const MethodDescriptor* method : Methods()) types.push_back(method->input_type());
  return types;
}

options::v1::Retry RetryOf(const MethodDescriptor* method) {
  return method->options().GetExtension(options::v1::retry);
}

// Editors' and admins' methods, but reads.
bool IsWrite(const MethodDescriptor* method) {
  const options::v1::Role role = RoleOf(method);
  return (role == options::v1::ROLE_EDITOR || role == options::v1::ROLE_ADMIN) &&
         !absl::StartsWith(method->name(), "Get") && !absl::StartsWith(method->name(), "List");
}

// Whether the request, or what it updates, has an etag.
bool HasEtag(const MethodDescriptor* method) {
  const Descriptor* const request = method->input_type();
  if (request->FindFieldByName("etag") != nullptr) return true;
  if (!absl::StrContains(method->name(), "Update")) return false;
  for (int i = 0; i < request->field_count(); ++i) {
    const Descriptor* const held = request->field(i)->message_type();
    if (held != nullptr && held->FindFieldByName("etag") != nullptr) return true;
  }
  return false;
}

// What a write lacks, with the reason why it may; the whole list of exceptions.
std::map<std::string, std::string> Exceptions() {
  const std::string sources = "sources are not in the catalog's log, which positions are of";
  const std::string none_yet = "what is created has no etag yet";
  const std::string repeats = "what is done again is done by an idempotent upsert";
  return {
      {"CreateArticle: etag", none_yet},
      {"CreateTopic: etag", none_yet},
      {"CreateAuthor: etag", none_yet},
      {"CreatePublication: etag", none_yet},
      {"CreateWebhook: etag", none_yet},
      {"CreateSource: etag", none_yet},
      {"RetagArticles: etag", "it is about all articles"},
      {"CreateSource: position", sources},
      {"UpdateSource: position", sources},
      {"DeleteSource: position", sources},
      {"PauseSource: position", sources},
      {"ResumeSource: position", sources},
      {"PollSource: request_id", repeats},
      {"PollSource: validate_only", "InspectDocument shows what a document would bring"},
      {"PollSource: etag", "it changes nothing of the source's settings"},
      {"RetryReject: request_id", repeats},
      {"RetryReject: validate_only", "InspectDocument shows what a document would bring"},
      {"RetryReject: etag", "a reject never changes"},
      {"RetagArticles: position", "the operation's response has it"},
  };
}

TEST(ContractTest, EveryFieldOfARequestIsBounded) {
  EXPECT_THAT(UnboundedFields(Requests()), IsEmpty());
}

TEST(ContractTest, RulesFitTheirFields) { EXPECT_THAT(MisplacedRules(Requests()), IsEmpty()); }

TEST(ContractTest, EveryMethodHasARole) {
  for (const MethodDescriptor* method : Methods()) {
    EXPECT_NE(RoleOf(method), options::v1::ROLE_UNSPECIFIED) << method->full_name();
  }
}

// A bulk stream alone is never repeated by the client's library: its caller goes on by request id.
TEST(ContractTest, EveryMethodSaysWhetherItMayBeRepeated) {
  std::vector<std::string> never;
  for (const MethodDescriptor* method : Methods()) {
    EXPECT_TRUE(method->options().HasExtension(options::v1::retry)) << method->full_name();
    if (RetryOf(method) == options::v1::RETRY_UNSPECIFIED) never.push_back(method->name());
    if (RetryOf(method) == options::v1::RETRY_WITH_REQUEST_ID) {
      EXPECT_NE(method->input_type()->FindFieldByName("request_id"), nullptr)
          << method->full_name();
    }
  }
  EXPECT_THAT(never, ElementsAre("IngestArticles"));
}

TEST(ContractTest, EveryWriteCanBeRepeatedTriedAndWaitedFor) {
  const std::map<std::string, std::string> exceptions = Exceptions();
  std::set<std::string> unused;
  for (const auto& [name, reason] : exceptions) unused.insert(name);
  int writes = 0;
  for (const MethodDescriptor* method : Methods()) {
    if (!IsWrite(method)) continue;
    ++writes;
    const auto expect = [&](bool has, const char* what) {
      const std::string name = absl::StrCat(method->name(), ": ", what);
      if (!has && !exceptions.contains(name)) ADD_FAILURE() << "lacks " << name;
      if (!has) unused.erase(name);
    };
    const Descriptor* const request = method->input_type();
    expect(request->FindFieldByName("request_id") != nullptr, "request_id");
    expect(request->FindFieldByName("validate_only") != nullptr, "validate_only");
    expect(HasEtag(method), "etag");
    expect(method->output_type()->FindFieldByName("position") != nullptr, "position");
  }
  EXPECT_GE(writes, 35);
  EXPECT_THAT(unused, IsEmpty()) << "exceptions that are not needed";
}

// A field's type as the contract spells it, "repeated" included.
std::string TypeOf(const google::protobuf::FieldDescriptor* field) {
  std::string type = field->type_name();
  if (field->message_type() != nullptr) type = field->message_type()->full_name();
  if (field->enum_type() != nullptr) type = field->enum_type()->full_name();
  return absl::StrCat(field->is_repeated() ? "repeated " : "", type);
}

// design.md, section 3: the same thing has the same name, and a name the same type, in every read.
const std::map<std::string, std::string>& RequestOptions() {
  static const auto& options =
      *new std::map<std::string, std::string>{{"filter", "dateline.query.v1.ArticleFilter"},
                                              {"view", "dateline.content.v1.ArticleView"},
                                              {"read_mask", "google.protobuf.FieldMask"},
                                              {"include", "dateline.query.v1.Include"},
                                              {"languages", "repeated string"},
                                              {"fold_clusters", "bool"},
                                              {"teaser_words", "int32"},
                                              {"page_size", "int32"},
                                              {"page_token", "string"},
                                              {"min_position", "string"},
                                              {"as_of", "google.protobuf.Timestamp"},
                                              {"if_none_match", "string"}};
  return options;
}

const std::map<std::string, std::string>& AnswerOptions() {
  static const auto& options = *new std::map<std::string, std::string>{
      {"position", "string"},
      {"read_time", "google.protobuf.Timestamp"},
      {"etag", "string"},
      {"max_age", "google.protobuf.Duration"},
      {"next_page_token", "string"},
      {"previous_page_token", "string"},
      {"topics", "repeated dateline.content.v1.Topic"},
      {"authors", "repeated dateline.content.v1.Author"},
      {"publications", "repeated dateline.content.v1.Publication"}};
  return options;
}

void ExpectTypes(const Descriptor& message, const std::map<std::string, std::string>& types) {
  for (const auto& [name, type] : types) {
    const auto* const field = message.FindFieldByName(name);
    if (field != nullptr) {
      EXPECT_EQ(TypeOf(field), type) << field->full_name();
    }
  }
  for (const char* other :
       {"limit", "max_results", "offset", "cursor", "fields", "field_mask", "at",
        "languages_wanted", "expand", "known_etag", "ttl", "next", "previous"}) {
    EXPECT_EQ(message.FindFieldByName(other), nullptr) << message.full_name() << "." << other;
  }
}

TEST(ContractTest, ReadsNameTheSameThingsAlike) {
  int reads = 0;
  for (const MethodDescriptor* method : Methods()) {
    if (method->service()->full_name() != "dateline.query.v1.QueryService") continue;
    if (method->name() == "GetStatus") continue;  // it counts and holds no content
    const Descriptor& request = *method->input_type();
    const Descriptor& answer = *method->output_type();
    ExpectTypes(request, RequestOptions());
    ExpectTypes(answer, AnswerOptions());
    const bool pages = request.FindFieldByName("page_token") != nullptr;
    EXPECT_EQ(pages, answer.FindFieldByName("next_page_token") != nullptr) << method->full_name();
    if (pages) {
      EXPECT_NE(request.FindFieldByName("page_size"), nullptr) << method->full_name();
    }
    if (request.FindFieldByName("if_none_match") != nullptr) {
      EXPECT_NE(answer.FindFieldByName("etag"), nullptr) << method->full_name();
    }
    if (request.FindFieldByName("include") != nullptr) {
      for (const char* along : {"topics", "authors", "publications"}) {
        EXPECT_NE(answer.FindFieldByName(along), nullptr) << method->full_name() << " " << along;
      }
    }
    if (request.FindFieldByName("min_position") != nullptr) {
      ++reads;
      EXPECT_NE(answer.FindFieldByName("position"), nullptr) << method->full_name();
      EXPECT_NE(answer.FindFieldByName("read_time"), nullptr) << method->full_name();
    }
  }
  EXPECT_GE(reads, 15);
}

}  // namespace
}  // namespace dateline::api
