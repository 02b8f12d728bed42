#include "services/catalog/service/author_handlers.h"

#include <string>
#include <utility>

#include "common/api/roles.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"
#include "services/catalog/service/resource_checks.h"

namespace dateline::catalog::service {

using content::v1::Author;

namespace {

template <typename Response>
absl::Status Answer(store::Written<Author> written, Response* response) {
  *response->mutable_author() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

}  // namespace

absl::Status AuthorHandlers::CreateAuthor(const RequestContext& context,
                                          const v1::CreateAuthorRequest& request,
                                          v1::CreateAuthorResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewId("author_id", request.author_id()));
  DATELINE_RETURN_IF_ERROR(CheckAuthor(request.author()));
  const store::WriteOptions options = OptionsOf("CreateAuthor", request);
  Author author = request.author();
  author.set_name(api::MakeName(api::kAuthors, request.author_id()));
  author.clear_create_time();
  author.clear_merged_into();
  author.clear_delete_time();
  DATELINE_ASSIGN_OR_RETURN(auto written, authors_.CreateAuthor(context, options, author));
  return Answer(std::move(written), response);
}

absl::Status AuthorHandlers::GetAuthor(const RequestContext& context,
                                       const v1::GetAuthorRequest& request,
                                       v1::GetAuthorResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      Author author, authors_.GetAuthor(context, api::IdInName(api::kAuthors, request.name())));
  if (author.has_delete_time() && !api::HasRole(context.identity(), options::v1::ROLE_PREVIEWER)) {
    return error::ResourceNotFound(request.name());
  }
  *response->mutable_author() = std::move(author);
  return absl::OkStatus();
}

absl::Status AuthorHandlers::ListAuthors(const RequestContext& context,
                                         const v1::ListAuthorsRequest& request,
                                         v1::ListAuthorsResponse* response) {
  return ListPage(
      codec_, api::kAuthors, request,
      [&](const std::string& after, int limit) {
        return authors_.ListAuthors(context, request.prefix(), after, limit);
      },
      [&] { return response->add_authors(); }, response);
}

absl::Status AuthorHandlers::UpdateAuthor(const RequestContext& context,
                                          const v1::UpdateAuthorRequest& request,
                                          v1::UpdateAuthorResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id,
                            api::ParseName(api::kAuthors, request.author().name(), "author.name"));
  store::WriteOptions options = OptionsOf("UpdateAuthor", request);
  options.etag = request.author().etag();
  DATELINE_ASSIGN_OR_RETURN(
      auto written, authors_.UpdateAuthor(context, options, id, [&](Author* stored) {
        return ApplyAuthorUpdate(request.author(), request.update_mask(), stored);
      }));
  return Answer(std::move(written), response);
}

absl::Status AuthorHandlers::DeleteAuthor(const RequestContext& context,
                                          const v1::DeleteAuthorRequest& request,
                                          v1::DeleteAuthorResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(auto written,
                            authors_.DeleteAuthor(context, OptionsOf("DeleteAuthor", request),
                                                  api::IdInName(api::kAuthors, request.name())));
  return Answer(std::move(written), response);
}

absl::Status AuthorHandlers::MergeAuthors(const RequestContext& context,
                                          const v1::MergeAuthorsRequest& request,
                                          v1::MergeAuthorsResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckMerge(request.target(), request.merged()));
  DATELINE_ASSIGN_OR_RETURN(
      auto written,
      authors_.MergeAuthors(context, OptionsOf("MergeAuthors", request),
                            std::string(api::IdInName(api::kAuthors, request.target())),
                            IdsOf(api::kAuthors, request.merged())));
  return Answer(std::move(written), response);
}

}  // namespace dateline::catalog::service
