#include "services/ingestion/deliver/topic_assigner.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/obs/log.h"
#include "common/text/white_space.h"
#include "services/ingestion/tag/name_key.h"

namespace dateline::ingestion::deliver {
namespace {

using v1::FeedCategory;
using Meaning = TopicIndex::Meaning;

// Counting waits for no longer than that: the articles are delivered already.
constexpr absl::Duration kRecordLimit = absl::Seconds(5);

// Adds a topic unless it is there or there are too many; `*seen` knows it in any case.
void AddTopic(const std::string& topic, content::v1::TopicOrigin origin,
              std::set<std::string>* seen, content::v1::Article* article) {
  if (topic.empty() || !seen->insert(topic).second ||
      article->topics_size() >= limits::kMaxTopicsPerArticle) {
    return;
  }
  content::v1::ArticleTopic& added = *article->add_topics();
  added.set_topic(topic);
  added.set_origin(origin);
}

// An error about one topic, which must not lose the article.
bool IsAboutTheTopic(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status);
}

std::map<std::string, std::string> RulesOf(const v1::Source& source) {
  return {source.topics().mapping().begin(), source.topics().mapping().end()};
}

// What a topic means that was just made.
TopicIndex::Found MadeOf(const content::v1::Topic& topic) {
  const bool active = topic.state() == content::v1::TOPIC_STATE_ACTIVE;
  return {active ? Meaning::kTopic : Meaning::kProposal, topic.name()};
}

// What a category is called, its label first, each name once.
std::vector<std::string> NamesOf(const FeedCategory& category) {
  std::vector<std::string> names;
  for (const std::string& name : {category.label(), category.term()}) {
    std::string clean = text::CollapseWhiteSpace(name);
    if (!clean.empty() && std::find(names.begin(), names.end(), clean) == names.end()) {
      names.push_back(std::move(clean));
    }
  }
  return names;
}

}  // namespace

TopicAssigner::TopicAssigner(TopicDirectory& directory, const v1::Source& source, bool dry_run)
    : directory_(directory), source_(source), dry_run_(dry_run), rules_(RulesOf(source)) {}

// Takes in a topic, and what it was merged into if that is not known yet.
absl::Status TopicAssigner::Learn(const RequestContext& context, const content::v1::Topic& topic) {
  directory_.Learn(topic);
  if (topic.merged_into().empty() ||
      directory_.Resolve(topic.merged_into()).meaning != Meaning::kUnknown) {
    return absl::OkStatus();
  }
  const auto target = directory_.catalog().GetTopic(context, topic.merged_into());
  if (target.ok()) directory_.Learn(*target);
  return target.ok() || IsAboutTheTopic(target.status()) ? absl::OkStatus() : target.status();
}

// The topic that a rule names, as far as it is there.
absl::StatusOr<TopicIndex::Found> TopicAssigner::ByRule(const RequestContext& context,
                                                        const std::string& topic) {
  if (topic.empty()) return TopicIndex::Found{Meaning::kDeleted, ""};
  TopicIndex::Found found = directory_.Resolve(topic);
  if (found.meaning != Meaning::kUnknown) return found;
  const auto [asked, is_new] = resolved_.try_emplace(topic);
  if (!is_new) return asked->second;
  const auto stored = directory_.catalog().GetTopic(context, topic);
  if (stored.ok()) {
    DATELINE_RETURN_IF_ERROR(Learn(context, *stored));
    asked->second = directory_.Resolve(topic);
  } else if (!IsAboutTheTopic(stored.status())) {
    return stored.status();
  }
  return asked->second;
}

