// What a server holds of answers that nobody reads, over a real port.
#include "common/rpc/answer_budget.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/api/roles.h"
#include "common/rpc/server.h"
#include "common/rpc/status.h"
#include "common/rpc/unary.h"
#include "common/testing/status_matchers.h"
#include "dateline/query/v1/query_service.grpc.pb.h"

namespace dateline::rpc {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using query::v1::GetArticleRequest;
using query::v1::GetArticleResponse;

constexpr size_t kMaxBytes = size_t{10} << 20;

// Answers GetArticle with a body of as many bytes as the name says.
class BodyService final : public query::v1::QueryService::CallbackService {
 public:
  explicit BodyService(Runtime& runtime) : runtime_(runtime) {}

  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const GetArticleRequest* request,
                                       GetArticleResponse* response) override {
    return RunInline(
        context, runtime_, runtime_.StatsOf("GetArticle"),
        [&](const RequestContext&) {
          size_t bytes = 0;
          EXPECT_TRUE(absl::SimpleAtoi(absl::StripPrefix(request->name(), "articles/"), &bytes));
          response->mutable_article()->set_body_html(std::string(bytes, 'x'));
          return absl::OkStatus();
        },
        response);
  }

 private:
  Runtime& runtime_;
};

// A call whose answer is not read before it is asked for.
class UnreadCall {
 public:
  UnreadCall(const std::shared_ptr<grpc::Channel>& channel, size_t bytes) {
    GetArticleRequest request;
    request.set_name(absl::StrCat("articles/", bytes));
    call_ = query::v1::QueryService::NewStub(channel)->PrepareAsyncGetArticle(&context_, request,
                                                                              &queue_);
    call_->StartCall();
    call_->ReadInitialMetadata(this);
  }
  ~UnreadCall() {
    context_.TryCancel();
    queue_.Shutdown();
    Wait();
  }

  // Until the server has answered.
  void AwaitAnswer() { Wait(); }

  absl::Status Read() {
    grpc::Status status;
    call_->Finish(&response_, &status, this);
    Wait();
    return FromGrpcStatus(status);
  }

  size_t bytes() const { return response_.article().body_html().size(); }

 private:
  void Wait() {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
  }

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<GetArticleResponse>> call_;
  GetArticleResponse response_;
};

class AnswerBudgetTest : public ::testing::Test {
 protected:
  AnswerBudgetTest()
      : runtime_(metrics_, 1, 10, Callers(api::AllRoles()), "calls", kMaxBytes),
        service_(runtime_) {
    ServerOptions options;
    options.runtime = &runtime_;
    options.drain_timeout = absl::Milliseconds(200);
    auto server =
        Server::Start(options, {{query::v1::QueryService::service_full_name(), &service_}});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    // Or else the client's side takes in what it was not asked to read.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                         grpc::InsecureChannelCredentials(), arguments);
  }

  std::unique_ptr<UnreadCall> Ask(size_t bytes) {
    auto call = std::make_unique<UnreadCall>(channel_, bytes);
    call->AwaitAnswer();
    return call;
  }

  obs::Metrics metrics_;
  Runtime runtime_;
  BodyService service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(AnswerBudgetTest, HoldsNoMoreThanItMayOfAnswersThatNobodyReads) {
  constexpr size_t kLarge = size_t{3} << 20;
  std::vector<std::unique_ptr<UnreadCall>> unread;
  for (int i = 0; i < 8; ++i) unread.push_back(Ask(kLarge));
  // Small answers pass all the same.
  const auto small = Ask(10'000);
  EXPECT_THAT(small->Read(), IsOk());
  EXPECT_EQ(small->bytes(), 10'000);
  for (size_t i = 0; i < unread.size(); ++i) {
    const absl::Status status = unread[i]->Read();
    if (i < 3) {
      EXPECT_THAT(status, IsOk());
      EXPECT_EQ(unread[i]->bytes(), kLarge);
    } else {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
      EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_QUOTA_EXCEEDED));
    }
  }
}

TEST_F(AnswerBudgetTest, TakesBackWhatWasReadAndWhatWasGivenUp) {
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Ask(size_t{3} << 20)->Read(), IsOk());
  for (int i = 0; i < 20; ++i) Ask(size_t{3} << 20);  // Its end cancels the call.
  absl::Status status;
  // The server hears of the last ones in its own time.
  for (int i = 0; i < 1'000; ++i) {
    status = Ask(size_t{6} << 20)->Read();
    if (status.ok()) break;
  }
  EXPECT_THAT(status, IsOk());
}

}  // namespace
}  // namespace dateline::rpc
