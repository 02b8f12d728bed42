#include "services/catalog/service/catalog_handlers.h"

#include <string>
#include <utility>

#include "common/api/names.h"
#include "common/api/pages.h"
#include "common/api/roles.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"
#include "services/catalog/service/resource_checks.h"

namespace dateline::catalog::service {
namespace {

using content::v1::Topic;
using content::v1::TopicState;

// Reads the resource that a name stands for into `*out`.
template <typename Message, typename Read>
absl::Status GetNamed(absl::string_view collection, const std::string& name, Read read,
                      Message* out) {
  DATELINE_ASSIGN_OR_RETURN(*out, read(std::string(api::IdInName(collection, name))));
  return absl::OkStatus();
}

// A page of resources by id: `read` gives up to so many behind an id, `add` makes room for one in
// the response.
template <typename Request, typename Response, typename Read, typename Add>
absl::Status ListPage(const tokens::PageTokenCodec& codec, absl::string_view collection,
                      const Request& request, Read read, Add add, Response* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string after, PageStart(codec, request));
  DATELINE_ASSIGN_OR_RETURN(auto page, read(after, api::PageSizeOf(request.page_size())));
  if (page.more) {
    response->set_next_page_token(
        NextPageToken(codec, request, api::IdInName(collection, page.items.back().name())));
  }
  for (auto& message : page.items) *add() = std::move(message);
  return absl::OkStatus();
}

}  // namespace

absl::Status CatalogHandlers::CreatePublication(const RequestContext& context,
                                                const v1::CreatePublicationRequest& request,
                                                v1::CreatePublicationResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewId("publication_id", request.publication_id()));
  DATELINE_RETURN_IF_ERROR(CheckPublication(request.publication()));
  const store::WriteOptions options = OptionsOf("CreatePublication", request);
  content::v1::Publication publication = request.publication();
  publication.set_name(api::MakeName(api::kPublications, request.publication_id()));
  publication.clear_create_time();
  DATELINE_ASSIGN_OR_RETURN(auto written,
                            publications_.CreatePublication(context, options, publication));
  *response->mutable_publication() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::GetPublication(const RequestContext& context,
                                             const v1::GetPublicationRequest& request,
                                             v1::GetPublicationResponse* response) {
  return GetNamed(
      api::kPublications, request.name(),
      [&](const std::string& id) { return publications_.GetPublication(context, id); },
      response->mutable_publication());
}

absl::Status CatalogHandlers::ListPublications(const RequestContext& context,
                                               const v1::ListPublicationsRequest& request,
                                               v1::ListPublicationsResponse* response) {
  return ListPage(
      codec_, api::kPublications, request,
      [&](const std::string& after, int limit) {
        return publications_.ListPublications(context, after, limit);
      },
      [&] { return response->add_publications(); }, response);
}

absl::Status CatalogHandlers::CreateAuthor(const RequestContext& context,
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
  DATELINE_ASSIGN_OR_RETURN(auto written, publications_.CreateAuthor(context, options, author));
  *response->mutable_author() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::GetAuthor(const RequestContext& context,
                                        const v1::GetAuthorRequest& request,
                                        v1::GetAuthorResponse* response) {
  return GetNamed(
      api::kAuthors, request.name(),
      [&](const std::string& id) { return publications_.GetAuthor(context, id); },
      response->mutable_author());
}

absl::Status CatalogHandlers::ListAuthors(const RequestContext& context,
                                          const v1::ListAuthorsRequest& request,
                                          v1::ListAuthorsResponse* response) {
  return ListPage(
      codec_, api::kAuthors, request,
      [&](const std::string& after, int limit) {
        return publications_.ListAuthors(context, after, limit);
      },
      [&] { return response->add_authors(); }, response);
}

absl::Status CatalogHandlers::CreateTopic(const RequestContext& context,
                                          const v1::CreateTopicRequest& request,
                                          v1::CreateTopicResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckNewId("topic_id", request.topic_id()));
  Topic topic = request.topic();
  topic.set_name(api::MakeName(api::kTopics, request.topic_id()));
  topic.clear_create_time();
  topic.clear_merged_into();
  if (topic.state() == content::v1::TOPIC_STATE_UNSPECIFIED) {
    topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  }
  DATELINE_RETURN_IF_ERROR(CheckTopic(topic));
  const store::WriteOptions options = OptionsOf("CreateTopic", request);
  DATELINE_ASSIGN_OR_RETURN(auto written, topics_.CreateTopic(context, options, topic));
  *response->mutable_topic() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::GetTopic(const RequestContext& context,
                                       const v1::GetTopicRequest& request,
                                       v1::GetTopicResponse* response) {
  return GetNamed(
      api::kTopics, request.name(),
      [&](const std::string& id) { return topics_.GetTopic(context, id); },
      response->mutable_topic());
}

absl::Status CatalogHandlers::ListTopics(const RequestContext& context,
                                         const v1::ListTopicsRequest& request,
                                         v1::ListTopicsResponse* response) {
  store::TopicFilter filter;
  for (const int state : request.states()) {
    if (state == content::v1::TOPIC_STATE_UNSPECIFIED) {
      return error::InvalidField("states", "must be states of topics");
    }
    filter.states.push_back(static_cast<TopicState>(state));
    if (state == content::v1::TOPIC_STATE_ACTIVE) continue;
    DATELINE_RETURN_IF_ERROR(api::CheckRole(context.identity(), options::v1::ROLE_PREVIEWER));
  }
  if (filter.states.empty()) filter.states.push_back(content::v1::TOPIC_STATE_ACTIVE);
  filter.parent_id = std::string(api::IdInName(api::kTopics, request.parent()));
  filter.kind = request.kind();
  filter.prefix = request.prefix();
  return ListPage(
      codec_, api::kTopics, request,
      [&](const std::string& after, int limit) {
        return topics_.ListTopics(context, filter, after, limit);
      },
      [&] { return response->add_topics(); }, response);
}

absl::Status CatalogHandlers::UpdateTopic(const RequestContext& context,
                                          const v1::UpdateTopicRequest& request,
                                          v1::UpdateTopicResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id,
                            api::ParseName(api::kTopics, request.topic().name(), "topic.name"));
  const store::WriteOptions options = OptionsOf("UpdateTopic", request);
  DATELINE_ASSIGN_OR_RETURN(
      auto written, topics_.UpdateTopic(context, options, id, [&](Topic* stored) {
        return ApplyTopicUpdate(request.topic(), request.update_mask(), stored);
      }));
  *response->mutable_topic() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
