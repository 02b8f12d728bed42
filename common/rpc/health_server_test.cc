// Health for probes without TLS, and who may use what gRPC's own plugins serve, over real ports.
#include "common/rpc/health_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/rpc/runtime.h"
#include "common/rpc/server.h"
#include "common/rpc/status.h"
#include "dateline/query/v1/query_service.grpc.pb.h"

namespace dateline::rpc {
namespace {

using query::v1::QueryService;

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kReflect[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr char kTopChannels[] = "/grpc.channelz.v1.Channelz/GetTopChannels";
// HealthCheckResponse.status, encoded.
constexpr char kServing[] = "\x08\x01";
constexpr char kNotServing[] = "\x08\x02";

class HealthServerTest : public ::testing::Test {
 protected:
  void Serve(uint32_t roles) {
    server_.reset();  // Before its runtime.
    runtime_ = std::make_unique<Runtime>(metrics_, 1, 10, Callers(roles));
    ServerOptions options;
    options.runtime = runtime_.get();
    options.drain_timeout = absl::Milliseconds(200);
    options.health_address = "127.0.0.1:0";
    auto server = Server::Start(options, {{QueryService::service_full_name(), &service_}});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    ASSERT_NE(server_->health_port(), 0);
  }

  // Calls a method with a request of these bytes; the answer's bytes, if it is OK.
  absl::StatusOr<std::string> Call(int port, const std::string& method,
                                   const std::string& request) {
    grpc::GenericStub stub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    const grpc::Slice slice(request);
    const grpc::ByteBuffer bytes(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, method, {}, &bytes, &response,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    const absl::Status status = FromGrpcStatus(done.get_future().get());
    if (!status.ok()) return status;
    grpc::Slice answer;
    EXPECT_TRUE(response.DumpToSingleSlice(&answer).ok());
    return std::string(answer.begin(), answer.end());
  }
  absl::StatusCode CodeOf(const std::string& method) {
    return Call(server_->port(), method, "").status().code();
  }

  obs::Metrics metrics_;
  std::unique_ptr<Runtime> runtime_;
  QueryService::CallbackService service_;
  std::unique_ptr<Server> server_;
};

TEST_F(HealthServerTest, TellsWhatTheServerTells) {
  Serve(api::AllRoles());
  const std::string name = QueryService::service_full_name();
  const std::string request =
      absl::StrCat("\x0A", std::string(1, static_cast<char>(name.size())), name);
  for (const int port : {server_->port(), server_->health_port()}) {
    EXPECT_EQ(*Call(port, kCheck, request), kNotServing);
  }
  server_->SetServing(true);
  for (const int port : {server_->port(), server_->health_port()}) {
    EXPECT_EQ(*Call(port, kCheck, request), kServing);
    EXPECT_EQ(*Call(port, kCheck, ""), kServing);
    EXPECT_EQ(Call(port, kCheck, "\x0A\x01x").status().code(), absl::StatusCode::kNotFound);
  }
}

TEST_F(HealthServerTest, HasNothingElse) {
  Serve(api::AllRoles());
  for (const char* const method :
       {kReflect, kTopChannels, "/dateline.query.v1.QueryService/GetArticle"}) {
    EXPECT_EQ(Call(server_->health_port(), method, "").status().code(),
              absl::StatusCode::kUnimplemented)
        << method;
  }
}

TEST_F(HealthServerTest, IsOpenWhileReflectionIsReadersAndChannelzAdmins) {
  Serve(0);
  EXPECT_EQ(CodeOf(kCheck), absl::StatusCode::kOk);
  for (const char* const method : {kReflect, kTopChannels}) {
    const absl::Status denied = Call(server_->port(), method, "").status();
    EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied) << method;
    EXPECT_EQ(error::ReasonOf(denied), errors::v1::ERROR_REASON_PERMISSION_DENIED);
  }
  Serve(api::WithIncluded(options::v1::ROLE_READER));
  EXPECT_EQ(CodeOf(kReflect), absl::StatusCode::kOk);
  EXPECT_EQ(CodeOf(kTopChannels), absl::StatusCode::kPermissionDenied);
  Serve(api::WithIncluded(options::v1::ROLE_ADMIN));
  EXPECT_EQ(CodeOf(kReflect), absl::StatusCode::kOk);
  EXPECT_EQ(CodeOf(kTopChannels), absl::StatusCode::kOk);
}

TEST_F(HealthServerTest, SaysThatItsPortIsTaken) {
  Serve(api::AllRoles());
  ServerOptions options;
  options.health_address = absl::StrCat("127.0.0.1:", server_->port());
  EXPECT_EQ(Server::Start(options, {}).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace dateline::rpc
