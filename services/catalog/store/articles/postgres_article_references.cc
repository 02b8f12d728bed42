#include "services/catalog/store/articles/postgres_article_references.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;

constexpr int kLiveSlot = 1;
constexpr int kScheduledSlot = 2;

// A new revision in a slot of its article.
struct FilledSlot {
  const WorkingArticle* working;
  int slot;
  const content::v1::Article* content;
};

std::vector<FilledSlot> FilledSlots(const std::vector<WorkingArticle*>& written) {
  std::vector<FilledSlot> filled;
  for (const WorkingArticle* working : written) {
    for (const article::NewRevision& revision : working->NewRevisions()) {
      if (revision.number == working->record.live_revision()) {
        filled.push_back({working, kLiveSlot, revision.content});
      }
      if (revision.number == working->record.scheduled_revision()) {
        filled.push_back({working, kScheduledSlot, revision.content});
      }
    }
  }
  return filled;
}

// What articles keep although nobody has named it in this transaction.
void LoadMissingKeys(pqxx::transaction_base& transaction, const std::vector<FilledSlot>& filled,
                     ArticleBatch* batch) {
  std::set<std::string> topics, authors;
  for (const FilledSlot& slot : filled) {
    for (const auto& topic : slot.content->topics()) {
      if (!batch->topic_keys.contains(topic.topic())) topics.insert(topic.topic());
    }
    for (const auto& byline : slot.content->bylines()) {
      if (byline.author().empty() || batch->author_keys.contains(byline.author())) continue;
      authors.insert(byline.author());
    }
  }
  LoadReferenceKeys(transaction, topics, authors, batch);
}

// Rows of a table of references, and the slots whose other rows go.
struct ReferenceRows {
  ArrayParam old_keys, old_slots, keys, slots, positions, targets, origins;
  bool any = false;

  void Replace(const FilledSlot& slot) {
    if (slot.working->is_new) return;
    old_keys.Add(slot.working->key);
    old_slots.Add(slot.slot);
    any = true;
  }
  void Add(const FilledSlot& slot, int position, int64_t target, int origin) {
    keys.Add(slot.working->key);
    slots.Add(slot.slot);
    positions.Add(position);
    targets.Add(target);
    origins.Add(origin);
    any = true;
  }
};

// Makes the slots' rows of a table those of `rows`. What stays is not written; `origin` is a
// column that the table may lack.
void WriteRows(pqxx::transaction_base& transaction, const std::string& table,
               const std::string& target, bool has_origin, const ReferenceRows& rows) {
  if (!rows.any) return;
  transaction.exec_params(
      absl::StrCat("WITH w AS (SELECT * FROM unnest($3::bigint[], $4::smallint[], $5::smallint[], "
                   "$6::bigint[], $7::smallint[]) AS u(k, s, p, t, o)), "
                   "gone AS (DELETE FROM ",
                   table,
                   " x USING unnest($1::bigint[], $2::smallint[]) AS g(k, s) "
                   "WHERE x.article_key = g.k AND x.slot = g.s AND NOT EXISTS (SELECT FROM w "
                   "WHERE w.k = x.article_key AND w.s = x.slot AND w.p = x.position)) "
                   "INSERT INTO ",
                   table, " AS x (article_key, slot, position, ", target,
                   has_origin ? ", origin) SELECT k, s, p, t, o" : ") SELECT k, s, p, t",
                   " FROM w ON CONFLICT (article_key, slot, position) DO UPDATE SET ", target,
                   " = excluded.", target, has_origin ? ", origin = excluded.origin" : "",
                   " WHERE x.", target, " <> excluded.", target,
                   has_origin ? " OR x.origin <> excluded.origin" : ""),
      rows.old_keys.str(), rows.old_slots.str(), rows.keys.str(), rows.slots.str(),
      rows.positions.str(), rows.targets.str(), rows.origins.str());
}

}  // namespace

void WriteReferences(pqxx::transaction_base& transaction,
                     const std::vector<WorkingArticle*>& written, ArticleBatch* batch) {
  const std::vector<FilledSlot> filled = FilledSlots(written);
  LoadMissingKeys(transaction, filled, batch);
  ReferenceRows topics, authors;
  for (const FilledSlot& slot : filled) {
    topics.Replace(slot);
    authors.Replace(slot);
    for (int i = 0; i < slot.content->topics_size(); ++i) {
      const auto found = batch->topic_keys.find(slot.content->topics(i).topic());
      if (found == batch->topic_keys.end()) continue;
      topics.Add(slot, i, found->second, slot.content->topics(i).origin());
    }
    for (int i = 0; i < slot.content->bylines_size(); ++i) {
      const auto found = batch->author_keys.find(slot.content->bylines(i).author());
      if (found != batch->author_keys.end()) authors.Add(slot, i, found->second, 0);
    }
  }
  WriteRows(transaction, "catalog.article_topics", "topic_key", /*has_origin=*/true, topics);
  WriteRows(transaction, "catalog.article_authors", "author_key", /*has_origin=*/false, authors);
}

}  // namespace dateline::catalog::store
