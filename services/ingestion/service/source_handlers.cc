#include "services/ingestion/service/source_handlers.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/ingestion/normalise/url.h"
#include "services/ingestion/service/request_checks.h"

namespace dateline::ingestion::service {
namespace {

constexpr int kDefaultRank = 100;
constexpr int kMaxHosts = 100;

void CheckUrl(const content::v1::Source& source, error::FieldViolations* violations) {
  if (source.url().empty()) {
    if (source.kind() == content::v1::SOURCE_KIND_FEED) {
      violations->Add("source.url", "is required for a source of kind FEED");
    }
    return;
  }
  if (source.kind() == content::v1::SOURCE_KIND_UPLOAD) {
    violations->Add("source.url", "must be empty for a source of kind UPLOAD");
  }
  if (source.url().size() > limits::kMaxUrlBytes) {
    violations->Add("source.url", absl::StrCat("has more than ", limits::kMaxUrlBytes, " bytes"));
  } else if (!ResolveUrl(source.url(), source.url()).has_value()) {
    violations->Add("source.url", "must be an absolute http or https address");
  }
}

void CheckPolicies(const content::v1::Source& source, error::FieldViolations* violations) {
  if (source.rank() < 0) violations->Add("source.rank", "must not be negative");
  if (!content::v1::UnknownCategories_IsValid(source.topics().unknown())) {
    violations->Add("source.topics.unknown", "is not a known policy");
  }
  for (const auto& [term, topic] : source.topics().mapping()) {
    if (!topic.empty() && !IsResourceName(topic, "topics")) {
      violations->Add(absl::StrCat("source.topics.mapping[", term, "]"),
                      "must be topics/{id} or empty");
    }
  }
  if (source.canonical_hosts_size() > kMaxHosts) {
    violations->Add("source.canonical_hosts",
                    absl::StrCat("has more than ", kMaxHosts, " entries"));
  }
  const content::v1::SourceCredentials& credentials = source.credentials();
  if (source.has_credentials() &&
      credentials.secret_case() == content::v1::SourceCredentials::SECRET_NOT_SET) {
    violations->Add("source.credentials.secret", "is required if credentials are given");
  }
}

absl::Status CheckSource(const v1::CreateSourceRequest& request) {
  error::FieldViolations violations;
  if (!IsResourceId(request.source_id())) {
    violations.Add(
        "source_id",
        absl::StrCat("must be 1 to ", limits::kMaxIdLength,
                     " lower-case letters, digits and hyphens, a letter or digit first"));
  }
  const content::v1::Source& source = request.source();
  if (!IsResourceName(source.publication(), "publications")) {
    violations.Add("source.publication", "is required, as publications/{id}");
  }
  if (!source.name().empty() && source.name() != absl::StrCat("sources/", request.source_id())) {
    violations.Add("source.name", "must be empty or fit source_id");
  }
  CheckUrl(source, &violations);
  CheckPolicies(source, &violations);
  return violations.ToStatus();
}

content::v1::Source WithDefaults(const v1::CreateSourceRequest& request) {
  content::v1::Source source = request.source();
  source.set_name(absl::StrCat("sources/", request.source_id()));
  if (source.rank() == 0) source.set_rank(kDefaultRank);
  source.set_kind(source.url().empty() ? content::v1::SOURCE_KIND_UPLOAD
                                       : content::v1::SOURCE_KIND_FEED);
  if (source.topics().unknown() == content::v1::UNKNOWN_CATEGORIES_UNSPECIFIED) {
    source.mutable_topics()->set_unknown(content::v1::UNKNOWN_CATEGORIES_PROPOSE);
  }
  return source;
}

template <typename Request>
std::string Fingerprint(const Request& request) {
  Request rest = request;
  rest.clear_page_size();
  rest.clear_page_token();
  return absl::StrCat(Request::descriptor()->full_name(), "\n", rest.SerializeAsString());
}

// The number at the end of `…/fetches/12`.
int64_t NumberOf(const std::string& name) {
  int64_t number = 0;
  return absl::SimpleAtoi(name.substr(name.rfind('/') + 1), &number) ? number : 0;
}

}  // namespace

template <typename Request>
absl::StatusOr<std::string> SourceHandlers::AfterOf(const Request& request) {
  if (request.page_token().empty()) return std::string();
  return page_tokens_.Decode(request.page_token(), Fingerprint(request));
}

template <typename Request>
std::string SourceHandlers::TokenFor(const Request& request, const std::string& after) {
  return page_tokens_.Encode(after, Fingerprint(request));
}

absl::Status SourceHandlers::CreateSource(const RequestContext& context,
                                          const v1::CreateSourceRequest& request,
                                          v1::CreateSourceResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckSource(request));
  const content::v1::Source source = WithDefaults(request);
  DATELINE_RETURN_IF_ERROR(catalog_.GetPublication(context, source.publication()).status());
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_source(),
      store_.Create(context, source, request.request_id(), request.validate_only()));
  return absl::OkStatus();
}

