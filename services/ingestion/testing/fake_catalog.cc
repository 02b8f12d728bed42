#include "services/ingestion/testing/fake_catalog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"

namespace dateline::ingestion::testing {
namespace {

using catalog::v1::ResourceState;

constexpr size_t kArticlesPerPage = 3;

ResourceState StateOf(const content::v1::Topic& topic) {
  ResourceState state;
  state.set_kind(catalog::v1::RESOURCE_KIND_TOPIC);
  state.set_name(topic.name());
  state.set_version(topic.version());
  if (topic.state() == content::v1::TOPIC_STATE_DELETED) {
    state.mutable_tombstone()->set_reason(catalog::v1::TOMBSTONE_REASON_DELETED);
  } else {
    *state.mutable_topic() = topic;
  }
  return state;
}

}  // namespace

absl::Status FakeCatalog::Reachable() const {
  return connected_ ? absl::OkStatus() : error::PeerUnavailable("catalog");
}

std::string FakeCatalog::Position(size_t row) const { return absl::StrCat(log_, "/", row); }

void FakeCatalog::Put(content::v1::Topic topic) {
  topic.set_version(topics_[topic.name()].version() + 1);
  changes_.push_back(StateOf(topic));
  topics_[topic.name()] = std::move(topic);
  changed_.SignalAll();
}

void FakeCatalog::PutTopic(content::v1::Topic topic) {
  MutexLock lock(mutex_);
  if (topic.state() == content::v1::TOPIC_STATE_UNSPECIFIED) {
    topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  }
  Put(std::move(topic));
}

void FakeCatalog::DeleteTopic(const std::string& name) {
  MutexLock lock(mutex_);
  content::v1::Topic topic = topics_[name];
  topic.set_state(content::v1::TOPIC_STATE_DELETED);
  Put(std::move(topic));
}

std::string FakeCatalog::PutArticle(content::v1::Article article) {
  MutexLock lock(mutex_);
  const int number = static_cast<int>(articles_.size()) + 1;
  article.set_name(absl::StrCat("articles/", number));
  articles_[number] = std::move(article);
  return absl::StrCat("articles/", number);
}

void FakeCatalog::Disconnect() {
  MutexLock lock(mutex_);
  connected_ = false;
  changed_.SignalAll();
}

void FakeCatalog::Connect() {
  MutexLock lock(mutex_);
  connected_ = true;
}

void FakeCatalog::ForgetLog() {
  MutexLock lock(mutex_);
  ++log_;
  changes_.clear();
  changed_.SignalAll();
}

void FakeCatalog::RefuseStreams() {
  MutexLock lock(mutex_);
  refuses_streams_ = true;
  changed_.SignalAll();
}

void FakeCatalog::OnPage(std::function<void()> on_page) {
  MutexLock lock(mutex_);
  on_page_ = std::move(on_page);
}

std::map<std::string, content::v1::Topic> FakeCatalog::topics() {
  MutexLock lock(mutex_);
  return topics_;
}

content::v1::Article FakeCatalog::article(const std::string& name) {
  MutexLock lock(mutex_);
  for (const auto& [number, article] : articles_) {
    if (article.name() == name) return article;
  }
  return {};
}

#define DATELINE_COUNTER(name) \
  int FakeCatalog::name() {    \
    MutexLock lock(mutex_);    \
    return name##_;            \
  }
DATELINE_COUNTER(lists)
DATELINE_COUNTER(reads)
DATELINE_COUNTER(ensures)
DATELINE_COUNTER(gets)
DATELINE_COUNTER(batches)
#undef DATELINE_COUNTER

absl::StatusOr<std::vector<content::v1::Topic>> FakeCatalog::ListAllTopics(
    const RequestContext& /*context*/) {
  MutexLock lock(mutex_);
  ++lists_;
  if (absl::Status status = Reachable(); !status.ok()) return status;
  std::vector<content::v1::Topic> topics;
  for (const auto& [name, topic] : topics_) {
    if (topic.state() != content::v1::TOPIC_STATE_DELETED) topics.push_back(topic);
  }
  return topics;
}

absl::StatusOr<catalog::v1::EnsureTopicsResponse> FakeCatalog::EnsureTopics(
    const RequestContext& /*context*/, const catalog::v1::EnsureTopicsRequest& request) {
  MutexLock lock(mutex_);
  ++ensures_;
  if (absl::Status status = Reachable(); !status.ok()) return status;
  catalog::v1::EnsureTopicsResponse response;
  for (const catalog::v1::TopicToEnsure& wanted : request.topics()) {
    if (wanted.display_name() == "refused") {
      return error::InvalidField("topics[0].display_name", "is refused");
    }
    const std::string name = absl::StrCat("topics/", wanted.topic_id());
    catalog::v1::EnsuredTopic& result = *response.add_results();
    if (topics_.count(name) == 0) {
      content::v1::Topic topic;
      topic.set_name(name);
      topic.set_display_name(wanted.display_name());
      topic.set_state(wanted.state());
      Put(topic);
      result.set_created(true);
    }
    *result.mutable_topic() = topics_[name];
  }
  return response;
}

absl::StatusOr<content::v1::Topic> FakeCatalog::GetTopic(const RequestContext& /*context*/,
                                                         const std::string& name) {
  MutexLock lock(mutex_);
  ++gets_;
  if (absl::Status status = Reachable(); !status.ok()) return status;
  const auto found = topics_.find(name);
  if (found == topics_.end()) return error::ResourceNotFound(name);
  return found->second;
}

absl::StatusOr<content::v1::Publication> FakeCatalog::GetPublication(
    const RequestContext& /*context*/, const std::string& name) {
  if (name != "publications/daily") return error::ResourceNotFound(name);
  content::v1::Publication publication;
  publication.set_name(name);
  return publication;
}

// Takes every item as a new article; one with a topic that is deleted or missing is refused, as the
// real catalog does.
absl::StatusOr<catalog::v1::BatchUpsertArticlesResponse> FakeCatalog::Upsert(
    const RequestContext& /*context*/, const catalog::v1::BatchUpsertArticlesRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Reachable(); !status.ok()) return status;
  catalog::v1::BatchUpsertArticlesResponse response;
  for (const catalog::v1::UpsertItem& item : request.items()) {
    catalog::v1::UpsertResult& result = *response.add_results();
    result.set_outcome(catalog::v1::UPSERT_OUTCOME_CREATED);
    for (const auto& topic : item.article().topics()) {
      const auto known = topics_.find(topic.topic());
      if (known != topics_.end() && known->second.state() != content::v1::TOPIC_STATE_DELETED) {
        continue;
      }
      result.set_outcome(catalog::v1::UPSERT_OUTCOME_REJECTED);
      *result.mutable_error() = error::ToProto(error::ResourceNotFound(topic.topic()));
    }
    if (result.outcome() == catalog::v1::UPSERT_OUTCOME_REJECTED) continue;
    const int number = static_cast<int>(articles_.size()) + 1;
    result.set_article(absl::StrCat("articles/", number));
    if (request.validate_only()) continue;
    articles_[number] = item.article();
    articles_[number].set_name(result.article());
  }
  return response;
}