// Makes a topic of a category, or finds whose it is after all.
absl::StatusOr<TopicIndex::Found> TopicAssigner::Make(const RequestContext& context,
                                                      const std::string& name) {
  // Attempts count: what the catalog refuses costs as much.
  if (!CanNameTopic(name) || tried_ >= kMaxNewTopics) return TopicIndex::Found();
  ++tried_;
  for (const bool clashes : {false, true}) {
    catalog::v1::EnsureTopicsRequest request;
    catalog::v1::TopicToEnsure& wanted = *request.add_topics();
    wanted.set_topic_id(TopicIdFor(name, clashes));
    wanted.set_display_name(name);
    wanted.set_state(NewState());
    const auto ensured = directory_.catalog().EnsureTopics(context, request);
    if (!ensured.ok()) {
      if (IsAboutTheTopic(ensured.status())) return TopicIndex::Found();
      return ensured.status();
    }
    if (ensured->results_size() != 1) return error::Internal("the catalog answered no topic");
    const catalog::v1::EnsuredTopic& result = ensured->results(0);
    DATELINE_RETURN_IF_ERROR(Learn(context, result.topic()));
    if (result.created()) {
      return MadeOf(result.topic());
    }
    // Another process was faster, or it was deleted, or another name has the same slug.
    TopicIndex::Found found = directory_.Find(name);
    if (found.meaning != Meaning::kUnknown) return found;
  }
  return TopicIndex::Found();
}

bool TopicAssigner::may_make() const {
  return !dry_run_ && source_.topics().unknown() != v1::UNKNOWN_CATEGORIES_IGNORE;
}

content::v1::TopicState TopicAssigner::NewState() const {
  return source_.topics().unknown() == v1::UNKNOWN_CATEGORIES_CREATE
             ? content::v1::TOPIC_STATE_ACTIVE
             : content::v1::TOPIC_STATE_PROPOSED;
}

std::string TopicAssigner::UnknownName(const FeedCategory& category) {
  const std::vector<std::string> names = NamesOf(category);
  const bool known = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return rules_.Find(name).has_value() || directory_.Find(name).meaning != Meaning::kUnknown;
  });
  if (names.empty() || known || !CanNameTopic(names.front())) return "";
  return resolved_.contains(NameKey(names.front())) ? "" : names.front();
}

