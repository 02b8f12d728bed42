#include "services/catalog/service/author_handlers.h"

#include <string>
#include <utility>

#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"
#include "services/catalog/service/resource_checks.h"

namespace dateline::catalog::service {

absl::Status AuthorHandlers::CreateAuthor(const RequestContext& context,
                                          const v1::CreateAuthorRequest& request,
                                          v1::CreateAuthorResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewId("author_id", request.author_id()));
  DATELINE_RETURN_IF_ERROR(CheckAuthor(request.author()));
  const store::WriteOptions options = OptionsOf("CreateAuthor", request);
  content::v1::Author author = request.author();
  author.set_name(api::MakeName(api::kAuthors, request.author_id()));
  author.clear_create_time();
  author.clear_merged_into();
  author.clear_delete_time();
  DATELINE_ASSIGN_OR_RETURN(auto written, authors_.CreateAuthor(context, options, author));
  *response->mutable_author() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status AuthorHandlers::GetAuthor(const RequestContext& context,
                                       const v1::GetAuthorRequest& request,
                                       v1::GetAuthorResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      *response->mutable_author(),
      authors_.GetAuthor(context, api::IdInName(api::kAuthors, request.name())));
  return absl::OkStatus();
}

absl::Status AuthorHandlers::ListAuthors(const RequestContext& context,
                                         const v1::ListAuthorsRequest& request,
                                         v1::ListAuthorsResponse* response) {
  return ListPage(
      codec_, api::kAuthors, request,
      [&](const std::string& after, int limit) {
        return authors_.ListAuthors(context, after, limit);
      },
      [&] { return response->add_authors(); }, response);
}

}  // namespace dateline::catalog::service
