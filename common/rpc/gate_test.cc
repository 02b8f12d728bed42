// What passes the gate before a server's methods, and what is said of the rest, over a real port.
#include "common/rpc/gate.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <sys/resource.h>

#include <future>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"
#include "common/errors/errors.h"
#include "common/rpc/server.h"
#include "common/rpc/status.h"
#include "common/rpc/unary.h"
#include "dateline/query/v1/query_service.grpc.pb.h"
#include "dateline/query/v1/replica_service.grpc.pb.h"

namespace dateline::rpc {
namespace {

using query::v1::GetArticleRequest;
using query::v1::GetArticleResponse;

// Answers one method of the contract with the name that it was asked for.
class EchoService final : public query::v1::QueryService::CallbackService {
 public:
  explicit EchoService(Runtime& runtime) : runtime_(runtime) {}

  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const GetArticleRequest* request,
                                       GetArticleResponse* response) override {
    return RunUnary(context, runtime_, "GetArticle", [=](const RequestContext& call) {
      response->mutable_article()->set_name(request->name());
      response->mutable_article()->set_title(call.caller());
      return absl::OkStatus();
    });
  }

 private:
  Runtime& runtime_;
};

class GateTest : public ::testing::Test {
 protected:
  explicit GateTest(uint32_t roles = api::AllRoles())
      : runtime_(metrics_, 2, 10, Callers(roles)), service_(runtime_) {
    ServerOptions options;
    options.runtime = &runtime_;
    options.drain_timeout = absl::Milliseconds(200);
    auto server =
        Server::Start(options, {{query::v1::QueryService::service_full_name(), &service_},
                                {query::v1::ReplicaService::service_full_name(), &replicas_}});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  // A call with bytes that no generated client would send.
  grpc::Status CallRaw(const std::string& method, const std::string& bytes,
                       grpc_compression_algorithm compression = GRPC_COMPRESS_NONE) {
    return CallAt(absl::StrCat("/dateline.query.v1.QueryService/", method), bytes, compression);
  }
  grpc::Status CallReplica(const std::string& method, const std::string& bytes) {
    return CallAt(absl::StrCat("/dateline.query.v1.ReplicaService/", method), bytes,
                  GRPC_COMPRESS_NONE);
  }
  grpc::Status CallAt(const std::string& path, const std::string& bytes,
                      grpc_compression_algorithm compression) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_compression_algorithm(compression);
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, path, {}, &request, &response,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }

  obs::Metrics metrics_;
  Runtime runtime_;
  EchoService service_;
  query::v1::ReplicaService::CallbackService replicas_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

class ReadersGateTest : public GateTest {
 protected:
  ReadersGateTest() : GateTest(api::WithIncluded(options::v1::ROLE_READER)) {}
};

class NobodysGateTest : public GateTest {
 protected:
  NobodysGateTest() : GateTest(0) {}
};

void ExpectInvalid(const grpc::Status& status, const std::string& message) {
  const absl::Status error = FromGrpcStatus(status);
  EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error.message(), message);
  EXPECT_EQ(error::ReasonOf(error), errors::v1::ERROR_REASON_INVALID_FIELD);
}

TEST_F(GateTest, LetsAValidCallThrough) {
  grpc::ClientContext context;
  GetArticleRequest request;
  request.set_name("articles/a");
  GetArticleResponse response;
  const auto stub = query::v1::QueryService::NewStub(channel_);
  const grpc::Status status = stub->GetArticle(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.article().name(), "articles/a");
  EXPECT_EQ(response.article().title(), "local");
}

TEST_F(GateTest, SaysThatBytesAreNoMessage) {
  ExpectInvalid(CallRaw("GetArticle", "\xFF\xFF\xFF"),
                "request: the bytes are no message of the type GetArticleRequest");
  // Of a stream of answers too.
  ExpectInvalid(CallRaw("WatchArticles", "\x0A\x7F"),
                "request: the bytes are no message of the type WatchArticlesRequest");
}

TEST_F(GateTest, NamesTheTextThatIsNoUtf8) {
  ExpectInvalid(CallRaw("GetArticle", "\x0A\x02\xC3\x28"), "name: must be UTF-8");
  // A message within the request.
  ExpectInvalid(CallRaw("WatchArticles", "\x0A\x03\x52\x01\xFF"),
                "filter.any_topics: must be UTF-8");
}

TEST_F(GateTest, ChecksFields) {
  const absl::Status error = FromGrpcStatus(CallRaw("GetArticle", std::string("\x0A\x03"
                                                                              "a\0b",
                                                                              5)));
  EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error::FieldViolationsOf(error).field_violations(0).field(), "name");
}

