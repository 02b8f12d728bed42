#include "services/ingestion/service/bulk_service.h"

#include <grpcpp/alarm.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "common/rpc/two_way_stream.h"
#include "services/ingestion/service/bulk_session.h"

namespace dateline::ingestion::service {
namespace {

using Stream = rpc::TwoWayStream<v1::IngestArticlesRequest, v1::IngestArticlesResponse>;

// Enough for two batches that are being delivered, two that are prepared and one that is read.
constexpr rpc::InHandBounds kInHand = {.messages = 1'000, .bytes = size_t{16} << 20};

}  // namespace

rpc::RawBidiReactor* BulkStreams::Serve(grpc::CallbackServerContext* context) {
  return Stream::Serve(
      context, runtime_, runtime_.StatsOf("IngestArticles"), open_, kInHand,
      [this](const std::weak_ptr<Stream::Core>& stream, const RequestContext& call) {
        const auto session = BulkSession::Start(
            {[this](const RequestContext& batch, const std::string& source,
                    const BulkItems& items) { return handlers_.Prepare(batch, source, items); },
             [this](const RequestContext& batch, PreparedItems prepared) {
               return handlers_.Deliver(batch, std::move(prepared));
             }},
            runtime_.executor(), runtime_.clock(), call,
            {[stream](BulkAnswers answers, size_t bytes) {
               if (const auto open = stream.lock()) open->Answer(std::move(answers), bytes);
             },
             [stream](const absl::Status& status) {
               if (const auto open = stream.lock()) open->Finish(status);
             },
             [alarm = std::make_shared<std::optional<grpc::Alarm>>()](
                 const std::weak_ptr<BulkSession>& waiting) {
               // An alarm belongs to one wait; the next one is set only after this one is over.
               alarm->emplace().Set(std::chrono::system_clock::now() +
                                        absl::ToChronoMicroseconds(BulkSession::kLinger),
                                    [waiting](bool) {
                                      if (const auto alive = waiting.lock()) alive->LingerOver();
                                    });
             }});
        return Stream::Core::Work{
            [session](v1::IngestArticlesRequest item) { session->Take(std::move(item)); },
            [session] { session->NoMoreItems(); },
            [session](const absl::Status& status) { session->End(status); }};
      });
}

}  // namespace dateline::ingestion::service
