#include "services/catalog/service/topic_handlers.h"

#include <string>
#include <utility>
#include <vector>

#include "common/api/roles.h"
#include "common/errors/errors.h"
#include "common/position/position.h"
#include "services/catalog/service/request_checks.h"
#include "services/catalog/service/resource_checks.h"

namespace dateline::catalog::service {

using content::v1::Topic;
using content::v1::TopicState;

namespace {

template <typename Response>
absl::Status Answer(store::Written<Topic> written, Response* response) {
  *response->mutable_topic() = std::move(written.message);
  response->set_position(EncodePosition(written.position));
  return absl::OkStatus();
}

absl::Status CheckProposed(const Topic& topic) {
  if (topic.state() == content::v1::TOPIC_STATE_PROPOSED) return absl::OkStatus();
  return error::StateConflict(topic.name(), content::v1::TopicState_Name(topic.state()));
}

}  // namespace

absl::Status TopicHandlers::CreateTopic(const RequestContext& context,
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
  return Answer(std::move(written), response);
}

absl::Status TopicHandlers::GetTopic(const RequestContext& context,
                                     const v1::GetTopicRequest& request,
                                     v1::GetTopicResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(Topic topic,
                            topics_.GetTopic(context, api::IdInName(api::kTopics, request.name())));
  const bool published = topic.state() == content::v1::TOPIC_STATE_ACTIVE ||
                         topic.state() == content::v1::TOPIC_STATE_MERGED;
  if (!published && !api::HasRole(context.identity(), options::v1::ROLE_PREVIEWER)) {
    return error::ResourceNotFound(request.name());
  }
  *response->mutable_topic() = std::move(topic);
  return absl::OkStatus();
}

absl::Status TopicHandlers::ListTopics(const RequestContext& context,
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

absl::Status TopicHandlers::UpdateTopic(const RequestContext& context,
                                        const v1::UpdateTopicRequest& request,
                                        v1::UpdateTopicResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const std::string id,
                            api::ParseName(api::kTopics, request.topic().name(), "topic.name"));
  store::WriteOptions options = OptionsOf("UpdateTopic", request);
  options.etag = request.topic().etag();
  DATELINE_ASSIGN_OR_RETURN(
      auto written, topics_.UpdateTopic(context, options, id, [&](Topic* stored) {
        return ApplyTopicUpdate(request.topic(), request.update_mask(), stored);
      }));
  return Answer(std::move(written), response);
}

absl::Status TopicHandlers::AcceptTopic(const RequestContext& context,
                                        const v1::AcceptTopicRequest& request,
                                        v1::AcceptTopicResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      auto written,
      topics_.UpdateTopic(context, OptionsOf("AcceptTopic", request),
                          api::IdInName(api::kTopics, request.name()), [](Topic* stored) {
                            DATELINE_RETURN_IF_ERROR(CheckProposed(*stored));
                            stored->set_state(content::v1::TOPIC_STATE_ACTIVE);
                            return absl::OkStatus();
                          }));
  return Answer(std::move(written), response);
}

absl::StatusOr<content::v1::LogPosition> TopicHandlers::TakeOffArticles(
    const RequestContext& context, const store::Written<Topic>& deleted) {
  DATELINE_ASSIGN_OR_RETURN(
      const auto position,
      articles_.RemoveTopic(context,
                            std::string(api::IdInName(api::kTopics, deleted.message.name()))));
  return position.value_or(deleted.position);
}

absl::Status TopicHandlers::DismissTopic(const RequestContext& context,
                                         const v1::DismissTopicRequest& request,
                                         v1::DismissTopicResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      auto written, topics_.DeleteTopic(context, OptionsOf("DismissTopic", request),
                                        api::IdInName(api::kTopics, request.name()), /*force=*/true,
                                        CheckProposed));
  if (!request.validate_only()) {
    DATELINE_ASSIGN_OR_RETURN(written.position, TakeOffArticles(context, written));
  }
  return Answer(std::move(written), response);
}

absl::Status TopicHandlers::DeleteTopic(const RequestContext& context,
                                        const v1::DeleteTopicRequest& request,
                                        v1::DeleteTopicResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      auto written,
      topics_.DeleteTopic(context, OptionsOf("DeleteTopic", request),
                          api::IdInName(api::kTopics, request.name()), request.force(),
                          [](const Topic&) { return absl::OkStatus(); }));
  if (!request.validate_only()) {
    DATELINE_ASSIGN_OR_RETURN(written.position, TakeOffArticles(context, written));
  }
  return Answer(std::move(written), response);
}

absl::Status TopicHandlers::MergeTopics(const RequestContext& context,
                                        const v1::MergeTopicsRequest& request,
                                        v1::MergeTopicsResponse* response) {
  DATELINE_RETURN_IF_ERROR(CheckMerge(request.target(), request.merged()));
  DATELINE_ASSIGN_OR_RETURN(
      auto written, topics_.MergeTopics(context, OptionsOf("MergeTopics", request),
                                        std::string(api::IdInName(api::kTopics, request.target())),
                                        IdsOf(api::kTopics, request.merged())));
  return Answer(std::move(written), response);
}

absl::Status TopicHandlers::GetPinnedArticles(const RequestContext& context,
                                              const v1::GetPinnedArticlesRequest& request,
                                              v1::GetPinnedArticlesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(const auto pins,
                            topics_.GetPins(context, api::IdInName(api::kTopics, request.topic())));
  for (const std::string& article : pins.message.articles) response->add_articles(article);
  response->set_etag(pins.message.etag);
  response->set_position(EncodePosition(pins.position));
  return absl::OkStatus();
}

absl::Status TopicHandlers::SetPinnedArticles(const RequestContext& context,
                                              const v1::SetPinnedArticlesRequest& request,
                                              v1::SetPinnedArticlesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(
      const auto pins, topics_.SetPins(context, OptionsOf("SetPinnedArticles", request),
                                       std::string(api::IdInName(api::kTopics, request.topic())),
                                       IdsOf(api::kArticles, request.articles())));
  for (const std::string& article : pins.message.articles) response->add_articles(article);
  response->set_etag(pins.message.etag);
  response->set_position(EncodePosition(pins.position));
  return absl::OkStatus();
}

absl::Status TopicHandlers::EnsureTopics(const RequestContext& context,
                                         const v1::EnsureTopicsRequest& request,
                                         v1::EnsureTopicsResponse* response) {
  std::vector<content::v1::Topic> topics;
  for (const v1::TopicToEnsure& wanted : request.topics()) {
    content::v1::Topic& topic = topics.emplace_back();
    topic.set_name(api::MakeName(api::kTopics, wanted.topic_id()));
    topic.set_display_name(wanted.display_name());
    topic.set_state(wanted.state());
  }
  DATELINE_ASSIGN_OR_RETURN(auto ensured, topics_.EnsureTopics(context, topics));
  for (store::EnsuredTopic& topic : ensured.message) {
    v1::EnsuredTopic* result = response->add_results();
    *result->mutable_topic() = std::move(topic.topic);
    result->set_created(topic.created);
  }
  response->set_position(EncodePosition(ensured.position));
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
