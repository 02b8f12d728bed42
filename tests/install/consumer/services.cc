// Calls through the generated stub: without an argument nobody answers, so the call must fail as
// UNAVAILABLE; with the address of a query service it prints what the service says of itself.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <iostream>

#include "dateline/query/v1/query_service.grpc.pb.h"

int main(int argc, char** argv) {
  const std::string address = argc > 1 ? argv[1] : "127.0.0.1:1";
  const auto stub = dateline::query::v1::QueryService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  dateline::query::v1::GetStatusResponse response;
  const grpc::Status status = stub->GetStatus(&context, {}, &response);
  std::cout << status.error_code() << " " << status.error_message() << response.version() << "\n";
  return status.error_code() == (argc > 1 ? grpc::OK : grpc::UNAVAILABLE) ? 0 : 1;
}
