#ifndef DATELINE_SERVICES_CATALOG_TESTING_TEST_SERVICE_STUBS_H_
#define DATELINE_SERVICES_CATALOG_TESTING_TEST_SERVICE_STUBS_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <tuple>

#include "absl/status/status.h"
#include "common/rpc/status.h"
#include "dateline/catalog/v1/catalog_service.grpc.pb.h"
#include "dateline/catalog/v1/changes_service.grpc.pb.h"
#include "dateline/catalog/v1/intake_service.grpc.pb.h"
#include "dateline/catalog/v1/webhook_service.grpc.pb.h"

namespace dateline::catalog::testing {

// The stubs of a catalog's services, for tests. Thread-safe.
class Stubs {
 public:
  explicit Stubs(const std::shared_ptr<grpc::ChannelInterface>& channel)
      : stubs_(v1::CatalogService::NewStub(channel), v1::IntakeService::NewStub(channel),
               v1::ChangesService::NewStub(channel), v1::WebhookService::NewStub(channel)) {}

  // Calls a unary method, e.g. `&v1::IntakeService::Stub::EnsureTopics`; the status as an
  // absl::Status with its details.
  template <typename Stub, typename Request, typename Response>
  absl::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) const {
    grpc::ClientContext context;
    Stub& stub = *std::get<std::unique_ptr<Stub>>(stubs_);
    return rpc::FromGrpcStatus((stub.*method)(&context, request, response));
  }

  v1::CatalogService::Stub& catalog() const { return *std::get<0>(stubs_); }
  v1::IntakeService::Stub& intake() const { return *std::get<1>(stubs_); }
  v1::ChangesService::Stub& changes() const { return *std::get<2>(stubs_); }

 private:
  const std::tuple<
      std::unique_ptr<v1::CatalogService::Stub>, std::unique_ptr<v1::IntakeService::Stub>,
      std::unique_ptr<v1::ChangesService::Stub>, std::unique_ptr<v1::WebhookService::Stub>>
      stubs_;
};

}  // namespace dateline::catalog::testing

#endif  // DATELINE_SERVICES_CATALOG_TESTING_TEST_SERVICE_STUBS_H_
