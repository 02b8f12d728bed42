#include "services/query/service/checkpoint.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/errors/errors.h"

namespace dateline::query::service {

absl::StatusOr<std::optional<v1::StreamCheckpointResponse>> Checkpoint::Next(
    const RequestContext& call) {
  DATELINE_RETURN_IF_ERROR(call.Check());
  if (reader_ == nullptr) {
    auto store = replica_.current();
    if (store == nullptr) return error::NotReady();
    DATELINE_ASSIGN_OR_RETURN(reader_, replica::CheckpointReader::Create(std::move(store)));
  }
  auto piece = reader_->Next();
  if (!piece.has_value()) return std::nullopt;
  v1::StreamCheckpointResponse response;
  response.set_file(std::move(piece->table));
  response.set_offset(piece->offset);
  response.set_data(std::move(piece->data));
  response.set_position(std::move(piece->position));
  return response;
}

}  // namespace dateline::query::service