absl::Status TopicAssigner::Prepare(const RequestContext& context,
                                    const std::vector<FeedCategory>& wanted) {
  if (!may_make() || wanted.empty()) return absl::OkStatus();
  DATELINE_RETURN_IF_ERROR(directory_.Freshen(context));
  catalog::v1::EnsureTopicsRequest request;
  std::vector<std::string> keys;
  std::set<std::string> taken;  // Names' keys and topics' ids: one that clashes is left out.
  for (const FeedCategory& category : wanted) {
    if (tried_ + request.topics_size() >= kMaxNewTopics) break;
    const std::string name = UnknownName(category);
    std::string key = NameKey(name);
    if (key.empty() || !taken.insert(absl::StrCat("name ", key)).second) continue;
    std::string id = TopicIdFor(name, /*clashes=*/false);
    if (!taken.insert(absl::StrCat("id ", id)).second) continue;
    catalog::v1::TopicToEnsure& topic = *request.add_topics();
    topic.set_topic_id(std::move(id));
    topic.set_display_name(name);
    topic.set_state(NewState());
    keys.push_back(std::move(key));
  }
  if (request.topics().empty()) return absl::OkStatus();
  const auto ensured = directory_.catalog().EnsureTopics(context, request);
  if (!ensured.ok()) {
    return IsAboutTheTopic(ensured.status()) ? absl::OkStatus() : ensured.status();
  }
  if (ensured->results_size() != request.topics_size()) {
    return error::Internal("the catalog did not answer every topic");
  }
  for (int i = 0; i < ensured->results_size(); ++i) {
    const catalog::v1::EnsuredTopic& result = ensured->results(i);
    DATELINE_RETURN_IF_ERROR(Learn(context, result.topic()));
    if (!result.created()) continue;
    ++tried_;
    resolved_[keys[static_cast<size_t>(i)]] = MadeOf(result.topic());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TopicAssigner::TopicOf(const RequestContext& context, size_t entry,
                                                   const FeedCategory& category) {
  const std::vector<std::string> names = NamesOf(category);
  // A rule is written for the term, which programs know it by.
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const auto rule = rules_.Find(*name);
    if (!rule) continue;
    DATELINE_ASSIGN_OR_RETURN(TopicIndex::Found found, ByRule(context, *rule));
    return std::move(found.topic);
  }
  TopicIndex::Found found;
  for (const std::string& name : names) {
    found = directory_.Find(name);
    if (found.meaning != Meaning::kUnknown) break;
  }
  if (names.empty() || found.meaning == Meaning::kTopic || found.meaning == Meaning::kDeleted) {
    return std::move(found.topic);
  }
  const std::string& name = names.front();
  const std::string key = NameKey(name);
  if (found.meaning == Meaning::kUnknown && may_make()) {
    const auto [made, is_new] = resolved_.try_emplace(key);
    if (is_new) {
      DATELINE_ASSIGN_OR_RETURN(made->second, Make(context, name));
    }
    found = made->second;
  }
  const bool unnamed = found.meaning == Meaning::kUnknown || found.meaning == Meaning::kProposal;
  const bool ignored = source_.topics().unknown() == v1::UNKNOWN_CATEGORIES_IGNORE;
  if (unnamed && !ignored && !key.empty() && CanNameTopic(name)) {
    unnamed_[entry].push_back({key, name, found.topic});
  }
  return std::move(found.topic);
}

absl::Status TopicAssigner::Assign(const RequestContext& context, size_t entry,
                                   const std::vector<FeedCategory>& categories,
                                   catalog::v1::UpsertItem* item) {
  content::v1::Article* const article = item->mutable_article();
  DATELINE_RETURN_IF_ERROR(directory_.Freshen(context));
  std::set<std::string> seen;
  const int before = article->topics_size();
  unnamed_.erase(entry);
  const size_t count = std::min<size_t>(categories.size(), kMaxCategories);
  for (size_t i = 0; i < count; ++i) {
    DATELINE_ASSIGN_OR_RETURN(const std::string topic, TopicOf(context, entry, categories[i]));
    AddTopic(topic, content::v1::TOPIC_ORIGIN_FEED, &seen, article);
  }
  if (source_.topics().tag_text()) {
    const auto matcher = directory_.matcher();
    for (const std::string& topic : matcher->Match(article->title(), item->derived().body_text())) {
      AddTopic(topic, content::v1::TOPIC_ORIGIN_AUTO, &seen, article);
    }
  }
  left_out_ = seen.size() - static_cast<size_t>(article->topics_size() - before);
  return absl::OkStatus();
}

absl::Status TopicAssigner::DropLost(const RequestContext& context, content::v1::Article* article) {
  google::protobuf::RepeatedPtrField<content::v1::ArticleTopic> kept;
  for (content::v1::ArticleTopic& topic : *article->mutable_topics()) {
    const auto stored = directory_.catalog().GetTopic(context, topic.topic());
    if (!stored.ok() && !IsAboutTheTopic(stored.status())) return stored.status();
    if (stored.ok()) directory_.Learn(*stored);
    if (!stored.ok() || stored->state() == content::v1::TOPIC_STATE_DELETED) continue;
    *kept.Add() = std::move(topic);
  }
  article->mutable_topics()->Swap(&kept);
  return absl::OkStatus();
}

void TopicAssigner::BecameArticle(size_t entry, const std::string& article) {
  const auto unnamed = unnamed_.find(entry);
  if (unnamed == unnamed_.end()) return;
  std::set<std::string> counted;
  for (const Unnamed& category : unnamed->second) {
    if (!counted.insert(category.key).second) continue;
    store::SeenProposal& seen = seen_[category.key];
    seen.key = category.key;
    seen.term = category.term;
    seen.topic = category.topic;
    seen.source = source_.name();
    ++seen.entries;
    if (seen.examples.size() < store::kMaxProposalExamples) seen.examples.push_back(article);
  }
  unnamed_.erase(unnamed);
}

void TopicAssigner::Record(const RequestContext& context) {
  if (seen_.empty() || directory_.proposals() == nullptr || dry_run_) return;
  std::vector<store::SeenProposal> seen;
  for (auto& [key, proposal] : seen_) seen.push_back(std::move(proposal));
  seen_.clear();
  const absl::Status counted =
      directory_.proposals()->Count(context.WithTimeout(kRecordLimit), seen);
  if (counted.ok()) return;
  obs::Log(obs::Level::kWarning, "proposals were not counted",
           {{"source", source_.name()}, {"error", counted.message()}});
}

}  // namespace dateline::ingestion::deliver
