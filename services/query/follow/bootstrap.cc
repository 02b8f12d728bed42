#include <memory>
#include <string>
#include <utility>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/obs/log.h"
#include "common/position/position.h"
#include "services/query/follow/batches.h"
#include "services/query/follow/follower.h"
#include "services/query/replica/bulk/loader.h"
#include "services/query/replica/checkpoint.h"

// How a follower makes a whole copy.
namespace dateline::query::follow {

using catalog::v1::ExportResourcesResponse;
using catalog::v1::StreamChangesResponse;
using replica::Batch;

absl::Status Follower::StartFromCheckpoint() {
  DATELINE_ASSIGN_OR_RETURN(const std::shared_ptr<replica::Store> copy, replica_.BeginCopy());
  replica::CheckpointWriter writer(*copy);
  DATELINE_RETURN_IF_ERROR(checkpoint_->Stream(
      [&](const replica::CheckpointPiece& piece) { return writer.Add(piece); }));
  DATELINE_RETURN_IF_ERROR(writer.Finish());
  // Something in it may have been taken down since.
  DATELINE_RETURN_IF_ERROR(replica_.Swap(copy, /*serves=*/false));
  obs::Log(obs::Level::kInfo, "a copy was taken from a sibling",
           {{"articles", copy->Entries(replica::Table::kCards)}});
  return absl::OkStatus();
}

absl::Status Follower::Bootstrap() {
  if (checkpoint_ != nullptr && replica_.held() == nullptr) {
    absl::Status status = StartFromCheckpoint();
    if (status.ok() || absl::IsCancelled(status)) return status;
    obs::Log(obs::Level::kWarning, "no copy could be taken from a sibling; the catalog is asked",
             {{"error", status.message()}});
  }
  DATELINE_ASSIGN_OR_RETURN(const std::shared_ptr<replica::Store> copy, replica_.BeginCopy());
  DATELINE_RETURN_IF_ERROR(CopyAll(*copy));
  DATELINE_RETURN_IF_ERROR(replica_.Swap(copy));
  obs::Log(obs::Level::kInfo, "a complete copy serves",
           {{"articles", copy->Entries(replica::Table::kCards)}});
  MutexLock lock(mutex_);
  ++status_.rebuilds;
  return absl::OkStatus();
}

absl::Status Follower::ReadExport(
    catalog::v1::ExportResourcesRequest* request,
    const std::function<absl::Status(const ExportResourcesResponse&)>& on_page,
    const std::function<bool()>& is_whole) {
  for (int failures = 0; !is_whole();) {
    bool advanced = false;
    absl::Status status = feed_.Export(*request, [&](const ExportResourcesResponse& page) {
      absl::Status read = on_page(page);
      if (!read.ok()) return read;
      request->set_page_token(page.page_token());
      advanced = true;
      return read;
    });
    if (status.ok()) break;
    if (advanced) failures = 0;
    if (!absl::IsUnavailable(status) || failures > 5 || !Rest(failures++, kLongestPause)) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Follower::CopyAll(replica::Store& copy) {
  content::v1::LogPosition from;
  content::v1::LogPosition until;
  catalog::v1::ExportResourcesRequest request;
  replica::BulkLoader loader(copy);
  const auto on_page = [&](const ExportResourcesResponse& page) -> absl::Status {
    if (!page.start_position().empty() && from.log_id().empty()) {
      DATELINE_ASSIGN_OR_RETURN(from, DecodePosition(page.start_position(), "start_position"));
    }
    if (!page.end_position().empty()) {
      DATELINE_ASSIGN_OR_RETURN(until, DecodePosition(page.end_position(), "end_position"));
    }
    return loader.Add(page.states(),
                      page.has_at() ? TimeFromProto(page.at()) : absl::InfinitePast());
  };
  DATELINE_RETURN_IF_ERROR(ReadExport(&request, on_page, [&] { return !until.log_id().empty(); }));
  if (from.log_id().empty() || until.log_id().empty()) {
    return absl::DataLossError("the export ended without its positions");
  }
  DATELINE_RETURN_IF_ERROR(loader.Finish(from));
  return CatchUp(copy, from, until);
}

absl::Status Follower::CatchUp(replica::Store& copy, const content::v1::LogPosition& from,
                               const content::v1::LogPosition& until) {
  content::v1::LogPosition reached = from;
  bool whole = SameLog(from, until) && ComparePositions(from, until) >= 0;
  while (!whole) {
    absl::Status status =
        feed_.Stream(EncodePosition(reached), [&](StreamChangesResponse response) -> absl::Status {
          DATELINE_ASSIGN_OR_RETURN(const Batch batch, ToBatch(std::move(response)));
          DATELINE_RETURN_IF_ERROR(replica::Apply(copy, batch));
          if (!batch.position.log_id().empty()) reached = batch.position;
          whole = SameLog(reached, until) && ComparePositions(reached, until) >= 0;
          // An error is how a reader leaves a stream.
          return whole ? absl::AbortedError("whole") : absl::OkStatus();
        });
    if (whole) break;
    if (!absl::IsUnavailable(status) || !Rest(0, kLongestPause)) return status;
  }
  return absl::OkStatus();
}

}  // namespace dateline::query::follow
