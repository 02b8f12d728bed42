#include "services/query/service/query_service.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/rpc/parse.h"
#include "services/query/replica/guard.h"
#include "services/query/service/status.h"

namespace dateline::query::service {
namespace {

using content::v1::LogPosition;

// design.md, section 4: a read waits no longer for a position, whatever its deadline.
constexpr absl::Duration kMaxWait = absl::Seconds(5);

absl::StatusOr<std::optional<LogPosition>> MinPosition(const std::string& token) {
  if (token.empty()) return std::optional<LogPosition>();
  DATELINE_ASSIGN_OR_RETURN(LogPosition position, DecodePosition(token, "min_position"));
  return std::optional<LogPosition>(std::move(position));
}

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
  const absl::Status status = replica::Guarded("a parked handler", [&]() -> absl::Status {
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

QueryService::QueryService(replica::Replica& replica, const tokens::PageTokenCodec& page_tokens,
                           rpc::Runtime& runtime, std::function<follow::FollowerStatus()> status,
                           std::string version)
    : replica_(replica),
      runtime_(runtime),
      lists_(replica, page_tokens),
      articles_(replica),
      status_(std::move(status)),
      version_(std::move(version)),
      start_(runtime.clock()->Elapsed()),
      list_stats_(runtime.StatsOf("ListArticles")),
      page_stats_(runtime.StatsOf("GetTopicPage")),
      article_stats_(runtime.StatsOf("GetArticle")),
      batch_stats_(runtime.StatsOf("BatchGetArticles")),
      path_stats_(runtime.StatsOf("ResolvePath")),
      digest_stats_(runtime.StatsOf("GetDigest")) {}

grpc::ServerUnaryReactor* QueryService::Serve(grpc::CallbackServerContext* context,
                                              rpc::MethodStats& stats,
                                              absl::StatusOr<std::optional<LogPosition>> position,
                                              Handler handler, Run run) {
  if (!position.ok()) {
    return rpc::RunInline(context, runtime_, stats,
                          [&](const RequestContext&) { return position.status(); });
  }
  const std::optional<LogPosition>& wanted = *position;
  const auto known = replica_.position();
  const bool there = !wanted.has_value() || (SameLog(*wanted, known->position) &&
                                             ComparePositions(*wanted, known->position) <= 0);
  if (there && run == Run::kHere) return rpc::RunInline(context, runtime_, stats, handler);
  if (there) {
    return rpc::Park(context, runtime_, stats,
                     [&](const std::shared_ptr<rpc::ParkedCall>& call) { Submit(call, handler); });
  }
  if (!known->token.empty() && !SameLog(*wanted, known->position)) {
    return rpc::RunInline(context, runtime_, stats, [](const RequestContext&) {
      return StatusOf(replica::PositionWaiters::Outcome::kOtherLog);
    });
  }
  return ServeWhenReached(context, stats, *wanted, std::move(handler), run);
}

grpc::ServerUnaryReactor* QueryService::ServeWhenReached(grpc::CallbackServerContext* context,
                                                         rpc::MethodStats& stats,
                                                         const LogPosition& position,
                                                         Handler handler, Run run) {
  return rpc::Park(context, runtime_, stats, [&](const std::shared_ptr<rpc::ParkedCall>& call) {
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
  });
}

void QueryService::Submit(const std::shared_ptr<rpc::ParkedCall>& call, const Handler& handler) {
  const bool taken = runtime_.executor().TrySubmit(
      [call, handler] { call->Complete(Answer(handler, call->context())); });
  if (!taken) call->Complete(error::Overloaded());
}

template <typename Request, typename Handle>
grpc::ServerUnaryReactor* QueryService::ServeRaw(grpc::CallbackServerContext* context,
                                                 rpc::MethodStats& stats,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response, Handle handle) {
  auto parsed = std::make_shared<Request>();
  grpc::ByteBuffer bytes(*request);
  const absl::Status read = rpc::ParseRequest(&bytes, parsed.get());
  if (!read.ok()) return Serve(context, stats, read, nullptr);
  auto position = lists_.PositionOf(*parsed);
  return Serve(context, stats, std::move(position),
               [this, parsed, response, handle](const RequestContext& call) -> absl::Status {
                 std::string encoded;
                 encoded.reserve(16 << 10);
                 DATELINE_RETURN_IF_ERROR((lists_.*handle)(*parsed, call, &encoded));
                 const grpc::Slice slice(encoded);
                 *response = grpc::ByteBuffer(&slice, 1);
                 return absl::OkStatus();
               });
}

grpc::ServerUnaryReactor* QueryService::ListArticles(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return ServeRaw<v1::ListArticlesRequest>(context, list_stats_, request, response,
                                           &ListHandlers::ListArticles);
}

grpc::ServerUnaryReactor* QueryService::GetTopicPage(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return ServeRaw<v1::GetTopicPageRequest>(context, page_stats_, request, response,
                                           &ListHandlers::GetTopicPage);
}

grpc::ServerUnaryReactor* QueryService::GetArticle(grpc::CallbackServerContext* context,
                                                   const v1::GetArticleRequest* request,
                                                   v1::GetArticleResponse* response) {
  return Serve(context, article_stats_, MinPosition(request->min_position()),
               [this, request, response](const RequestContext&) {
                 return articles_.GetArticle(*request, response);
               });
}

grpc::ServerUnaryReactor* QueryService::BatchGetArticles(grpc::CallbackServerContext* context,
                                                         const v1::BatchGetArticlesRequest* request,
                                                         v1::BatchGetArticlesResponse* response) {
  return Serve(context, batch_stats_, MinPosition(request->min_position()),
               [this, request, response](const RequestContext&) {
                 return articles_.BatchGetArticles(*request, response);
               });
}

grpc::ServerUnaryReactor* QueryService::ResolvePath(grpc::CallbackServerContext* context,
                                                    const v1::ResolvePathRequest* request,
                                                    v1::ResolvePathResponse* response) {
  return Serve(context, path_stats_, MinPosition(request->min_position()),
               [this, request, response](const RequestContext&) {
                 return articles_.ResolvePath(*request, response);
               });
}

grpc::ServerUnaryReactor* QueryService::GetDigest(grpc::CallbackServerContext* context,
                                                  const v1::GetDigestRequest* request,
                                                  v1::GetDigestResponse* response) {
  const auto digest = [this, request, response](const RequestContext& call) -> absl::Status {
    if (digesting_.exchange(true)) return error::Overloaded();
    const absl::Cleanup done = [this] { digesting_ = false; };
    return FillDigest(replica_, *request, call, response);
  };
  return Serve(context, digest_stats_, MinPosition(request->min_position()), digest,
               Run::kOnExecutor);
}

grpc::ServerUnaryReactor* QueryService::GetStatus(grpc::CallbackServerContext* context,
                                                  const v1::GetStatusRequest* /*request*/,
                                                  v1::GetStatusResponse* response) {
  return rpc::RunUnary(context, runtime_, "GetStatus", [this, response](const RequestContext&) {
    response->set_version(version_);
    FillStatus(replica_, status_(), runtime_.clock()->Elapsed() - start_, response);
    return absl::OkStatus();
  });
}

}  // namespace dateline::query::service
