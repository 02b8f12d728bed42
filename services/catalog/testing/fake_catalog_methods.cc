#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/position/position.h"
#include "services/catalog/feed/export_reader.h"
#include "services/catalog/feed/feed_reader.h"
#include "services/catalog/testing/fake_catalog.h"

namespace dateline::catalog::testing {
namespace {

// How often a stream looks whether it was cut.
constexpr absl::Duration kLook = absl::Milliseconds(10);

}  // namespace

using content::v1::LogPosition;
using content::v1::Topic;

absl::Status FakeCatalog::GetPublication(const RequestContext& /*context*/,
                                         const v1::GetPublicationRequest& request,
                                         v1::GetPublicationResponse* response) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("GetPublication"));
  const auto found = publications_.find(request.name());
  if (found == publications_.end()) return error::ResourceNotFound(request.name());
  *response->mutable_publication() = found->second.message;
  return absl::OkStatus();
}

absl::Status FakeCatalog::ListTopics(const RequestContext& /*context*/,
                                     const v1::ListTopicsRequest& request,
                                     v1::ListTopicsResponse* response) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("ListTopics"));
  std::set<int> states(request.states().begin(), request.states().end());
  if (states.empty()) states.insert(content::v1::TOPIC_STATE_ACTIVE);
  const int limit =
      request.page_size() == 0 ? kMaxPerPage : std::min(request.page_size(), kMaxPerPage);
  for (auto next = topics_.upper_bound(request.page_token()); next != topics_.end(); ++next) {
    if (states.count(next->second.state()) == 0) continue;
    if (response->topics_size() == limit) {
      response->set_next_page_token(response->topics(limit - 1).name());
      break;
    }
    *response->add_topics() = next->second;
  }
  return absl::OkStatus();
}

absl::Status FakeCatalog::GetTopic(const RequestContext& /*context*/,
                                   const v1::GetTopicRequest& request,
                                   v1::GetTopicResponse* response) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("GetTopic"));
  const auto found = topics_.find(request.name());
  if (found == topics_.end()) return error::ResourceNotFound(request.name());
  *response->mutable_topic() = found->second;
  return absl::OkStatus();
}

absl::Status FakeCatalog::EnsureTopics(const RequestContext& /*context*/,
                                       const v1::EnsureTopicsRequest& request,
                                       v1::EnsureTopicsResponse* response) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("EnsureTopics"));
  for (const v1::TopicToEnsure& wanted : request.topics()) {
    if (refused_.empty() || !absl::StrContains(wanted.display_name(), refused_)) continue;
    return error::InvalidField("topics[0].display_name", "is refused");
  }
  std::set<std::string> made;
  for (const v1::TopicToEnsure& wanted : request.topics()) {
    Topic topic;
    topic.set_name(api::MakeName(api::kTopics, wanted.topic_id()));
    topic.set_display_name(wanted.display_name());
    topic.set_state(wanted.state());
    if (topics_.count(topic.name()) == 0) {
      made.insert(topic.name());
      Put(topic);
    }
    v1::EnsuredTopic& result = *response->add_results();
    *result.mutable_topic() = topics_.at(topic.name());
    result.set_created(made.count(topic.name()) > 0);
  }
  response->set_position(Head());
  return absl::OkStatus();
}

absl::Status FakeCatalog::BatchUpsertArticles(const RequestContext& context,
                                              const v1::BatchUpsertArticlesRequest& request,
                                              v1::BatchUpsertArticlesResponse* response) {
  std::function<void(const std::function<bool()>&)> hook;
  {
    MutexLock lock(mutex_);
    DATELINE_RETURN_IF_ERROR(Taken("BatchUpsertArticles"));
    hook = on_upsert_;
  }
  if (hook) hook([&context] { return context.cancelled(); });
  MutexLock lock(mutex_);
  if (failures_ > 0) {
    --failures_;
    return failure_;
  }
  const auto publication = publications_.find(request.publication());
  if (publication == publications_.end()) return error::ResourceNotFound(request.publication());
  FakeArticles tried;
  if (request.validate_only()) tried = articles_;
  FakeArticles& articles = request.validate_only() ? tried : articles_;
  DATELINE_RETURN_IF_ERROR(articles.Upsert(request, publication->second, LivingTopics(), refused_,
                                           RealClock()->Now(), response));
  batches_.push_back(request.items_size());
  epochs_.push_back(request.lease_epoch());
  std::vector<std::string> names;
  for (const v1::UpsertResult& result : response->results()) names.push_back(result.article());
  response->set_position(WriteArticles(names));
  if (positions_.empty()) return absl::OkStatus();
  response->set_position(positions_.front());
  positions_.pop_front();
  return absl::OkStatus();
}

