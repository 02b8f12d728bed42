#include "services/ingestion/testing/fake_catalog_service.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"
#include "common/position/position.h"
#include "common/rpc/status.h"

namespace dateline::ingestion::testing {

using rpc::ToGrpcStatus;

void FakeCatalogService::FailUpserts(int times, const absl::Status& status) {
  MutexLock lock(mutex_);
  failures_ = times;
  failure_ = status;
}

void FakeCatalogService::OnUpsert(std::function<void(const std::function<bool()>&)> hook) {
  MutexLock lock(mutex_);
  hook_ = std::move(hook);
}

void FakeCatalogService::AddTopic(const content::v1::Topic& topic) {
  MutexLock lock(mutex_);
  topics_[topic.name()] = topic;
}

std::map<std::string, content::v1::Article> FakeCatalogService::articles() {
  MutexLock lock(mutex_);
  std::map<std::string, content::v1::Article> articles;
  for (const auto& [key, known] : articles_) articles[key] = known.article;
  return articles;
}

std::map<std::string, content::v1::Topic> FakeCatalogService::topics() {
  MutexLock lock(mutex_);
  return topics_;
}

std::vector<int> FakeCatalogService::batches() {
  MutexLock lock(mutex_);
  return batches_;
}

std::string FakeCatalogService::PositionOf(size_t batch) {
  content::v1::LogPosition position;
  position.set_log_id("log");
  position.set_timeline(1);
  position.set_xid(batch);
  return EncodePosition(position);
}

void FakeCatalogService::AnswerPositions(std::vector<std::string> positions) {
  MutexLock lock(mutex_);
  positions_ = {positions.begin(), positions.end()};
}

std::vector<int64_t> FakeCatalogService::epochs() {
  MutexLock lock(mutex_);
  return epochs_;
}

grpc::Status FakeCatalogService::GetPublication(grpc::ServerContext* /*context*/,
                                                const catalog::v1::GetPublicationRequest* request,
                                                catalog::v1::GetPublicationResponse* response) {
  if (request->name() != "publications/daily") {
    return ToGrpcStatus(error::ResourceNotFound(request->name()));
  }
  response->mutable_publication()->set_name(request->name());
  return grpc::Status::OK;
}

// One topic a page, so that callers have to ask for more.
grpc::Status FakeCatalogService::ListTopics(grpc::ServerContext* /*context*/,
                                            const catalog::v1::ListTopicsRequest* request,
                                            catalog::v1::ListTopicsResponse* response) {
  MutexLock lock(mutex_);
  const auto next = topics_.upper_bound(request->page_token());
  if (next == topics_.end()) return grpc::Status::OK;
  *response->add_topics() = next->second;
  if (std::next(next) != topics_.end()) response->set_next_page_token(next->first);
  return grpc::Status::OK;
}

grpc::Status FakeCatalogService::GetTopic(grpc::ServerContext* /*context*/,
                                          const catalog::v1::GetTopicRequest* request,
                                          catalog::v1::GetTopicResponse* response) {
  MutexLock lock(mutex_);
  const auto found = topics_.find(request->name());
  if (found == topics_.end()) return ToGrpcStatus(error::ResourceNotFound(request->name()));
  *response->mutable_topic() = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeCatalogService::EnsureTopics(grpc::ServerContext* /*context*/,
                                              const catalog::v1::EnsureTopicsRequest* request,
                                              catalog::v1::EnsureTopicsResponse* response) {
  MutexLock lock(mutex_);
  for (const catalog::v1::TopicToEnsure& wanted : request->topics()) {
    const std::string name = absl::StrCat("topics/", wanted.topic_id());
    catalog::v1::EnsuredTopic& result = *response->add_results();
    const auto [topic, is_new] = topics_.try_emplace(name);
    if (is_new) {
      topic->second.set_name(name);
      topic->second.set_display_name(wanted.display_name());
      topic->second.set_state(wanted.state());
    }
    result.set_created(is_new);
    *result.mutable_topic() = topic->second;
  }
  return grpc::Status::OK;
}

catalog::v1::UpsertResult FakeCatalogService::Upsert(const catalog::v1::UpsertItem& item,
                                                     bool validate_only) {
  catalog::v1::UpsertResult result;
  if (absl::StrContains(item.article().title(), "refuse") || item.keys().empty()) {
    result.set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
    *result.mutable_error() = error::ToProto(error::InvalidField("article.title", "is refused"));
    return result;
  }
  const std::string& key = item.keys(0).key();
  const auto known = articles_.find(key);
  result.set_article(absl::StrCat("articles/", articles_.size()));
  if (known == articles_.end()) {
    result.set_outcome(catalog::v1::UPSERT_OUTCOME_CREATED);
  } else if (known->second.hash == item.content_hash()) {
    result.set_outcome(catalog::v1::UPSERT_OUTCOME_UNCHANGED);
  } else {
    result.set_outcome(catalog::v1::UPSERT_OUTCOME_REVISED);
  }
  if (!validate_only) articles_[key] = {item.article(), item.content_hash()};
  return result;
}

grpc::Status FakeCatalogService::BatchUpsertArticles(
    grpc::ServerContext* context, const catalog::v1::BatchUpsertArticlesRequest* request,
    catalog::v1::BatchUpsertArticlesResponse* response) {
  std::function<void(const std::function<bool()>&)> hook;
  {
    MutexLock lock(mutex_);
    hook = hook_;
  }
  if (hook) hook([context] { return context->IsCancelled(); });
  MutexLock lock(mutex_);
  if (failures_ > 0) {
    --failures_;
    return ToGrpcStatus(failure_);
  }
  batches_.push_back(request->items_size());
  epochs_.push_back(request->lease_epoch());
  for (const catalog::v1::UpsertItem& item : request->items()) {
    *response->add_results() = Upsert(item, request->validate_only());
  }
  response->set_position(PositionOf(batches_.size()));
  if (positions_.empty()) return grpc::Status::OK;
  response->set_position(positions_.front());
  positions_.pop_front();
  return grpc::Status::OK;
}

grpc::Status FakeCatalogService::GetStatus(grpc::ServerContext* /*context*/,
                                           const catalog::v1::GetStatusRequest* /*request*/,
                                           catalog::v1::GetStatusResponse* /*response*/) {
  return grpc::Status::OK;
}

}  // namespace dateline::ingestion::testing
