#ifndef DATELINE_SERVICES_QUERY_TESTING_QUERY_TEST_FIXTURE_H_
#define DATELINE_SERVICES_QUERY_TESTING_QUERY_TEST_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/obs/metrics.h"
#include "common/rpc/runtime.h"
#include "common/rpc/status.h"
#include "common/testing/in_process_server.h"
#include "common/tokens/page_token.h"
#include "services/catalog/testing/fake_catalog_server.h"
#include "services/query/client/grpc_catalog_feed.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/replica.h"
#include "services/query/replica/replica_test_util.h"
#include "services/query/service/query_service.h"
#include "services/query/service/replica_service.h"

namespace dateline::query::testing {

using catalog::testing::FakeCatalogServer;

// A machine's clock that runs, from the tests' epoch and wrong by as much as it is told.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(absl::Duration skew = absl::ZeroDuration())
      : skew_(skew), start_(RealClock()->Elapsed()) {}
  absl::Time Now() override { return replica::testing::Epoch() + skew_ + (Elapsed() - start_); }
  absl::Duration Elapsed() override { return RealClock()->Elapsed(); }

 private:
  const absl::Duration skew_;
  const absl::Duration start_;
};

// The query service whole, around an in-memory catalog: replica, follower, gRPC server and client.
class QueryProcess {
 public:
  static constexpr char kConsumer[] = "consumers/query-test";

  // It keeps a copy in `folder`, and is known to the catalog as kConsumer. `callers` says which
  // roles those have who call it, `parts` what it has beside the copy.
  QueryProcess(FakeCatalogServer& catalog, const std::string& folder,
               absl::Duration skew = absl::ZeroDuration(),
               size_t max_answer_bytes = rpc::AnswerBudget::kMaxBytes,
               absl::Duration serve_if_younger = absl::Minutes(10),
               follow::CheckpointSource* checkpoint = nullptr,
               rpc::Callers callers = rpc::Callers(),
               service::QueryParts parts = service::QueryParts())
      : clock_(skew),
        runtime_(metrics_, /*threads=*/1, /*queue_limit=*/16, std::move(callers), "calls",
                 max_answer_bytes),
        replica_(*replica::Replica::Open(folder, &clock_, serve_if_younger)),
        feed_(catalog.channel(), kConsumer),
        page_tokens_("a key for tests"),
        service_(
            *replica_, page_tokens_, runtime_, [this] { return follower_->status(); }, "test",
            std::move(parts)),
        replica_service_(*replica_, runtime_),
        follower_(std::make_unique<follow::Follower>(
            *replica_, feed_, RealClock(), [] {},
            follow::FollowerOptions{.checkpoint = checkpoint, .metrics = &metrics_})),
        server_(std::make_unique<dateline::testing::InProcessServer>(
            std::vector<grpc::Service*>{&service_, &replica_service_}, &runtime_)),
        stub_(v1::QueryService::NewStub(server_->channel())),
        replica_stub_(v1::ReplicaService::NewStub(server_->channel())) {}
  ~QueryProcess() {
    server_.reset();
    follower_.reset();
  }

  v1::QueryService::Stub& stub() { return *stub_; }
  replica::Replica& replica() { return *replica_; }
  // How another server reaches this one.
  std::shared_ptr<grpc::Channel> channel() { return server_->channel(); }
  obs::Metrics& metrics() { return metrics_; }

  // Calls a method; the status with its details.
  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (v1::QueryService::Stub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return rpc::FromGrpcStatus((stub_.get()->*method)(&context, request, response));
  }

  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (v1::ReplicaService::Stub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return rpc::FromGrpcStatus((replica_stub_.get()->*method)(&context, request, response));
  }

  // Asks for the status until `holds`; fails the test after 30 s.
  template <typename Condition>
  v1::GetStatusResponse AwaitStatus(Condition holds) {
    const absl::Duration deadline = RealClock()->Elapsed() + absl::Seconds(30);
    v1::GetStatusResponse status;
    do {
      const absl::Status called =
          Call(&v1::QueryService::Stub::GetStatus, v1::GetStatusRequest(), &status);
      EXPECT_TRUE(called.ok()) << called;
      if (holds(status)) return status;
    } while (RealClock()->Elapsed() < deadline);
    ADD_FAILURE() << "the state was not reached: " << status.ShortDebugString();
    return status;
  }
  void AwaitPosition(const std::string& token) {
    AwaitStatus([&](const v1::GetStatusResponse& status) { return status.position() == token; });
  }

 private:
  SkewedClock clock_;
  obs::Metrics metrics_;
  rpc::Runtime runtime_;
  std::unique_ptr<replica::Replica> replica_;
  client::GrpcCatalogFeed feed_;
  const tokens::PageTokenCodec page_tokens_;
  service::QueryService service_;
  service::ReplicaService replica_service_;
  std::unique_ptr<follow::Follower> follower_;
  std::unique_ptr<dateline::testing::InProcessServer> server_;
  std::unique_ptr<v1::QueryService::Stub> stub_;
  std::unique_ptr<v1::ReplicaService::Stub> replica_stub_;
};

}  // namespace dateline::query::testing

#endif  // DATELINE_SERVICES_QUERY_TESTING_QUERY_TEST_FIXTURE_H_