absl::StatusOr<catalog::v1::BatchAddArticleTopicsResponse> FakeCatalog::AddArticleTopics(
    const RequestContext& /*context*/, const catalog::v1::BatchAddArticleTopicsRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Reachable(); !status.ok()) return status;
  ++batches_;
  catalog::v1::BatchAddArticleTopicsResponse response;
  for (const auto& item : request.items()) {
    auto& result = *response.add_results();
    result.set_outcome(catalog::v1::ARTICLE_TOPICS_OUTCOME_UNCHANGED);
    for (auto& [number, article] : articles_) {
      if (article.name() != item.article()) continue;
      for (const std::string& topic : item.topics()) {
        const bool has = std::any_of(article.topics().begin(), article.topics().end(),
                                     [&](const auto& known) { return known.topic() == topic; });
        if (has) continue;
        article.add_topics()->set_topic(topic);
        article.mutable_topics(article.topics_size() - 1)
            ->set_origin(content::v1::TOPIC_ORIGIN_AUTO);
        result.add_added(topic);
        result.set_outcome(catalog::v1::ARTICLE_TOPICS_OUTCOME_ADDED);
      }
    }
  }
  response.set_position(absl::StrCat("batch-", batches_));
  return response;
}

absl::Status FakeCatalog::Export(
    const RequestContext& /*context*/, const std::string& page_token,
    const std::function<absl::Status(const catalog::v1::ExportResourcesResponse&)>& on_page) {
  int after = 0;
  if (!page_token.empty() && !absl::SimpleAtoi(page_token, &after)) {
    return error::InvalidPageToken();
  }
  while (true) {
    catalog::v1::ExportResourcesResponse page;
    std::function<void()> before;
    {
      MutexLock lock(mutex_);
      if (absl::Status status = Reachable(); !status.ok()) return status;
      before = on_page_;
      for (auto next = articles_.upper_bound(after);
           next != articles_.end() && page.states_size() < static_cast<int>(kArticlesPerPage);
           ++next) {
        after = next->first;
        catalog::v1::ResourceState& state = *page.add_states();
        state.set_kind(catalog::v1::RESOURCE_KIND_ARTICLE);
        state.set_key(next->first);
        state.set_name(next->second.name());
        state.mutable_article()->set_live(next->second.SerializeAsString());
      }
      page.set_page_token(absl::StrCat(after));
      if (page.states().empty()) page.set_end_position("end");
    }
    if (before) before();
    if (absl::Status status = on_page(page); !status.ok()) return status;
    if (!page.end_position().empty()) return absl::OkStatus();
  }
}

