#include "services/catalog/article/decision.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/errors/status_proto.h"
#include "services/catalog/article/visibility.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using content::v1::ArticleTopic;
using v1::ArticleRecord;
using v1::Origin;

absl::Time ObserveTime(const Delivery& delivery, const v1::UpsertItem& item) {
  return item.has_observe_time() ? TimeFromProto(item.observe_time()) : delivery.now;
}

void FillOrigin(const Delivery& delivery, const v1::UpsertItem& item, Origin* origin) {
  origin->set_source(delivery.source);
  origin->set_entry_id(item.entry_id());
  origin->set_content_hash(item.content_hash());
  *origin->mutable_observe_time() = TimeToProto(ObserveTime(delivery, item));
  origin->set_rank(delivery.rank);
}

// The index of the item's own origin, or -1.
int FindOrigin(const Delivery& delivery, const v1::UpsertItem& item, const ArticleRecord& record) {
  for (int i = 0; i < record.origins_size(); ++i) {
    if (record.origins(i).source() == delivery.source &&
        record.origins(i).entry_id() == item.entry_id()) {
      return i;
    }
  }
  return -1;
}

// Whether the source brought the same content before, in another origin than `index`.
bool SourceHas(const Delivery& delivery, const std::string& content_hash,
               const ArticleRecord& record, int index) {
  for (int i = 0; i < record.origins_size(); ++i) {
    const Origin& origin = record.origins(i);
    if (i != index && origin.source() == delivery.source && origin.content_hash() == content_hash) {
      return true;
    }
  }
  return false;
}

// Whether the content of origin `index` is, or becomes, the one in force.
bool Wins(const WorkingArticle& target, int index) {
  if (target.winner < 0 || target.winner == index) return true;
  // A source's entry that comes under another id replaces what it brought before; of two entries
  // of one document the first counts.
  const Origin& mine = target.record.origins(index);
  const Origin& present = target.record.origins(target.winner);
  if (present.source() == mine.source()) {
    return TimeFromProto(mine.observe_time()) > TimeFromProto(present.observe_time());
  }
  const int32_t rank = target.record.origins(index).rank();
  const int32_t in_force = target.record.origins(target.winner).rank();
  return rank < in_force || (rank == in_force && index < target.winner);
}

// Editors' topics first, then the feed's, without what an editor removed.
void KeepEditorsTopics(const Article& stored, const ArticleRecord& record, Article* content) {
  absl::flat_hash_set<std::string> seen(record.suppressed_topics().begin(),
                                        record.suppressed_topics().end());
  std::vector<ArticleTopic> topics;
  for (const ArticleTopic& topic : stored.topics()) {
    if (topic.origin() == content::v1::TOPIC_ORIGIN_EDITOR && seen.insert(topic.topic()).second) {
      topics.push_back(topic);
    }
  }
  for (const ArticleTopic& topic : content->topics()) {
    if (topics.size() < static_cast<size_t>(limits::kMaxTopicsPerArticle) &&
        seen.insert(topic.topic()).second) {
      topics.push_back(topic);
    }
  }
  content->mutable_topics()->Assign(topics.begin(), topics.end());
}

// Puts `content` in the place of the stored one, keeping what is not the feed's to decide.
void ReplaceContent(const v1::UpsertItem& item, Article content, const ArticleRecord& record,
                    Article* stored) {
  KeepEditorsTopics(*stored, record, &content);
  content.set_name(stored->name());
  content.set_path(stored->path());
  content.set_revision(stored->revision());
  content.set_cluster(stored->cluster());
  content.clear_embargo_time();
  if (stored->has_embargo_time()) *content.mutable_embargo_time() = stored->embargo_time();
  if (stored->has_first_publish_time()) {
    *content.mutable_first_publish_time() = stored->first_publish_time();
  }
  // An entry without a date comes with the time of its fetch, which must not move the article.
  if (!item.has_publish_time() && stored->has_publish_time()) {
    *content.mutable_publish_time() = stored->publish_time();
  }
  if (content.canonical_url().empty()) content.set_canonical_url(stored->canonical_url());
  if (content.translation_set().empty()) content.set_translation_set(stored->translation_set());
  *stored = std::move(content);
}

}  // namespace

