#include "services/catalog/service/changes_service.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/feed/export_reader.h"
#include "services/catalog/feed/feed_reader.h"

namespace dateline::catalog::service {
namespace {

using v1::ExportResourcesResponse;
using v1::StreamChangesResponse;

template <typename Response>
grpc::ServerWriteReactor<Response>* Fail(const absl::Status& status) {
  return new rpc::FailedWriteReactor<Response>(status);
}

absl::StatusOr<std::set<v1::ResourceKind>> KindsOf(const v1::StreamChangesRequest& request) {
  std::set<v1::ResourceKind> kinds;
  for (const int kind : request.kinds()) {
    if (kind == v1::RESOURCE_KIND_UNSPECIFIED) {
      return error::InvalidField("kinds", "must be kinds of resources");
    }
    kinds.insert(static_cast<v1::ResourceKind>(kind));
  }
  return kinds;
}

// Refuses what the contract has and the catalog has not, as nobody must take all changes for some.
absl::Status CheckBuilt(const v1::StreamChangesRequest& request) {
  constexpr char kNotBuilt[] = "is not built yet";
  if (!request.publications().empty()) return error::InvalidField("publications", kNotBuilt);
  if (!request.topics().empty()) return error::InvalidField("topics", kNotBuilt);
  if (!request.consumer().empty()) return error::InvalidField("consumer", kNotBuilt);
  return absl::OkStatus();
}

}  // namespace

ChangesService::~ChangesService() { EndStreams(); }

uint64_t ChangesService::Register(StreamKind kind, std::function<void(const absl::Status&)> end) {
  MutexLock lock(mutex_);
  const auto open = std::count_if(open_.begin(), open_.end(),
                                  [kind](const auto& entry) { return entry.second.kind == kind; });
  const int limit = kind == StreamKind::kExport ? parts_.max_exports : parts_.max_streams;
  if (ending_ || open >= limit) return 0;
  const uint64_t id = next_id_++;
  open_[id] = {kind, std::move(end)};
  parts_.open_streams.fetch_add(1);
  return id;
}

void ChangesService::Forget(uint64_t id) {
  MutexLock lock(mutex_);
  if (open_.erase(id) > 0) parts_.open_streams.fetch_sub(1);
  forgotten_.SignalAll();
}

void ChangesService::EndStreams() {
  std::map<uint64_t, OpenStream> open;
  {
    MutexLock lock(mutex_);
    ending_ = true;
    open = open_;
  }
  for (const auto& [id, stream] : open) stream.end(error::Overloaded());
}

grpc::ServerWriteReactor<ExportResourcesResponse>* ChangesService::ExportResources(
    Context* /*context*/, const v1::ExportResourcesRequest* request) {
  auto reader = feed::ExportReader::Create(parts_.feed.log(), parts_.codec, *request);
  if (!reader.ok()) return Fail<ExportResourcesResponse>(reader.status());
  using Pump = StreamPump<ExportResourcesResponse>;
  auto shared_reader = std::make_shared<feed::ExportReader>(*std::move(reader));
  auto id = std::make_shared<uint64_t>(0);
  const auto pump = Pump::Start(
      parts_.streams,
      [shared_reader](const RequestContext& call) { return shared_reader->Next(call); },
      Pump::WhenEmpty::kEnd, [this, id] { Forget(*id); });
  *id =
      Register(StreamKind::kExport, [weak = std::weak_ptr<Pump>(pump)](const absl::Status& status) {
        if (const auto alive = weak.lock()) alive->End(status);
      });
  if (*id == 0) {
    pump->End(error::Overloaded());
  } else {
    pump->Poke();
  }
  return pump->reactor();
}

grpc::ServerWriteReactor<StreamChangesResponse>* ChangesService::StreamChanges(
    Context* /*context*/, const v1::StreamChangesRequest* request) {
  const auto position = DecodePosition(request->position(), "position");
  if (!position.ok()) return Fail<StreamChangesResponse>(position.status());
  const absl::Status built = CheckBuilt(*request);
  if (!built.ok()) return Fail<StreamChangesResponse>(built);
  auto kinds = KindsOf(*request);
  if (!kinds.ok()) return Fail<StreamChangesResponse>(kinds.status());
  using Pump = StreamPump<StreamChangesResponse>;
  auto reader = std::make_shared<feed::FeedReader>(parts_.feed, *position, *std::move(kinds));
  auto id = std::make_shared<uint64_t>(0);
  auto listener = std::make_shared<uint64_t>(0);
  const auto pump = Pump::Start(
      parts_.streams, [reader](const RequestContext& call) { return reader->Next(call); },
      Pump::WhenEmpty::kWait,
      [this, id, listener] {
        parts_.feed.RemoveListener(*listener);
        Forget(*id);
      });
  const std::weak_ptr<Pump> weak = pump;
  *id = Register(StreamKind::kChanges, [weak](const absl::Status& status) {
    if (const auto alive = weak.lock()) alive->End(status);
  });
  if (*id == 0) {
    pump->End(error::Overloaded());
    return pump->reactor();
  }
  *listener = parts_.feed.AddListener([weak] {
    if (const auto alive = weak.lock()) alive->Poke();
  });
  pump->Poke();
  return pump->reactor();
}

}  // namespace dateline::catalog::service