TEST_F(GateTest, RefusesFieldsThatTheContractLacks) {
  // Field 99, a varint: by itself, and in the filter.
  ExpectInvalid(CallRaw("GetArticle", "\x98\x06\x01"), "99: there is no field of this number");
  ExpectInvalid(CallRaw("WatchArticles", "\x0A\x03\x98\x06\x01"),
                "filter.99: there is no field of this number");
}

TEST_F(GateTest, PassesOverThemBetweenServicesAndCountsThem) {
  EXPECT_EQ(CallReplica("GetDigest", "\x98\x06\x01\x98\x06\x02").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(
      metrics_.Counter("dateline_rpc_unknown_fields_total", "", {{"method", "GetDigest"}}).Value(),
      2);
}

TEST_F(GateTest, RefusesCompressedMessagesWithoutUnpackingThem) {
  const std::string zeros(size_t{256} << 20, '\0');
  // This process holds the client, which has the zeros; what the server unpacks would come on top.
  rusage before;
  getrusage(RUSAGE_SELF, &before);
  const grpc::Status status = CallRaw("GetArticle", zeros, GRPC_COMPRESS_GZIP);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
  rusage after;
  getrusage(RUSAGE_SELF, &after);
#ifndef __SANITIZE_ADDRESS__  // it keeps what was freed
  // One copy is the client's slice.
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, (256 + 64) << 10);
#endif
}

TEST_F(GateTest, TakesAFarDeadlineForNone) {
  grpc::ClientContext context;
  context.set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_REALTIME), gpr_time_from_hours(99'999'999, GPR_TIMESPAN)));
  GetArticleRequest request;
  GetArticleResponse response;
  const auto stub = query::v1::QueryService::NewStub(channel_);
  const grpc::Status status = stub->GetArticle(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(ReadersGateTest, RefusesWhoLacksTheRole) {
  EXPECT_TRUE(CallRaw("GetArticle", "").ok());
  const absl::Status denied = FromGrpcStatus(CallReplica("GetDigest", ""));
  EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(error::ReasonOf(denied), errors::v1::ERROR_REASON_PERMISSION_DENIED);
  EXPECT_EQ(FromGrpcStatus(CallReplica("StreamCheckpoint", "")).code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(NobodysGateTest, RefusesWhoHasNoRole) {
  EXPECT_EQ(FromGrpcStatus(CallRaw("GetArticle", "")).code(), absl::StatusCode::kPermissionDenied);
}

// A watch of the whole server's health, whose messages are a varint (1 is SERVING, 2 NOT_SERVING).
class HealthWatch final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit HealthWatch(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {
    stub_.PrepareBidiStreamingCall(&context_, "/grpc.health.v1.Health/Watch", {}, this);
    StartCall();
    const grpc::Slice empty("");
    request_ = grpc::ByteBuffer(&empty, 1);
    StartWriteLast(&request_, {});
    StartRead(&answer_);
  }
  ~HealthWatch() override {
    context_.TryCancel();
    ended_.get_future().wait();
  }

  // Waits until `status` is the latest.
  void Await(char status) {
    MutexLock lock(mutex_);
    while (statuses_.empty() || statuses_.back() != status) changed_.Wait(mutex_);
  }
  std::string statuses() {
    MutexLock lock(mutex_);
    return statuses_;
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    grpc::Slice slice;
    EXPECT_TRUE(answer_.DumpToSingleSlice(&slice).ok());
    {
      MutexLock lock(mutex_);
      statuses_.push_back(slice.size() < 2 ? '0' : static_cast<char>('0' + slice.begin()[1]));
      changed_.SignalAll();
    }
    StartRead(&answer_);
  }
  void OnDone(const grpc::Status& /*status*/) override { ended_.set_value(); }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer answer_;
  std::promise<void> ended_;
  Mutex mutex_;
  CondVar changed_;
  std::string statuses_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(GateTest, HealthStaysDownOnceDrainHasBegun) {
  server_->SetServing(true);
  HealthWatch watch(channel_);
  watch.Await('1');
  std::thread drain([this] { server_->Drain(); });
  watch.Await('2');
  // As a service's own sampling does at any time.
  server_->SetServing(true);
  drain.join();
  EXPECT_EQ(watch.statuses().back(), '2') << watch.statuses();
}

}  // namespace
}  // namespace dateline::rpc
