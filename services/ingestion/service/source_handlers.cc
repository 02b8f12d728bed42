#include "services/ingestion/service/source_handlers.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/api/pages.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/ingestion/service/request_checks.h"
#include "services/ingestion/service/source_checks.h"

namespace dateline::ingestion::service {
namespace {

template <typename Request>
store::WriteOptions WriteOptionsOf(const char* method, const Request& request) {
  Request rest = request;
  rest.clear_request_id();
  // Not even a hash of a secret is kept outside of its table.
  if constexpr (requires { rest.mutable_source()->clear_credentials(); }) {
    rest.mutable_source()->clear_credentials();
  }
  return {method, request.request_id(), rest.SerializeAsString(), request.validate_only()};
}

// The number at the end of `…/fetches/12`.
int64_t NumberOf(const std::string& name) {
  int64_t number = 0;
  return absl::SimpleAtoi(absl::ClippedSubstr(name, name.rfind('/') + 1), &number) ? number : 0;
}

}  // namespace

template <typename Request>
absl::StatusOr<std::string> SourceHandlers::AfterOf(const Request& request) {
  if (request.page_token().empty()) return std::string();
  return page_tokens_.Decode(request.page_token(), api::PageFingerprint(request));
}

template <typename Request>
std::string SourceHandlers::TokenFor(const Request& request, absl::string_view after) {
  return page_tokens_.Encode(after, api::PageFingerprint(request));
}

absl::Status SourceHandlers::CreateSource(const RequestContext& context,
                                          const v1::CreateSourceRequest& request,
                                          v1::CreateSourceResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewSource(request));
  DATELINE_RETURN_IF_ERROR(poll::CheckPlace(secrets_, request.source().credentials()));
  const v1::Source source = WithDefaults(request);
  DATELINE_RETURN_IF_ERROR(catalog_.GetPublication(context, source.publication()).status());
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_source(),
      store_.Create(context, source, WriteOptionsOf("CreateSource", request)));
  return absl::OkStatus();
}

absl::Status SourceHandlers::UpdateSource(const RequestContext& context,
                                          const v1::UpdateSourceRequest& request,
                                          v1::UpdateSourceResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckName("source.name", request.source().name(), "sources"));
  DATELINE_RETURN_IF_ERROR(CheckUpdateMask(request));
  DATELINE_RETURN_IF_ERROR(poll::CheckPlace(secrets_, request.source().credentials()));
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_source(),
      store_.Update(context, request.source().name(), request.source().etag(),
                    WriteOptionsOf("UpdateSource", request),
                    [&](const v1::Source& present) { return ApplyUpdate(request, present); }));
  return absl::OkStatus();
}

absl::Status SourceHandlers::DeleteSource(const RequestContext& context,
                                          const v1::DeleteSourceRequest& request,
                                          v1::DeleteSourceResponse* /*response*/) {
  return store_.Delete(context, request.name(), request.etag(),
                       WriteOptionsOf("DeleteSource", request));
}

absl::Status SourceHandlers::GetSource(const RequestContext& context,
                                       const v1::GetSourceRequest& request,
                                       v1::GetSourceResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(store::StoredSource stored, store_.Get(context, request.name()));
  *response->mutable_source() = std::move(stored.source);
  return absl::OkStatus();
}

absl::Status SourceHandlers::ListSources(const RequestContext& context,
                                         const v1::ListSourcesRequest& request,
                                         v1::ListSourcesResponse* response) {
  const int size = api::PageSizeOf(request.page_size());
  DATELINE_ASSIGN_OR_RETURN(const std::string after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(auto sources,
                            store_.List(context, after, request.publication(), size + 1));
  const size_t count = std::min<size_t>(sources.size(), static_cast<size_t>(size));
  for (size_t i = 0; i < count; ++i) *response->add_sources() = std::move(sources[i]);
  if (sources.size() > count) {
    const std::string& last = response->sources(static_cast<int>(count) - 1).name();
    response->set_next_page_token(TokenFor(request, absl::ClippedSubstr(last, last.find('/') + 1)));
  }
  return absl::OkStatus();
}

absl::Status SourceHandlers::PauseSource(const RequestContext& context,
                                         const v1::PauseSourceRequest& request,
                                         v1::PauseSourceResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(*response->mutable_source(),
                            store_.SetState(context, request.name(), request.etag(),
                                            WriteOptionsOf("PauseSource", request),
                                            v1::SOURCE_STATE_PAUSED, request.reason()));
  return absl::OkStatus();
}

absl::Status SourceHandlers::ResumeSource(const RequestContext& context,
                                          const v1::ResumeSourceRequest& request,
                                          v1::ResumeSourceResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_source(),
      store_.SetState(context, request.name(), request.etag(),
                      WriteOptionsOf("ResumeSource", request), v1::SOURCE_STATE_ACTIVE,
                      /*reason=*/""));
  return absl::OkStatus();
}

absl::Status SourceHandlers::ListFetches(const RequestContext& context,
                                         const v1::ListFetchesRequest& request,
                                         v1::ListFetchesResponse* response) {
  const int size = api::PageSizeOf(request.page_size());
  DATELINE_ASSIGN_OR_RETURN(const std::string after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(
      auto fetches, store_.ListFetches(context, request.parent(), NumberOf(after), size + 1));
  const size_t count = std::min<size_t>(fetches.size(), static_cast<size_t>(size));
  for (size_t i = 0; i < count; ++i) *response->add_fetches() = std::move(fetches[i]);
  if (fetches.size() > count) {
    response->set_next_page_token(
        TokenFor(request, response->fetches(static_cast<int>(count) - 1).name()));
  }
  return absl::OkStatus();
}

absl::Status SourceHandlers::ListRejects(const RequestContext& context,
                                         const v1::ListRejectsRequest& request,
                                         v1::ListRejectsResponse* response) {
  if (request.parent() != "sources/-") {
    DATELINE_RETURN_IF_ERROR(store_.Get(context, request.parent()).status());
  }
  const int size = api::PageSizeOf(request.page_size());
  DATELINE_ASSIGN_OR_RETURN(const std::string after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(
      auto rejects, store_.ListRejects(context, request.parent(), NumberOf(after), size + 1));
  DATELINE_ASSIGN_OR_RETURN(const int64_t dropped,
                            store_.CountDroppedRejects(context, request.parent()));
  response->set_dropped(dropped);
  size_t bytes = 0;
  for (size_t i = 0; i < rejects.size(); ++i) {
    // Rejected documents may be large: a page is cut to its budget, never silently.
    bytes += rejects[i].ByteSizeLong();
    if (i > 0 && (i == static_cast<size_t>(size) || bytes > limits::kPageByteBudget)) {
      response->set_next_page_token(TokenFor(request, rejects[i - 1].name()));
      return absl::OkStatus();
    }
    *response->add_rejects() = rejects[i];
  }
  return absl::OkStatus();
}

}  // namespace dateline::ingestion::service
