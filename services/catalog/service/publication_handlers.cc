#include "services/catalog/service/publication_handlers.h"

#include <string>
#include <utility>

#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"
#include "services/catalog/service/resource_checks.h"

namespace dateline::catalog::service {

using content::v1::Publication;

namespace {

template <typename Response>
absl::Status Answer(store::Written<Publication> written, Response* response) {
  *response->mutable_publication() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

}  // namespace

absl::Status PublicationHandlers::CreatePublication(const RequestContext& context,
                                                    const v1::CreatePublicationRequest& request,
                                                    v1::CreatePublicationResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewId("publication_id", request.publication_id()));
  DATELINE_RETURN_IF_ERROR(CheckPublication(request.publication()));
  const store::WriteOptions options = OptionsOf("CreatePublication", request);
  Publication publication = request.publication();
  publication.set_name(api::MakeName(api::kPublications, request.publication_id()));
  publication.clear_create_time();
  DATELINE_ASSIGN_OR_RETURN(auto written,
                            publications_.CreatePublication(context, options, publication));
  return Answer(std::move(written), response);
}

absl::Status PublicationHandlers::GetPublication(const RequestContext& context,
                                                 const v1::GetPublicationRequest& request,
                                                 v1::GetPublicationResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_publication(),
      publications_.GetPublication(context, api::IdInName(api::kPublications, request.name())));
  return absl::OkStatus();
}

absl::Status PublicationHandlers::ListPublications(const RequestContext& context,
                                                   const v1::ListPublicationsRequest& request,
                                                   v1::ListPublicationsResponse* response) {
  return ListPage(
      codec_, api::kPublications, request,
      [&](const std::string& after, int limit) {
        return publications_.ListPublications(context, after, limit);
      },
      [&] { return response->add_publications(); }, response);
}

absl::Status PublicationHandlers::UpdatePublication(const RequestContext& context,
                                                    const v1::UpdatePublicationRequest& request,
                                                    v1::UpdatePublicationResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      const std::string id,
      api::ParseName(api::kPublications, request.publication().name(), "publication.name"));
  store::WriteOptions options = OptionsOf("UpdatePublication", request);
  options.etag = request.publication().etag();
  DATELINE_ASSIGN_OR_RETURN(
      auto written, publications_.UpdatePublication(context, options, id, [&](Publication* stored) {
        return ApplyPublicationUpdate(request.publication(), request.update_mask(), stored);
      }));
  return Answer(std::move(written), response);
}

absl::Status PublicationHandlers::DeletePublication(const RequestContext& context,
                                                    const v1::DeletePublicationRequest& request,
                                                    v1::DeletePublicationResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(auto written, publications_.DeletePublication(
                                              context, OptionsOf("DeletePublication", request),
                                              api::IdInName(api::kPublications, request.name())));
  return Answer(std::move(written), response);
}

}  // namespace dateline::catalog::service