bool IsUnchanged(const v1::UpsertItem& item, const Origin& known) {
  if (item.content_hash() == known.content_hash()) return true;
  return item.has_observe_time() &&
         TimeFromProto(item.observe_time()) < TimeFromProto(known.observe_time());
}

void StartArticle(const Delivery& delivery, const v1::UpsertItem& item, Article content,
                  const std::string& id, int64_t key, WorkingArticle* target) {
  target->key = key;
  target->is_new = true;
  target->simhash = item.simhash();
  target->article = std::move(content);
  Article& article = target->article;
  KeepEditorsTopics(Article(), ArticleRecord(), &article);
  article.set_name(api::MakeName(api::kArticles, id));
  target->record.set_name(article.name());
  target->record.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  article.set_revision(1);
  target->record.set_live_revision(1);
  *target->record.mutable_create_time() = TimeToProto(delivery.now);
  *article.mutable_first_publish_time() = TimeToProto(FirstVisible(article));
  FillOrigin(delivery, item, target->record.add_origins());
  target->winner = 0;
  target->dirty_origins.insert(0);
}

v1::UpsertOutcome ApplyItem(const Delivery& delivery, const v1::UpsertItem& item, Article content,
                            WorkingArticle* target) {
  ArticleRecord& record = target->record;
  if (record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
    return v1::UPSERT_OUTCOME_REJECTED;
  }
  int index = FindOrigin(delivery, item, record);
  const bool known = index >= 0;
  if (known && IsUnchanged(item, record.origins(index))) return v1::UPSERT_OUTCOME_UNCHANGED;
  if (!known) {
    index = record.origins_size();
    record.add_origins();
  }
  FillOrigin(delivery, item, record.mutable_origins(index));
  target->dirty_origins.insert(index);
  if (!Wins(*target, index)) return v1::UPSERT_OUTCOME_MERGED;
  // Under another id, but nothing else has changed: no revision.
  if (!known && SourceHas(delivery, item.content_hash(), record, index)) {
    return v1::UPSERT_OUTCOME_MERGED;
  }
  if (target->editor_revised && !delivery.feed_wins) {
    *record.mutable_origins(index)->mutable_feed_proposal() = std::move(content);
    return v1::UPSERT_OUTCOME_PROPOSED;
  }
  if (target->winner >= 0 && target->winner != index) target->dirty_origins.insert(target->winner);
  target->winner = index;
  target->simhash = item.simhash();
  ReviseInForce(target);
  record.mutable_origins(index)->clear_feed_proposal();
  ReplaceContent(item, std::move(content), record, &target->article);
  return known ? v1::UPSERT_OUTCOME_REVISED : v1::UPSERT_OUTCOME_MERGED;
}

int FindProposal(const std::string& source, const ArticleRecord& record) {
  int found = -1;
  for (int i = 0; i < record.origins_size(); ++i) {
    const Origin& origin = record.origins(i);
    if (origin.source() != source || !origin.has_feed_proposal()) continue;
    if (found < 0 || TimeFromProto(origin.observe_time()) >
                         TimeFromProto(record.origins(found).observe_time())) {
      found = i;
    }
  }
  return found;
}

Article ProposedContent(const Article& stored, const ArticleRecord& record, int origin) {
  Article content = stored;
  ReplaceContent(v1::UpsertItem(), record.origins(origin).feed_proposal(), record, &content);
  content.clear_expire_time();
  if (stored.has_expire_time()) *content.mutable_expire_time() = stored.expire_time();
  return content;
}

void DropProposal(int origin, WorkingArticle* target) {
  target->record.mutable_origins(origin)->clear_feed_proposal();
  target->dirty_origins.insert(origin);
}

v1::UpsertResult Rejected(const absl::Status& why) {
  v1::UpsertResult result;
  result.set_outcome(v1::UPSERT_OUTCOME_REJECTED);
  *result.mutable_error() = error::ToProto(why);
  return result;
}

}  // namespace dateline::catalog::article
