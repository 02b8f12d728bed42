#include "services/catalog/webhooks/events.h"

#include <limits>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/api/proto_time.h"
#include "common/position/position.h"

namespace dateline::catalog::webhooks {

using store::ArticleChange;
using store::ArticleChanges;
using store::ArticleInstant;
using store::IdleWebhook;
using store::WebhookArticle;
using store::WebhookBatch;
using v1::ChangeKind;

namespace {

// Events of one call, and what the webhook knows of each article meanwhile.
class Builder {
 public:
  Builder(const IdleWebhook& webhook, absl::Time now) : webhook_(webhook), now_(now) {}

  void Change(const ArticleChange& change) {
    const WebhookArticle& article = change.article;
    // One that is not there any more was purged, long after it was told as deleted.
    if (article.name.empty()) return;
    if (webhook_.include_hidden) {
      ChangeOfAny(article, change);
      return;
    }
    changed_.insert(article.key);
    const bool was_hidden = ToldHidden(article);
    if (IsVisibleAt(article, now_)) {
      const bool is_new = article.first_visible >= webhook_.cursor.instant;
      const bool appears = change.kind == v1::CHANGE_KIND_UPDATED && (was_hidden || is_new);
      Tell(article, appears ? v1::CHANGE_KIND_BECAME_VISIBLE : change.kind, change.version,
           change.at);
    } else if (!was_hidden && article.first_visible <= change.at) {
      const bool is_gone =
          change.kind == v1::CHANGE_KIND_DELETED || change.kind == v1::CHANGE_KIND_TAKEN_DOWN;
      Tell(article, is_gone ? change.kind : v1::CHANGE_KIND_BECAME_HIDDEN, change.version,
           change.at);
    }
  }

  void Instant(const ArticleInstant& instant) {
    const WebhookArticle& article = instant.article;
    // What changed behind this instant is told as it is now.
    if (changed_.count(article.key) > 0) return;
    const bool before = IsVisibleAt(article, instant.at - absl::Microseconds(1));
    const bool after = IsVisibleAt(article, instant.at);
    const bool turns = after && before && instant.at == article.schedule_time;
    if (before == after && !turns) return;
    const ChangeKind kind = turns   ? v1::CHANGE_KIND_UPDATED
                            : after ? v1::CHANGE_KIND_BECAME_VISIBLE
                                    : v1::CHANGE_KIND_BECAME_HIDDEN;
    Tell(article, kind, article.version, instant.at);
  }

  WebhookBatch Take() {
    for (const auto& [key, hidden] : told_) {
      (hidden ? batch_.hidden : batch_.visible).push_back(key);
    }
    return std::move(batch_);
  }

 private:
  // For a webhook that is told of what is hidden too.
  void ChangeOfAny(const WebhookArticle& article, const ArticleChange& change) {
    const bool matches = article.newest_matches || (article.live && article.live->matches) ||
                         (article.scheduled && article.scheduled->matches);
    if (!matches && ToldHidden(article)) return;
    if (!webhook_.filter.empty()) told_[article.key] = !matches;
    Add(article, change.kind, change.version, change.at);
  }

  bool ToldHidden(const WebhookArticle& article) const {
    const auto told = told_.find(article.key);
    return told != told_.end() ? told->second : article.told_hidden;
  }

  void Tell(const WebhookArticle& article, ChangeKind kind, int64_t version, absl::Time at) {
    const bool hides = kind == v1::CHANGE_KIND_BECAME_HIDDEN || kind == v1::CHANGE_KIND_DELETED ||
                       kind == v1::CHANGE_KIND_TAKEN_DOWN;
    if (!webhook_.include_hidden) told_[article.key] = hides;
    Add(article, kind, version, at);
  }

  void Add(const WebhookArticle& article, ChangeKind kind, int64_t version, absl::Time at) {
    v1::WebhookEvent* const event = batch_.payload.add_events();
    event->set_article(article.name);
    event->set_change_kind(kind);
    event->set_version(version);
    *event->mutable_time() = TimeToProto(at);
  }

  const IdleWebhook& webhook_;
  const absl::Time now_;
  WebhookBatch batch_;
  std::map<int64_t, bool> told_;  // Whether it was told last that the article is hidden.
  absl::flat_hash_set<int64_t> changed_;
};

}  // namespace

bool IsVisibleAt(const WebhookArticle& article, absl::Time time) {
  if (!article.is_published) return false;
  const auto& revision =
      article.scheduled && article.schedule_time <= time ? article.scheduled : article.live;
  return revision && revision->matches && revision->publish <= time && revision->embargo <= time &&
         revision->expire > time;
}

WebhookBatch MakeBatch(const IdleWebhook& webhook, const ArticleChanges& changes,
                       const std::vector<ArticleInstant>& instants, bool more_instants,
                       const std::string& delivery_id) {
  Builder builder(webhook, changes.now);
  for (const ArticleChange& change : changes.changes) builder.Change(change);
  for (const ArticleInstant& instant : instants) builder.Instant(instant);
  WebhookBatch batch = builder.Take();
  batch.after = webhook.cursor;
  batch.after.position = changes.end;
  if (more_instants && !instants.empty()) {
    batch.after.instant = instants.back().at;
    batch.after.instant_key = instants.back().article.key;
  } else if (changes.at_head && !more_instants) {
    batch.after.instant = changes.now;
    batch.after.instant_key = std::numeric_limits<int64_t>::max();
  }
  batch.payload.set_webhook(webhook.name);
  batch.payload.set_delivery_id(delivery_id);
  batch.payload.set_position(EncodePosition(changes.end));
  return batch;
}

}  // namespace dateline::catalog::webhooks
