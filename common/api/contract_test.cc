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
      if (!has && exceptions.count(name) == 0) ADD_FAILURE() << "lacks " << name;
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

}  // namespace
}  // namespace dateline::api
