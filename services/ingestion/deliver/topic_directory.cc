#include "services/ingestion/deliver/topic_directory.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/text/slug.h"

namespace dateline::ingestion::deliver {
namespace {

// How old the names may be. What an editor renames is used by ingestion after at most this time.
constexpr absl::Duration kMaxAge = absl::Minutes(1);

std::vector<TopicName> NamesOf(const std::vector<content::v1::Topic>& topics) {
  std::vector<TopicName> names;
  for (const content::v1::Topic& topic : topics) {
    const std::string& target =
        topic.state() == content::v1::TOPIC_STATE_MERGED ? topic.merged_into() : topic.name();
    names.push_back({target, topic.display_name()});
    for (const auto& [language, name] : topic.display_names()) names.push_back({target, name});
    for (const std::string& alias : topic.aliases()) names.push_back({target, alias});
  }
  return names;
}

// Adds a topic unless it is there or there are too many.
void AddTopic(const std::string& topic, content::v1::TopicOrigin origin,
              std::set<std::string>* seen, content::v1::Article* article) {
  if (topic.empty() || article->topics_size() >= limits::kMaxTopicsPerArticle ||
      !seen->insert(topic).second) {
    return;
  }
  content::v1::ArticleTopic& added = *article->add_topics();
  added.set_topic(topic);
  added.set_origin(origin);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TopicDirectory::Names>> TopicDirectory::Load(
    const RequestContext& context) {
  {
    MutexLock lock(mutex_);
    if (names_ != nullptr && clock_->Elapsed() - names_->loaded < kMaxAge) return names_;
  }
  DATELINE_ASSIGN_OR_RETURN(const auto topics, catalog_.ListAllTopics(context));
  std::vector<TopicName> names = NamesOf(topics);
  auto loaded = std::make_shared<const Names>(
      Names{TopicIndex(names), TopicMatcher(names), clock_->Elapsed()});
  MutexLock lock(mutex_);
  names_ = loaded;
  learned_.clear();
  return loaded;
}

void TopicDirectory::Learn(const std::string& topic, const std::string& name) {
  MutexLock lock(mutex_);
  learned_.insert_or_assign(text::Fold(name), topic);
}

std::string TopicDirectory::Find(const Names& names, const std::string& category) {
  if (auto topic = names.index.Find(category)) return *std::move(topic);
  MutexLock lock(mutex_);
  const auto learned = learned_.find(text::Fold(category));
  return learned == learned_.end() ? "" : learned->second;
}

absl::StatusOr<std::string> TopicDirectory::Resolve(const RequestContext& context,
                                                    const content::v1::Source& source,
                                                    const std::string& name) {
  if (source.topics().unknown() == content::v1::UNKNOWN_CATEGORIES_IGNORE) return std::string();
  catalog::v1::CreateTopicRequest request;
  request.set_topic_id(text::Slugify(name));
  if (request.topic_id().empty()) return std::string();
  request.mutable_topic()->set_display_name(name);
  request.mutable_topic()->set_state(source.topics().unknown() ==
                                             content::v1::UNKNOWN_CATEGORIES_CREATE
                                         ? content::v1::TOPIC_STATE_ACTIVE
                                         : content::v1::TOPIC_STATE_PROPOSED);
  const auto created = catalog_.CreateTopic(context, request);
  // Another spelling had the same id, or another process was faster: it is that topic.
  if (!created.ok() && !absl::IsAlreadyExists(created.status())) {
    // A category that cannot be a topic, such as one of a thousand letters, is no reason to lose
    // the article.
    if (absl::IsInvalidArgument(created.status())) return std::string();
    return created.status();
  }
  const std::string topic = absl::StrCat("topics/", request.topic_id());
  Learn(topic, name);
  return topic;
}

absl::Status TopicDirectory::Assign(const RequestContext& context,
                                    const content::v1::Source& source,
                                    const std::vector<std::string>& categories, bool dry_run,
                                    content::v1::Article* article) {
  DATELINE_ASSIGN_OR_RETURN(const std::shared_ptr<const Names> names, Load(context));
  std::set<std::string> seen;
  for (const std::string& category : categories) {
    const auto mapped = source.topics().mapping().find(category);
    if (mapped != source.topics().mapping().end()) {
      AddTopic(mapped->second, content::v1::TOPIC_ORIGIN_FEED, &seen, article);
      continue;
    }
    std::string topic = Find(*names, category);
    if (topic.empty() && !dry_run) {
      DATELINE_ASSIGN_OR_RETURN(topic, Resolve(context, source, category));
    }
    AddTopic(topic, content::v1::TOPIC_ORIGIN_FEED, &seen, article);
  }
  if (!source.topics().tag_text()) return absl::OkStatus();
  for (const std::string& topic : names->matcher.Match(article->title(), article->body_text())) {
    AddTopic(topic, content::v1::TOPIC_ORIGIN_AUTO, &seen, article);
  }
  return absl::OkStatus();
}

}  // namespace dateline::ingestion::deliver
