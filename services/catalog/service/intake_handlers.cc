#include "services/catalog/service/intake_handlers.h"

#include <utility>
#include <vector>

#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"

namespace dateline::catalog::service {

absl::Status IntakeHandlers::EnsureTopics(const RequestContext& context,
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

absl::Status IntakeHandlers::BatchUpsertArticles(const RequestContext& context,
                                                 const v1::BatchUpsertArticlesRequest& request,
                                                 v1::BatchUpsertArticlesResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(*response, articles_.UpsertArticles(context, request));
  return absl::OkStatus();
}

absl::Status IntakeHandlers::BatchAddArticleTopics(const RequestContext& context,
                                                   const v1::BatchAddArticleTopicsRequest& request,
                                                   v1::BatchAddArticleTopicsResponse* response) {
  DATELINE_ASSIGN_OR_RETURN(*response, articles_.AddArticleTopics(context, request));
  return absl::OkStatus();
}

}  // namespace dateline::catalog::service
