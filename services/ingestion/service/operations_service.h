#ifndef DATELINE_SERVICES_INGESTION_SERVICE_OPERATIONS_SERVICE_H_
#define DATELINE_SERVICES_INGESTION_SERVICE_OPERATIONS_SERVICE_H_

#include "common/rpc/runtime.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "services/ingestion/service/retag_handlers.h"

namespace dateline::ingestion::service {

// The gRPC shell of google.longrunning.Operations for this server's operations. A call that waits
// for one holds no thread: it looks again and again. Thread-safe.
class OperationsService final : public google::longrunning::Operations::CallbackService {
 public:
  // Both must outlive it.
  OperationsService(RetagHandlers& handlers, rpc::Runtime& runtime)
      : handlers_(handlers), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ListOperations(
      grpc::CallbackServerContext* context,
      const google::longrunning::ListOperationsRequest* request,
      google::longrunning::ListOperationsResponse* response) override;
  grpc::ServerUnaryReactor* GetOperation(grpc::CallbackServerContext* context,
                                         const google::longrunning::GetOperationRequest* request,
                                         google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* DeleteOperation(
      grpc::CallbackServerContext* context,
      const google::longrunning::DeleteOperationRequest* request,
      google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* CancelOperation(
      grpc::CallbackServerContext* context,
      const google::longrunning::CancelOperationRequest* request,
      google::protobuf::Empty* response) override;
  // Answers when the operation is done, or as it is after the request's timeout, shortly before the
  // call's deadline, or after 5 minutes.
  grpc::ServerUnaryReactor* WaitOperation(grpc::CallbackServerContext* context,
                                          const google::longrunning::WaitOperationRequest* request,
                                          google::longrunning::Operation* response) override;

 private:
  RetagHandlers& handlers_;
  rpc::Runtime& runtime_;
};

}  // namespace dateline::ingestion::service

#endif  // DATELINE_SERVICES_INGESTION_SERVICE_OPERATIONS_SERVICE_H_
