#include "services/ingestion/service/document_handlers.h"

#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/pipeline/document.h"
#include "services/ingestion/pipeline/inspect.h"
#include "services/ingestion/service/request_checks.h"

namespace dateline::ingestion::service {
namespace {

std::vector<store::NewReject> RejectsOf(const deliver::Delivered& delivered,
                                        const std::vector<std::string>& contents) {
  std::vector<store::NewReject> rejects;
  for (size_t i = 0; i < delivered.entries.size(); ++i) {
    const v1::EntryResult& entry = delivered.entries[i];
    if (entry.outcome() != catalog::v1::UPSERT_OUTCOME_REJECTED) continue;
    rejects.push_back(
        {error::FromProto(entry.error()), entry.entry_position(), entry.title(), contents[i]});
  }
  return rejects;
}

absl::Status CheckDocument(const std::string& document) {
  if (document.empty()) return error::InvalidField("document", "is required");
  if (document.size() > limits::kMaxDocumentBytes) {
    return error::DocumentTooLarge(document.size(), limits::kMaxDocumentBytes);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DocumentHandlers::IngestDocument(const RequestContext& context,
                                              const v1::IngestDocumentRequest& request,
                                              v1::IngestDocumentResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckName("source", request.source(), "sources"));
  DATELINE_RETURN_IF_ERROR(CheckDocument(request.document()));
  DATELINE_ASSIGN_OR_RETURN(store::StoredSource stored, store_.Get(context, request.source()));
  pipeline::DocumentInput input;
  input.bytes = request.document();
  input.content_type = request.content_type();
  input.base_url = request.base_url();
  input.source = stored.source;
  input.observed_at = clock_->Now();
  input.key_form = static_cast<EntryKeyForm>(stored.key_form);
  absl::StatusOr<pipeline::Document> document = pipeline::ReadDocument(input);
  if (!document.ok()) {
    if (!request.validate_only()) {
      // What the caller learns is why; that it could not be kept as well must not hide it.
      store_.AddRejects(context, stored.key, {{document.status(), -1, "", request.document()}})
          .IgnoreError();
    }
    return document.status();
  }
  std::vector<std::string> contents;
  for (const pipeline::DocumentEntry& entry : document->entries) {
    // Only what may still be rejected by the catalog has content to keep.
    contents.push_back(entry.item.SerializeAsString());
  }
  *response->mutable_feed() = document->feed;
  const int key_form = static_cast<int>(document->key_form);
  DATELINE_ASSIGN_OR_RETURN(
      deliver::Delivered delivered,
      deliver::Deliver(context, catalog_, topics_, stored.source, /*lease_epoch=*/0,
                       request.validate_only(), *std::move(document)));
  if (!request.validate_only()) {
    DATELINE_RETURN_IF_ERROR(
        store_.AddRejects(context, stored.key, RejectsOf(delivered, contents)));
    if (key_form > stored.key_form) {
      DATELINE_RETURN_IF_ERROR(store_.SetKeyForm(context, stored.key, key_form));
    }
  }
  for (v1::EntryResult& entry : delivered.entries) *response->add_entries() = std::move(entry);
  *response->mutable_counts() = delivered.counts;
  response->set_position(delivered.position);
  return absl::OkStatus();
}

absl::Status DocumentHandlers::InspectDocument(const RequestContext& context,
                                               const v1::InspectDocumentRequest& request,
                                               v1::InspectDocumentResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckDocument(request.document()));
  DATELINE_RETURN_IF_ERROR(context.Check());
  DATELINE_ASSIGN_OR_RETURN(*response->mutable_feed(),
                            pipeline::InspectBytes(request.document(), request.content_type(),
                                                   request.base_url(), clock_->Now()));
  return absl::OkStatus();
}

}  // namespace dateline::ingestion::service
