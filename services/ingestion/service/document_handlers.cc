#include "services/ingestion/service/document_handlers.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/ingestion/deliver/delivery.h"
#include "services/ingestion/pipeline/inspect.h"

namespace dateline::ingestion::service {
namespace {

absl::Status CheckDocument(const std::string& document) {
  return document.empty() ? error::InvalidField("document", "is required") : absl::OkStatus();
}

// The source of `sources/{id}/rejects/{number}`.
absl::StatusOr<std::string> SourceOfReject(const std::string& name) {
  const size_t end = name.find("/rejects/");
  int64_t number = 0;
  if (end == std::string::npos || !absl::SimpleAtoi(absl::ClippedSubstr(name, end + 9), &number)) {
    return error::InvalidField("name", "must be sources/{id}/rejects/{number}");
  }
  return name.substr(0, end);
}

}  // namespace

pipeline::DocumentInput DocumentHandlers::InputOf(const store::StoredSource& stored,
                                                  absl::string_view bytes) {
  pipeline::DocumentInput input;
  input.bytes = bytes;
  input.source = stored.source;
  input.observed_at = clock_->Now();
  input.key_form = static_cast<EntryKeyForm>(stored.key_form);
  input.guid_memory = stored.guid_memory;
  return input;
}

absl::Status DocumentHandlers::IngestDocument(const RequestContext& context,
                                              const v1::IngestDocumentRequest& request,
                                              v1::IngestDocumentResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckDocument(request.document()));
  DATELINE_ASSIGN_OR_RETURN(store::StoredSource stored, store_.Get(context, request.source()));
  pipeline::DocumentInput input = InputOf(stored, request.document());
  input.content_type = request.content_type();
  input.base_url = request.base_url();
  absl::StatusOr<pipeline::Document> document = pipeline::ReadDocument(input);
  if (!document.ok()) {
    if (!request.validate_only()) {
      // What the caller learns is why; that it could not be kept as well must not hide it.
      store_.AddRejects(context, stored.key, {{document.status(), -1, "", request.document()}})
          .IgnoreError();
    }
    return document.status();
  }
  *response->mutable_feed() = document->feed;
  const int key_form = static_cast<int>(document->key_form);
  const std::string guid_memory = document->guid_memory;
  DATELINE_ASSIGN_OR_RETURN(
      deliver::Delivered delivered,
      deliver::Deliver(context, catalog_, topics_, stored.source, /*lease_epoch=*/0,
                       request.validate_only(), *std::move(document)));
  if (!request.validate_only()) {
    DATELINE_RETURN_IF_ERROR(store_.AddRejects(context, stored.key, delivered.rejects));
    if (key_form > stored.key_form || guid_memory != stored.guid_memory) {
      DATELINE_RETURN_IF_ERROR(store_.SetEntryKeys(context, stored.key, key_form, guid_memory));
    }
  }
  for (v1::EntryResult& entry : delivered.entries) *response->add_entries() = std::move(entry);
  *response->mutable_counts() = delivered.counts;
  response->set_position(delivered.position);
  return absl::OkStatus();
}

absl::StatusOr<pipeline::Document> DocumentHandlers::ReadReject(const store::StoredSource& stored,
                                                                const v1::Reject& reject) {
  if (reject.entry_position() < 0) {
    return pipeline::ReadDocument(InputOf(stored, reject.content()));
  }
  pipeline::Document document;
  DATELINE_ASSIGN_OR_RETURN(document.entries.emplace_back(),
                            pipeline::EntryOfKeptForm(reject.content(), reject.entry_position()));
  return document;
}

absl::Status DocumentHandlers::RetryReject(const RequestContext& context,
                                           const v1::RetryRejectRequest& request,
                                           v1::RetryRejectResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string source, SourceOfReject(request.name()));
  DATELINE_ASSIGN_OR_RETURN(const store::StoredSource stored, store_.Get(context, source));
  DATELINE_ASSIGN_OR_RETURN(const v1::Reject reject, store_.GetReject(context, request.name()));
  DATELINE_ASSIGN_OR_RETURN(pipeline::Document document, ReadReject(stored, reject));
  DATELINE_ASSIGN_OR_RETURN(
      deliver::Delivered delivered,
      deliver::Deliver(context, catalog_, topics_, stored.source, /*lease_epoch=*/0,
                       /*validate_only=*/false, std::move(document)));
  // Kept again, for the same reason or for another, before the old one goes.
  DATELINE_RETURN_IF_ERROR(store_.AddRejects(context, stored.key, delivered.rejects));
  const bool is_still_rejected = reject.entry_position() >= 0 && !delivered.rejects.empty();
  if (!is_still_rejected) {
    DATELINE_RETURN_IF_ERROR(store_.DeleteReject(context, request.name()));
  }
  for (v1::EntryResult& entry : delivered.entries) *response->add_entries() = std::move(entry);
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