absl::Status SourceHandlers::GetSource(const RequestContext& context,
                                       const v1::GetSourceRequest& request,
                                       v1::GetSourceResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckName("name", request.name(), "sources"));
  DATELINE_ASSIGN_OR_RETURN(store::StoredSource stored, store_.Get(context, request.name()));
  *response->mutable_source() = std::move(stored.source);
  return absl::OkStatus();
}

absl::Status SourceHandlers::ListSources(const RequestContext& context,
                                         const v1::ListSourcesRequest& request,
                                         v1::ListSourcesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const int size, PageSizeOf(request.page_size()));
  DATELINE_ASSIGN_OR_RETURN(const std::string after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(auto sources,
                            store_.List(context, after, request.publication(), size + 1));
  const size_t count = std::min<size_t>(sources.size(), static_cast<size_t>(size));
  for (size_t i = 0; i < count; ++i) *response->add_sources() = std::move(sources[i]);
  if (sources.size() > count) {
    const std::string& last = response->sources(static_cast<int>(count) - 1).name();
    response->set_next_page_token(TokenFor(request, last.substr(last.find('/') + 1)));
  }
  return absl::OkStatus();
}

absl::Status SourceHandlers::PauseSource(const RequestContext& context,
                                         const v1::PauseSourceRequest& request,
                                         v1::PauseSourceResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckName("name", request.name(), "sources"));
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_source(),
      store_.SetState(context, request.name(), content::v1::SOURCE_STATE_PAUSED));
  return absl::OkStatus();
}

absl::Status SourceHandlers::ResumeSource(const RequestContext& context,
                                          const v1::ResumeSourceRequest& request,
                                          v1::ResumeSourceResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckName("name", request.name(), "sources"));
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_source(),
      store_.SetState(context, request.name(), content::v1::SOURCE_STATE_ACTIVE));
  return absl::OkStatus();
}

absl::Status SourceHandlers::ListFetches(const RequestContext& context,
                                         const v1::ListFetchesRequest& request,
                                         v1::ListFetchesResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckName("parent", request.parent(), "sources"));
  DATELINE_ASSIGN_OR_RETURN(const int size, PageSizeOf(request.page_size()));
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
    DATELINE_RETURN_IF_ERROR(CheckName("parent", request.parent(), "sources"));
    DATELINE_RETURN_IF_ERROR(store_.Get(context, request.parent()).status());
  }
  DATELINE_ASSIGN_OR_RETURN(const int size, PageSizeOf(request.page_size()));
  DATELINE_ASSIGN_OR_RETURN(const std::string after, AfterOf(request));
  DATELINE_ASSIGN_OR_RETURN(
      auto rejects, store_.ListRejects(context, request.parent(), NumberOf(after), size + 1));
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
