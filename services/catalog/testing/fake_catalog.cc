#include "services/catalog/testing/fake_catalog.h"

#include <optional>
#include <utility>

#include "common/api/names.h"
#include "common/position/position.h"

namespace dateline::catalog::testing {

using content::v1::LogPosition;
using content::v1::Topic;
using v1::ResourceState;

namespace {

ResourceState StateOf(const Topic& topic, int64_t key) {
  ResourceState state;
  state.set_kind(v1::RESOURCE_KIND_TOPIC);
  state.set_key(key);
  state.set_name(topic.name());
  if (topic.state() == content::v1::TOPIC_STATE_DELETED) {
    state.mutable_tombstone()->set_reason(v1::TOMBSTONE_REASON_DELETED);
  } else {
    *state.mutable_topic() = topic;
  }
  return state;
}

template <typename Map>
typename Map::mapped_type ValueOr(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type() : found->second;
}

}  // namespace

FakeCatalog::FakeCatalog(absl::Status unreachable) : unreachable_(std::move(unreachable)) {
  log_.LimitExportPages(kMaxPerPage);
  feed_.Start();
}

LogPosition FakeCatalog::Append(const std::vector<ResourceState>& states) {
  const LogPosition position = log_.Commit(states, RealClock()->Now());
  for (const ResourceState& state : states) changed_[state.name()] = position;
  feed_.Wake();
  return position;
}

std::string FakeCatalog::Commit(const std::vector<ResourceState>& states, absl::Time at) {
  {
    MutexLock lock(mutex_);
    for (const ResourceState& state : states) {
      if (state.tombstone().reason() == v1::TOMBSTONE_REASON_TAKEN_DOWN) {
        taken_down_.insert(state.name());
      }
    }
  }
  const LogPosition position = log_.Commit(states, at);
  feed_.Wake();
  return EncodePosition(position);
}

void FakeCatalog::PutPublication(const std::string& id) {
  MutexLock lock(mutex_);
  FakeArticles::Publication publication;
  publication.key = static_cast<int64_t>(publications_.size()) + 1;
  publication.message.set_name(api::MakeName(api::kPublications, id));
  ResourceState state;
  state.set_kind(v1::RESOURCE_KIND_PUBLICATION);
  state.set_key(publication.key);
  state.set_name(publication.message.name());
  *state.mutable_publication() = publication.message;
  publications_[state.name()] = publication;
  Append({state});
}

void FakeCatalog::Put(Topic topic) {
  const int64_t key = topic_keys_.emplace(topic.name(), topic_keys_.size() + 1).first->second;
  topic.set_version(topics_[topic.name()].version() + 1);
  topics_[topic.name()] = topic;
  Append({StateOf(topic, key)});
}

void FakeCatalog::PutTopic(Topic topic) {
  MutexLock lock(mutex_);
  if (topic.state() == content::v1::TOPIC_STATE_UNSPECIFIED) {
    topic.set_state(content::v1::TOPIC_STATE_ACTIVE);
  }
  Put(std::move(topic));
}

void FakeCatalog::DeleteTopic(const std::string& name) {
  MutexLock lock(mutex_);
  Topic topic = topics_[name];
  topic.set_state(content::v1::TOPIC_STATE_DELETED);
  Put(std::move(topic));
}

std::string FakeCatalog::PutArticle(const content::v1::Article& article) {
  MutexLock lock(mutex_);
  const std::string name = articles_.Put(article, ValueOr(publications_, article.publication()));
  WriteArticles({name});
  return name;
}

void FakeCatalog::TakeDownArticle(const std::string& name) {
  MutexLock lock(mutex_);
  articles_.TakeDown(name);
  taken_down_.insert(name);
  WriteArticles({name});
}

std::map<std::string, Topic> FakeCatalog::topics() {
  MutexLock lock(mutex_);
  return topics_;
}

std::map<std::string, content::v1::Article> FakeCatalog::articles() {
  MutexLock lock(mutex_);
  return articles_.contents();
}

void FakeCatalog::FailAcknowledgements(const absl::Status& status) {
  MutexLock lock(mutex_);
  acknowledgement_ = status;
}

std::vector<std::pair<std::string, std::string>> FakeCatalog::acknowledged() {
  MutexLock lock(mutex_);
  return acknowledged_;
}

std::string FakeCatalog::Head() {
  return EncodePosition(log_.ReadHead(RequestContext::Background("test"))->position);
}

std::string FakeCatalog::NextPosition() { return EncodePosition(log_.NextPosition()); }

std::string FakeCatalog::PositionAt(uint64_t xid) {
  return EncodePosition(store::FakeChangeLog::PositionOf(/*timeline=*/1, xid, /*seq=*/0));
}

void FakeCatalog::FailOver(size_t kept) {
  log_.FailOver(kept);
  feed_.Wake();
}

void FakeCatalog::Disconnect() {
  MutexLock lock(mutex_);
  connected_ = false;
}

void FakeCatalog::Connect() {
  MutexLock lock(mutex_);
  connected_ = true;
}

void FakeCatalog::RefuseStreams() {
  MutexLock lock(mutex_);
  refuses_streams_ = true;
}

void FakeCatalog::Refuse(const std::string& text) {
  MutexLock lock(mutex_);
  refused_ = text;
}

void FakeCatalog::FailUpserts(int times, const absl::Status& status) {
  MutexLock lock(mutex_);
  failures_ = times;
  failure_ = status;
}

void FakeCatalog::OnUpsert(std::function<void(const std::function<bool()>&)> hook) {
  MutexLock lock(mutex_);
  on_upsert_ = std::move(hook);
}

void FakeCatalog::OnPage(std::function<void()> hook) {
  MutexLock lock(mutex_);
  on_page_ = std::move(hook);
}

void FakeCatalog::AnswerPositions(std::vector<std::string> positions) {
  MutexLock lock(mutex_);
  positions_ = {positions.begin(), positions.end()};
}

int FakeCatalog::calls(const std::string& method) {
  MutexLock lock(mutex_);
  return calls_[method];
}

std::vector<int> FakeCatalog::batches() {
  MutexLock lock(mutex_);
  return batches_;
}

std::vector<int64_t> FakeCatalog::epochs() {
  MutexLock lock(mutex_);
  return epochs_;
}

absl::Status FakeCatalog::Begin(const std::string& method) {
  MutexLock lock(mutex_);
  return Taken(method);
}

absl::Status FakeCatalog::Taken(const std::string& method) {
  if (!connected_) return unreachable_;
  const bool is_stream = method == "ExportResources" || method == "StreamChanges";
  if (is_stream && refuses_streams_) return error::NotImplemented(method);
  ++calls_[method];
  return absl::OkStatus();
}

FakeArticles::TopicKeys FakeCatalog::LivingTopics() const {
  FakeArticles::TopicKeys keys = topic_keys_;
  for (const auto& [name, topic] : topics_) {
    if (topic.state() == content::v1::TOPIC_STATE_DELETED) keys.erase(name);
  }
  return keys;
}

std::string FakeCatalog::Resolve(const std::string& name) const {
  const Topic topic = ValueOr(topics_, name);
  switch (topic.state()) {
    case content::v1::TOPIC_STATE_ACTIVE:
    case content::v1::TOPIC_STATE_PROPOSED:
      return name;
    case content::v1::TOPIC_STATE_MERGED:
      return topic.merged_into().empty() ? "" : Resolve(topic.merged_into());
    default:
      return "";
  }
}

std::string FakeCatalog::WriteArticles(const std::vector<std::string>& names) {
  const std::vector<ResourceState> written = articles_.TakeWritten(topic_keys_);
  if (!written.empty()) return EncodePosition(Append(written));
  std::optional<LogPosition> last;
  for (const std::string& name : names) {
    const auto found = changed_.find(name);
    if (found == changed_.end()) continue;
    if (!last || ComparePositions(*last, found->second) < 0) last = found->second;
  }
  return last ? EncodePosition(*last) : Head();
}

}  // namespace dateline::catalog::testing
