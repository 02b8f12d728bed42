#include "services/ingestion/service/operations_service.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "common/errors/errors.h"
#include "common/rpc/unary.h"

namespace dateline::ingestion::service {
namespace {

namespace lro = google::longrunning;

constexpr absl::Duration kLook = absl::Milliseconds(200);
constexpr absl::Duration kShortest = absl::Milliseconds(10);
constexpr absl::Duration kLongestWait = absl::Minutes(5);
// Left for the answer's way.
constexpr absl::Duration kBeforeDeadline = absl::Milliseconds(300);

// A call that waits: looks at the operation on the executor, and rests between looks without a
// thread. Keeps itself while a look or an alarm is due.
class Waiter : public std::enable_shared_from_this<Waiter> {
 public:
  Waiter(RetagHandlers& handlers, rpc::Runtime& runtime, std::shared_ptr<rpc::ParkedCall> call,
         std::string name, absl::Duration limit, lro::Operation* response)
      : handlers_(handlers),
        runtime_(runtime),
        call_(std::move(call)),
        name_(std::move(name)),
        until_(runtime.clock()->Elapsed() +
               std::min(limit, call_->context().remaining() - kBeforeDeadline)),
        response_(response) {}

  void Look() {
    const bool taken = runtime_.executor().TrySubmit([self = shared_from_this()] { self->Run(); });
    // Others are waiting for more than news.
    if (!taken) Rest();
  }

 private:
  void Run() {
    if (call_->context().cancelled()) return call_->Complete(error::Cancelled());
    lro::Operation operation;
    const absl::Status status = handlers_.GetOperation(call_->context(), name_, &operation);
    const bool over = runtime_.clock()->Elapsed() >= until_;
    if (status.ok() && !operation.done() && !over) return Rest();
    *response_ = std::move(operation);
    call_->Complete(status);
  }

  void Rest() {
    const absl::Duration rest = std::clamp(until_ - runtime_.clock()->Elapsed(), kShortest, kLook);
    // Not kept by the alarm's function: the alarm, which is this object's, lets go of it never.
    resting_ = shared_from_this();
    alarm_.Set(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(rest), [this](bool) {
      const std::shared_ptr<Waiter> self = std::move(resting_);
      self->Look();
    });
  }

  RetagHandlers& handlers_;
  rpc::Runtime& runtime_;
  const std::shared_ptr<rpc::ParkedCall> call_;
  const std::string name_;
  const absl::Duration until_;
  lro::Operation* const response_;
  std::shared_ptr<Waiter> resting_;  // This, while the alarm is set.
  grpc::Alarm alarm_;
};

absl::Duration LimitOf(const lro::WaitOperationRequest& request) {
  if (!request.has_timeout()) return kLongestWait;
  return std::clamp(
      absl::Seconds(request.timeout().seconds()) + absl::Nanoseconds(request.timeout().nanos()),
      absl::ZeroDuration(), kLongestWait);
}

}  // namespace

grpc::ServerUnaryReactor* OperationsService::ListOperations(
    grpc::CallbackServerContext* context, const lro::ListOperationsRequest* request,
    lro::ListOperationsResponse* response) {
  return rpc::RunUnary(context, runtime_, "ListOperations",
                       [this, request, response](const RequestContext& call) {
                         return handlers_.ListOperations(call, *request, response);
                       });
}

grpc::ServerUnaryReactor* OperationsService::GetOperation(grpc::CallbackServerContext* context,
                                                          const lro::GetOperationRequest* request,
                                                          lro::Operation* response) {
  return rpc::RunUnary(context, runtime_, "GetOperation",
                       [this, request, response](const RequestContext& call) {
                         return handlers_.GetOperation(call, request->name(), response);
                       });
}

grpc::ServerUnaryReactor* OperationsService::DeleteOperation(
    grpc::CallbackServerContext* context, const lro::DeleteOperationRequest* request,
    google::protobuf::Empty* /*response*/) {
  return rpc::RunUnary(context, runtime_, "DeleteOperation",
                       [this, request](const RequestContext& call) {
                         return handlers_.DeleteOperation(call, request->name());
                       });
}

grpc::ServerUnaryReactor* OperationsService::CancelOperation(
    grpc::CallbackServerContext* context, const lro::CancelOperationRequest* request,
    google::protobuf::Empty* /*response*/) {
  return rpc::RunUnary(context, runtime_, "CancelOperation",
                       [this, request](const RequestContext& call) {
                         return handlers_.CancelOperation(call, request->name());
                       });
}

grpc::ServerUnaryReactor* OperationsService::WaitOperation(grpc::CallbackServerContext* context,
                                                           const lro::WaitOperationRequest* request,
                                                           lro::Operation* response) {
  return rpc::Park(context, runtime_, runtime_.StatsOf("WaitOperation"),
                   [this, request, response](std::shared_ptr<rpc::ParkedCall> call) {
                     std::make_shared<Waiter>(handlers_, runtime_, std::move(call), request->name(),
                                              LimitOf(*request), response)
                         ->Look();
                   });
}

}  // namespace dateline::ingestion::service
