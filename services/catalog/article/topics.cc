#include "services/catalog/article/topics.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/errors/status_proto.h"

namespace dateline::catalog::article {

namespace {

using content::v1::Article;

// Gives new numbers to the revisions from the first one on whose topics changed.
void Renumber(const std::map<int32_t, std::vector<std::string>>& changes, WorkingArticle* target) {
  bool changed = false;
  for (const auto& [number, topics] : changes) {
    changed |= !topics.empty();
    if (!changed) continue;
    const auto found = target->waiting.find(number);
    if (found == target->waiting.end()) {
      ReviseInForce(target);
      continue;
    }
    const int32_t next = target->article.revision() + 1;
    target->article.set_revision(next);
    target->waiting[next] = {std::move(found->second.content), /*is_new=*/true};
    target->waiting.erase(number);
    if (target->record.scheduled_revision() == number) target->record.set_scheduled_revision(next);
  }
}

}  // namespace

std::vector<std::string> AddAutoTopics(const std::vector<std::string>& topics,
                                       const std::vector<std::string>& suppressed,
                                       content::v1::Article* article) {
  absl::flat_hash_set<std::string> taken(suppressed.begin(), suppressed.end());
  for (const content::v1::ArticleTopic& topic : article->topics()) taken.insert(topic.topic());
  std::vector<std::string> added;
  for (const std::string& topic : topics) {
    if (article->topics_size() >= limits::kMaxTopicsPerArticle) break;
    if (!taken.insert(topic).second) continue;
    content::v1::ArticleTopic& entry = *article->add_topics();
    entry.set_topic(topic);
    entry.set_origin(content::v1::TOPIC_ORIGIN_AUTO);
    added.push_back(topic);
  }
  return added;
}

void SuppressRemovedTopics(const Article& before, const Article& after, v1::ArticleRecord* record) {
  std::set<std::string> suppressed(record->suppressed_topics().begin(),
                                   record->suppressed_topics().end());
  for (const auto& topic : before.topics()) suppressed.insert(topic.topic());
  for (const auto& topic : after.topics()) suppressed.erase(topic.topic());
  record->mutable_suppressed_topics()->Assign(suppressed.begin(), suppressed.end());
}

absl::Status CheckTaggable(const std::string& name, content::v1::ArticleState state, bool is_live) {
  if (state == content::v1::ARTICLE_STATE_TAKEN_DOWN) return error::TakenDown(name);
  if (is_live && state != content::v1::ARTICLE_STATE_DELETED) return absl::OkStatus();
  return error::StateConflict(name, content::v1::ArticleState_Name(state));
}

absl::StatusOr<std::vector<std::string>> AddTopics(const std::vector<std::string>& topics,
                                                   WorkingArticle* target) {
  v1::ArticleRecord& record = target->record;
  const std::string& name = record.name();
  DATELINE_RETURN_IF_ERROR(CheckTaggable(name, record.state(), record.live_revision() > 0));
  const std::vector<std::string> suppressed(record.suppressed_topics().begin(),
                                            record.suppressed_topics().end());
  std::map<int32_t, Article*> contents = {{target->InForce(), &target->article}};
  for (auto& [number, revision] : target->waiting) contents.emplace(number, &revision.content);
  std::map<int32_t, std::vector<std::string>> added;
  for (const auto& [number, content] : contents) {
    added[number] = AddAutoTopics(topics, suppressed, content);
  }
  if (!CheckContentSize(target->article, target->ScheduledBytes()).ok()) {
    for (const auto& [number, content] : contents) {
      const int count = static_cast<int>(added[number].size());
      content->mutable_topics()->DeleteSubrange(content->topics_size() - count, count);
    }
    return error::StateConflict(name, "as large as an article may be");
  }
  const std::vector<std::string> gained = added[target->InForce()];
  Renumber(added, target);
  return gained;
}

void RemoveTopics(const absl::flat_hash_set<std::string>& topics, WorkingArticle* target) {
  std::map<int32_t, Article*> contents = {{target->InForce(), &target->article}};
  for (auto& [number, revision] : target->waiting) contents.emplace(number, &revision.content);
  std::map<int32_t, std::vector<std::string>> removed;
  for (const auto& [number, content] : contents) {
    google::protobuf::RepeatedPtrField<content::v1::ArticleTopic> had;
    had.Swap(content->mutable_topics());
    removed[number] = {};
    for (content::v1::ArticleTopic& topic : had) {
      if (topics.contains(topic.topic())) {
        removed[number].push_back(topic.topic());
      } else {
        *content->add_topics() = std::move(topic);
      }
    }
  }
  Renumber(removed, target);
}

v1::ArticleTopicsResult TopicsResult(const absl::flat_hash_set<std::string>& asked,
                                     const std::vector<std::string>& added, int64_t version) {
  v1::ArticleTopicsResult result;
  result.set_version(version);
  for (const std::string& topic : added) {
    if (asked.contains(topic)) result.add_added(topic);
  }
  result.set_outcome(result.added().empty() ? v1::ARTICLE_TOPICS_OUTCOME_UNCHANGED
                                            : v1::ARTICLE_TOPICS_OUTCOME_ADDED);
  return result;
}

v1::ArticleTopicsResult TopicsRefused(const absl::Status& why, int64_t version) {
  v1::ArticleTopicsResult result;
  result.set_outcome(v1::ARTICLE_TOPICS_OUTCOME_REJECTED);
  *result.mutable_error() = error::ToProto(why);
  result.set_version(version);
  return result;
}

}  // namespace dateline::catalog::article
