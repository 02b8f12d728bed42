#include "services/query/service/read_service.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/guarded.h"
#include "common/position/position.h"
#include "services/query/service/cache_tags.h"

namespace dateline::query::service {
namespace {

using content::v1::LogPosition;

// design.md, section 4: a read waits no longer for a position, whatever its deadline.
constexpr absl::Duration kMaxWait = absl::Seconds(5);

absl::Status StatusOf(replica::PositionWaiters::Outcome outcome) {
  switch (outcome) {
    case replica::PositionWaiters::Outcome::kReached:
      return absl::OkStatus();
    case replica::PositionWaiters::Outcome::kOtherLog:
      return error::PositionExpired("it is of another log or timeline");
    case replica::PositionWaiters::Outcome::kTimeout:
      break;
  }
  return error::PositionNotReached();
}

// What a parked call ends with. It runs on a thread that serves others too.
absl::Status Answer(const rpc::Handler& handler, const RequestContext& context) {
  absl::Status status = obs::Guarded("a parked handler", [&]() -> absl::Status {
    if (context.cancelled()) return error::Cancelled();
    if (context.remaining() <= absl::ZeroDuration()) return error::DeadlineExceeded();
    return handler(context);
  });
  // Handlers' own errors carry a reason; one without is what the guard made of an exception.
  if (absl::IsInternal(status) && error::ReasonOf(status) == errors::v1::ERROR_REASON_UNSPECIFIED) {
    return error::Internal("a handler failed");
  }
  return status;
}

}  // namespace

absl::StatusOr<std::optional<LogPosition>> MinPosition(const std::string& token) {
  if (token.empty()) return std::optional<LogPosition>();
  DATELINE_ASSIGN_OR_RETURN(LogPosition position, DecodePosition(token, "min_position"));
  return std::optional<LogPosition>(std::move(position));
}

rpc::Handler WithCacheTags(grpc::CallbackServerContext* context, rpc::Handler handler,
                           std::function<std::string()> tags) {
  if (!context->client_metadata().contains(kCacheTagsKey)) return handler;
  return [context, handler = std::move(handler),
          tags = std::move(tags)](const RequestContext& call) -> absl::Status {
    DATELINE_RETURN_IF_ERROR(handler(call));
    context->AddInitialMetadata(kCacheTagsKey, tags());
    return absl::OkStatus();
  };
}

grpc::ServerUnaryReactor* ReadService::Serve(grpc::CallbackServerContext* context,
                                             rpc::MethodStats& stats,
                                             absl::StatusOr<std::optional<LogPosition>> position,
                                             rpc::Answer answer, Handler handler, Run run) {
  if (!position.ok()) {
    return rpc::RunInline(context, runtime_, stats,
                          [&](const RequestContext&) { return position.status(); });
  }
  const std::optional<LogPosition>& wanted = *position;
  const auto known = replica_.position();
  const bool there = !wanted.has_value() || (SameLog(*wanted, known->position) &&
                                             ComparePositions(*wanted, known->position) <= 0);
  if (there && run == Run::kHere) return rpc::RunInline(context, runtime_, stats, handler, answer);
  if (there) {
    const auto submit = [&](const std::shared_ptr<rpc::ParkedCall>& call) {
      Submit(call, handler);
    };
    return rpc::Park(context, runtime_, stats, submit, answer);
  }
  if (!known->token.empty() && !SameLog(*wanted, known->position)) {
    return rpc::RunInline(context, runtime_, stats, [](const RequestContext&) {
      return StatusOf(replica::PositionWaiters::Outcome::kOtherLog);
    });
  }
  return ServeWhenReached(context, stats, *wanted, answer, std::move(handler), run);
}

grpc::ServerUnaryReactor* ReadService::ServeWhenReached(grpc::CallbackServerContext* context,
                                                        rpc::MethodStats& stats,
                                                        const LogPosition& position,
                                                        rpc::Answer answer, Handler handler,
                                                        Run run) {
  const auto start = [&](const std::shared_ptr<rpc::ParkedCall>& call) {
    const absl::Duration deadline =
        std::min(call->context().deadline(), runtime_.clock()->Elapsed() + kMaxWait);
    const bool waiting = replica_.waiters().Add(
        position, deadline, [this, call, handler, run](replica::PositionWaiters::Outcome outcome) {
          const absl::Status waited = StatusOf(outcome);
          if (!waited.ok()) {
            call->Complete(waited);
          } else if (run == Run::kOnExecutor) {
            Submit(call, handler);
          } else {
            call->Complete(Answer(handler, call->context()));
          }
        });
    if (!waiting) {
      call->Complete(error::Overloaded());
      return;
    }
    // The replica may have come there between the look and the wait.
    replica_.waiters().Reached(replica_.position()->position);
  };
  return rpc::Park(context, runtime_, stats, start, answer);
}

void ReadService::Submit(const std::shared_ptr<rpc::ParkedCall>& call, const Handler& handler) {
  const bool taken = runtime_.executor().TrySubmit(
      [call, handler] { call->Complete(Answer(handler, call->context())); });
  if (!taken) call->Complete(error::Overloaded());
}

}  // namespace dateline::query::service
