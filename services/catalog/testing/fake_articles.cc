#include "services/catalog/testing/fake_articles.h"

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "common/api/check.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/catalog/article/content.h"
#include "services/catalog/article/path.h"
#include "services/catalog/article/takedown.h"
#include "services/catalog/article/topics.h"
#include "services/catalog/article/validation.h"

namespace dateline::catalog::testing {
namespace {

using article::WorkingArticle;
using content::v1::Article;

bool IsRejected(const v1::UpsertResult& result) {
  return result.outcome() == v1::UPSERT_OUTCOME_REJECTED;
}

bool Has(const Article& article, const std::string& name) {
  return std::any_of(article.topics().begin(), article.topics().end(),
                     [&](const auto& topic) { return topic.topic() == name; });
}

v1::ResourceState StateOf(const WorkingArticle& working, const FakeArticles::TopicKeys& topics) {
  v1::ResourceState state;
  state.set_kind(v1::RESOURCE_KIND_ARTICLE);
  state.set_key(working.key);
  state.set_name(working.record.name());
  if (working.record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
    state.mutable_tombstone()->set_reason(v1::TOMBSTONE_REASON_TAKEN_DOWN);
    return state;
  }
  v1::ReplicatedArticle& sent = *state.mutable_article();
  sent.set_state(working.record.state());
  sent.set_publication_key(working.publication_key);
  sent.set_live(working.article.SerializeAsString());
  for (const auto& topic : working.article.topics()) {
    const auto key = topics.find(topic.topic());
    if (key != topics.end()) sent.add_topic_keys(key->second);
  }
  return state;
}

}  // namespace

WorkingArticle* FakeArticles::Find(const std::string& name) {
  const auto found = std::find_if(articles_.begin(), articles_.end(), [&](const auto& entry) {
    return entry.second.record.name() == name;
  });
  return found == articles_.end() ? nullptr : &found->second;
}

absl::Status FakeArticles::Prepare(const v1::UpsertItem& item, const Publication& publication,
                                   const TopicKeys& topics, const std::string& refused,
                                   absl::Time now, Article* content) const {
  DATELINE_RETURN_IF_ERROR(article::ValidateItem(item));
  if (!refused.empty() && absl::StrContains(item.article().title(), refused)) {
    return error::InvalidField("article.title", "is refused");
  }
  for (const auto& topic : item.article().topics()) {
    if (topics.count(topic.topic()) == 0) return error::ResourceNotFound(topic.topic());
  }
  *content = article::PrepareContent(item, publication.message, now);
  return article::CheckContentSize(*content, /*scheduled_bytes=*/0);
}

article::Recogniser::Holders FakeArticles::HoldersOf(const v1::BatchUpsertArticlesRequest& request,
                                                     const Publication& publication) const {
  article::Recogniser::Holders holders;
  for (const v1::UpsertItem& item : request.items()) {
    for (const v1::IdentityKey& key : item.keys()) {
      const article::IdentityKeyId id(key.kind(), key.key());
      const auto held = identities_.find({publication.key, id});
      if (held == identities_.end()) continue;
      const WorkingArticle& holder = articles_.at(held->second);
      const auto& origins = holder.record.origins();
      holders[id] = {holder.key, TimeFromProto(holder.article.publish_time()),
                     std::any_of(origins.begin(), origins.end(), [&](const auto& origin) {
                       return origin.source() == request.source();
                     })};
    }
  }
  return holders;
}

std::string FakeArticles::FreePath(const Publication& publication, const Article& article,
                                   const std::string& id) const {
  const std::string wanted =
      article.path().empty() ? article::MakePath(publication.message, article, id) : article.path();
  std::string path = wanted;
  for (int attempt = 0; paths_.count({publication.key, path}) > 0; ++attempt) {
    path = article::AlternativePath(wanted, id, attempt);
  }
  return path;
}

void FakeArticles::Apply(const article::Delivery& delivery, const v1::UpsertItem& item,
                         Article content, const Publication& publication, int64_t key,
                         v1::UpsertResult* result) {
  WorkingArticle& working = articles_[key];
  absl::Status applied;
  if (working.key == 0) {
    const std::string id = NewId();
    article::StartArticle(delivery, item, std::move(content), id, key, &working);
    working.publication_key = publication.key;
    working.article.set_path(FreePath(publication, working.article, id));
    paths_.emplace(publication.key, working.article.path());
    result->set_outcome(v1::UPSERT_OUTCOME_CREATED);
  } else {
    applied = article::CheckContentSize(content, working.ScheduledBytes());
    if (applied.ok()) {
      result->set_outcome(article::ApplyItem(delivery, item, std::move(content), &working));
      if (IsRejected(*result)) applied = error::TakenDown(working.record.name());
    }
  }
  if (!applied.ok()) *result = article::Rejected(applied);
  result->set_article(working.record.name());
}

absl::Status FakeArticles::Upsert(const v1::BatchUpsertArticlesRequest& request,
                                  const Publication& publication, const TopicKeys& topics,
                                  const std::string& refused, absl::Time now,
                                  v1::BatchUpsertArticlesResponse* response) {
  int64_t& newest = leases_[request.source()];
  if (request.lease_epoch() > 0 && request.lease_epoch() < newest) {
    return error::LeaseLost(request.source());
  }
  article::Delivery delivery{request.source(), 100, request.feed_wins(), now};
  if (request.source_rank() != 0) delivery.rank = request.source_rank();
  article::Recogniser recogniser(HoldersOf(request, publication));
  std::vector<Article> contents(static_cast<size_t>(request.items_size()));
  std::vector<int64_t> targets(contents.size());
  const auto real_key = [&](int64_t key) { return key < 0 ? last_key_ - key : key; };
  for (int i = 0; i < request.items_size(); ++i) {
    const auto at = static_cast<size_t>(i);
    const absl::Status prepared =
        Prepare(request.items(i), publication, topics, refused, now, &contents[at]);
    *response->add_results() = prepared.ok() ? v1::UpsertResult() : article::Rejected(prepared);
    if (!prepared.ok()) continue;
    targets[at] = real_key(
        recogniser.Recognise(i, request.items(i), TimeFromProto(contents[at].publish_time())));
  }
  for (int i = 0; i < request.items_size(); ++i) {
    v1::UpsertResult* result = response->mutable_results(i);
    if (IsRejected(*result)) continue;
    const auto at = static_cast<size_t>(i);
    Apply(delivery, request.items(i), std::move(contents[at]), publication, targets[at], result);
  }
  for (const article::IdentityClaim& claim : recogniser.claims()) {
    const v1::UpsertResult& result = response->results(claim.item);
    if (IsRejected(result) || result.outcome() == v1::UPSERT_OUTCOME_UNCHANGED) continue;
    identities_[{publication.key, claim.id}] = real_key(claim.article_key);
  }
  last_key_ += recogniser.new_articles();
  for (int i = 0; i < request.items_size(); ++i) {
    v1::UpsertResult& result = *response->mutable_results(i);
    if (result.article().empty()) continue;
    const WorkingArticle& working = articles_.at(targets[static_cast<size_t>(i)]);
    result.set_version(working.record.version() + (working.written() ? 1 : 0));
    if (working.written()) newest = std::max(newest, request.lease_epoch());
  }
  return absl::OkStatus();
}

void FakeArticles::AddTopics(const v1::BatchAddArticleTopicsRequest& request,
                             const std::function<std::string(const std::string&)>& resolve,
                             v1::BatchAddArticleTopicsResponse* response) {
  const auto asked_of = [&](const v1::ArticleTopicsToAdd& item) {
    std::vector<std::string> asked;
    for (const std::string& topic : item.topics()) {
      std::string resolved = resolve(topic);
      if (!resolved.empty()) asked.push_back(std::move(resolved));
    }
    return asked;
  };
  std::map<std::string, std::vector<std::string>> wanted;
  for (const v1::ArticleTopicsToAdd& item : request.items()) {
    const WorkingArticle* working = Find(item.article());
    if (working == nullptr || !api::Check(item).ok()) continue;
    for (const std::string& topic : asked_of(item)) {
      if (!Has(working->article, topic)) wanted[item.article()].push_back(topic);
    }
  }
  std::map<std::string, absl::StatusOr<std::vector<std::string>>> added;
  for (const auto& [name, topics] : wanted) {
    added.emplace(name, article::AddTopics(topics, Find(name)));
  }
  for (const v1::ArticleTopicsToAdd& item : request.items()) {
    const std::string& name = item.article();
    const WorkingArticle* working = Find(name);
    absl::Status refused = api::Check(item);
    if (refused.ok() && working == nullptr) refused = error::ResourceNotFound(name);
    const int64_t version =
        working == nullptr ? 0 : working->record.version() + (working->written() ? 1 : 0);
    std::vector<std::string> gained;
    if (const auto found = added.find(name); refused.ok() && found != added.end()) {
      refused = found->second.status();
      if (refused.ok()) gained = *found->second;
    } else if (refused.ok()) {
      refused = article::CheckTaggable(name, working->record.state(),
                                       working->record.live_revision() > 0);
    }
    const std::vector<std::string> asked = asked_of(item);
    *response->add_results() =
        refused.ok() ? article::TopicsResult({asked.begin(), asked.end()}, gained, version)
                     : article::TopicsRefused(refused, version);
  }
}

std::string FakeArticles::Put(Article article, const Publication& publication) {
  const int64_t key = ++last_key_;
  WorkingArticle& working = articles_[key];
  working.key = key;
  working.publication_key = publication.key;
  working.is_new = true;
  working.editor_revised = true;
  article.set_name(api::MakeName(api::kArticles, NewId()));
  article.set_revision(1);
  working.record.set_name(article.name());
  working.record.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  working.record.set_live_revision(1);
  working.article = std::move(article);
  return working.record.name();
}

void FakeArticles::TakeDown(const std::string& name) {
  if (WorkingArticle* working = Find(name)) article::TakeDown(working).IgnoreError();
}

std::vector<v1::ResourceState> FakeArticles::TakeWritten(const TopicKeys& topics) {
  std::vector<v1::ResourceState> states;
  for (auto& [key, working] : articles_) {
    if (!working.written()) continue;
    working.record.set_version(working.record.version() + 1);
    working.article.set_state(working.record.state());
    states.push_back(StateOf(working, topics));
    working.is_new = false;
    working.content_changed = false;
    working.life_changed = working.cluster_changed = working.erased = false;
    working.dirty_origins.clear();
  }
  return states;
}

std::map<std::string, Article> FakeArticles::contents() const {
  std::map<std::string, Article> contents;
  for (const auto& [key, working] : articles_) contents[working.record.name()] = working.article;
  return contents;
}

}  // namespace dateline::catalog::testing