absl::Status FakeCatalog::BatchAddArticleTopics(const RequestContext& /*context*/,
                                                const v1::BatchAddArticleTopicsRequest& request,
                                                v1::BatchAddArticleTopicsResponse* response) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("BatchAddArticleTopics"));
  FakeArticles tried;
  if (request.validate_only()) tried = articles_;
  FakeArticles& articles = request.validate_only() ? tried : articles_;
  const auto resolve = [this](const std::string& name)
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return Resolve(name); };
  articles.AddTopics(request, resolve, response);
  response->set_position(WriteArticles({}));
  return absl::OkStatus();
}

absl::Status FakeCatalog::ExportResources(
    const RequestContext& context, const v1::ExportResourcesRequest& request,
    const std::function<absl::Status(const v1::ExportResourcesResponse&)>& on_page) {
  DATELINE_RETURN_IF_ERROR(Begin("ExportResources"));
  DATELINE_ASSIGN_OR_RETURN(feed::ExportReader reader,
                            feed::ExportReader::Create(log_, codec_, request));
  for (;;) {
    std::function<void()> hook;
    {
      MutexLock lock(mutex_);
      if (!connected_) return unreachable_;
      hook = on_page_;
    }
    DATELINE_ASSIGN_OR_RETURN(const auto page, reader.Next(context));
    if (!page.has_value()) return absl::OkStatus();
    if (hook) hook();
    DATELINE_RETURN_IF_ERROR(on_page(*page));
  }
}

absl::Status FakeCatalog::StreamChanges(
    const RequestContext& context, const v1::StreamChangesRequest& request,
    const std::function<absl::Status(const v1::StreamChangesResponse&)>& on_batch) {
  DATELINE_RETURN_IF_ERROR(Begin("StreamChanges"));
  DATELINE_RETURN_IF_ERROR(CheckConsumer(request.consumer()));
  DATELINE_ASSIGN_OR_RETURN(const LogPosition position,
                            DecodePosition(request.position(), "position"));
  std::set<v1::ResourceKind> kinds;
  for (const int kind : request.kinds()) kinds.insert(static_cast<v1::ResourceKind>(kind));
  feed::FeedReader reader(feed_, position, {std::move(kinds)});
  for (;;) {
    if (context.cancelled()) return error::Cancelled();
    {
      MutexLock lock(mutex_);
      if (!connected_) return unreachable_;
      if (refuses_streams_) return error::NotImplemented("StreamChanges");
    }
    DATELINE_ASSIGN_OR_RETURN(const auto batch, reader.Next(context));
    if (batch.has_value()) {
      DATELINE_RETURN_IF_ERROR(on_batch(*batch));
    } else {
      feed_.WaitForNews(reader.news(), kLook);
    }
  }
}

absl::Status FakeCatalog::RegisterConsumer(const RequestContext& /*context*/,
                                           const v1::RegisterConsumerRequest& request,
                                           v1::RegisterConsumerResponse* response) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("RegisterConsumer"));
  consumers_.insert(request.name());
  response->set_position(Head());
  return absl::OkStatus();
}

absl::Status FakeCatalog::AcknowledgeTakedown(const RequestContext& /*context*/,
                                              const v1::AcknowledgeTakedownRequest& request,
                                              v1::AcknowledgeTakedownResponse* /*response*/) {
  MutexLock lock(mutex_);
  DATELINE_RETURN_IF_ERROR(Taken("AcknowledgeTakedown"));
  DATELINE_RETURN_IF_ERROR(acknowledgement_);
  for (const auto& [names, name] :
       {std::pair(&consumers_, request.consumer()), std::pair(&taken_down_, request.article())}) {
    if (names->count(name) == 0) return error::ResourceNotFound(name);
  }
  acknowledged_.emplace_back(request.article(), request.consumer());
  return absl::OkStatus();
}

absl::Status FakeCatalog::CheckConsumer(const std::string& name) {
  MutexLock lock(mutex_);
  return name.empty() || consumers_.count(name) > 0 ? absl::OkStatus()
                                                    : error::ResourceNotFound(name);
}

}  // namespace dateline::catalog::testing
