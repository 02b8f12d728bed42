#include "services/query/testing/fake_catalog_service.h"

#include <utility>

#include "common/api/proto_time.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/rpc/status.h"

namespace dateline::query::testing {

using catalog::v1::ExportResourcesResponse;
using catalog::v1::ResourceState;
using catalog::v1::StreamChangesResponse;
using content::v1::LogPosition;

LogPosition FakeCatalogService::PositionOf(uint64_t xid) const {
  LogPosition position;
  position.set_log_id("log");
  position.set_timeline(timeline_);
  position.set_xid(xid);
  position.set_seq(1);
  return position;
}

LogPosition FakeCatalogService::Head() const { return PositionOf(100 + log_.size()); }

std::string FakeCatalogService::Commit(std::vector<ResourceState> states, absl::Time at) {
  MutexLock lock(mutex_);
  log_.push_back({PositionOf(101 + log_.size()), at, std::move(states)});
  changed_.SignalAll();
  return EncodePosition(log_.back().position);
}

std::string FakeCatalogService::NextPosition() {
  MutexLock lock(mutex_);
  return EncodePosition(PositionOf(101 + log_.size()));
}

void FakeCatalogService::FailOver(size_t kept) {
  MutexLock lock(mutex_);
  log_.resize(kept);
  ++timeline_;
  for (Entry& entry : log_) entry.position.set_timeline(timeline_);
  ++generation_;
  changed_.SignalAll();
}

void FakeCatalogService::Disconnect() {
  MutexLock lock(mutex_);
  connected_ = false;
  ++generation_;
  changed_.SignalAll();
}

void FakeCatalogService::Connect() {
  MutexLock lock(mutex_);
  connected_ = true;
}

int FakeCatalogService::exports() {
  MutexLock lock(mutex_);
  return exports_;
}

grpc::Status FakeCatalogService::ExportResources(
    grpc::ServerContext* /*context*/, const catalog::v1::ExportResourcesRequest* /*request*/,
    grpc::ServerWriter<ExportResourcesResponse>* writer) {
  std::vector<ExportResourcesResponse> pages(1);
  {
    MutexLock lock(mutex_);
    if (!connected_) return rpc::ToGrpcStatus(error::DatabaseUnavailable());
    ++exports_;
    std::map<std::pair<int, int64_t>, const ResourceState*> last;
    absl::Time at = absl::InfinitePast();
    for (const Entry& entry : log_) {
      at = std::max(at, entry.at);
      for (const ResourceState& state : entry.states) last[{state.kind(), state.key()}] = &state;
    }
    pages.front().set_start_position(EncodePosition(Head()));
    for (const auto& [key, state] : last) {
      if (pages.back().states_size() == 3) pages.emplace_back();
      *pages.back().add_states() = *state;
    }
    for (ExportResourcesResponse& page : pages) {
      if (at != absl::InfinitePast()) *page.mutable_at() = TimeToProto(at);
    }
    pages.back().set_end_position(EncodePosition(Head()));
  }
  for (const ExportResourcesResponse& page : pages) writer->Write(page);
  return grpc::Status::OK;
}

grpc::Status FakeCatalogService::StreamChanges(grpc::ServerContext* context,
                                               const catalog::v1::StreamChangesRequest* request,
                                               grpc::ServerWriter<StreamChangesResponse>* writer) {
  const auto position = DecodePosition(request->position(), "position");
  if (!position.ok()) return rpc::ToGrpcStatus(position.status());
  size_t next = 0;
  int generation = 0;
  {
    MutexLock lock(mutex_);
    if (!connected_) return rpc::ToGrpcStatus(error::DatabaseUnavailable());
    if (!SameLog(*position, Head())) {
      return rpc::ToGrpcStatus(error::PositionExpired("it is of another timeline"));
    }
    next = position->xid() - 100;
    generation = generation_;
  }
  // A bookmark at once, so that the reader knows where it is.
  for (bool bookmark = true; !context->IsCancelled(); bookmark = false) {
    StreamChangesResponse response;
    {
      MutexLock lock(mutex_);
      if (generation != generation_) return rpc::ToGrpcStatus(error::DatabaseUnavailable());
      if (next >= log_.size() && !bookmark) {
        changed_.WaitFor(mutex_, absl::Milliseconds(10));
        continue;
      }
      response.set_head(EncodePosition(Head()));
      response.set_position(response.head());
      if (next < log_.size()) {
        const Entry& entry = log_[next++];
        response.set_position(EncodePosition(entry.position));
        *response.mutable_at() = TimeToProto(entry.at);
        for (const ResourceState& state : entry.states) {
          catalog::v1::Change& change = *response.add_changes();
          change.set_kind(state.kind());
          change.set_key(state.key());
          change.set_version(state.version());
          *change.mutable_state() = state;
        }
      }
    }
    if (!writer->Write(response)) break;
  }
  return grpc::Status::OK;
}

}  // namespace dateline::query::testing