absl::StatusOr<int64_t> FakeCatalog::CountArticles(const RequestContext& /*context*/) {
  MutexLock lock(mutex_);
  if (absl::Status status = Reachable(); !status.ok()) return status;
  return static_cast<int64_t>(articles_.size());
}

absl::Status FakeCatalog::Ping(const RequestContext& /*context*/) {
  MutexLock lock(mutex_);
  return Reachable();
}

absl::Status FakeCatalog::ReadTopics(std::vector<ResourceState>* topics, std::string* position) {
  MutexLock lock(mutex_);
  ++reads_;
  if (absl::Status status = Reachable(); !status.ok()) return status;
  if (refuses_streams_) return error::NotImplemented("ExportResources");
  for (const auto& [name, topic] : topics_) topics->push_back(StateOf(topic));
  *position = Position(changes_.size());
  return absl::OkStatus();
}

absl::Status FakeCatalog::Follow(
    const std::string& position,
    const std::function<absl::Status(const catalog::v1::StreamChangesResponse&)>& on_batch) {
  size_t row = 0;
  bool first = true;
  while (true) {
    catalog::v1::StreamChangesResponse batch;
    {
      MutexLock lock(mutex_);
      const std::string prefix = absl::StrCat(log_, "/");
      const bool fits = position.compare(0, prefix.size(), prefix) == 0;
      if (first && fits && !absl::SimpleAtoi(position.substr(prefix.size()), &row)) {
        return error::InvalidPosition("position");
      }
      while (!first && connected_ && !cancelled_ && !refuses_streams_ && fits &&
             row == changes_.size()) {
        changed_.Wait(mutex_);
        if (position.compare(0, prefix.size(), absl::StrCat(log_, "/")) != 0) break;
      }
      first = false;
      if (cancelled_) return error::Cancelled();
      if (absl::Status status = Reachable(); !status.ok()) return status;
      if (refuses_streams_) return error::NotImplemented("StreamChanges");
      if (position.compare(0, prefix.size(), absl::StrCat(log_, "/")) != 0 || !fits) {
        return error::PositionExpired("it is of another log");
      }
      for (; row < changes_.size(); ++row) {
        catalog::v1::Change& change = *batch.add_changes();
        change.set_kind(catalog::v1::RESOURCE_KIND_TOPIC);
        *change.mutable_state() = changes_[row];
      }
      batch.set_position(Position(row));
    }
    if (absl::Status status = on_batch(batch); !status.ok()) return status;
  }
}

void FakeCatalog::Cancel() {
  MutexLock lock(mutex_);
  cancelled_ = true;
  changed_.SignalAll();
}

}  // namespace dateline::ingestion::testing
