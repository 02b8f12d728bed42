#include "services/catalog/store/articles/postgres_article_references.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/pg/prepared.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;

constexpr int kLiveSlot = 1;
constexpr int kScheduledSlot = 2;

// What a slot of an article holds from now on.
struct FilledSlot {
  const WorkingArticle* working;
  int slot;
  const content::v1::Article* content;  // Null for nothing.
};

std::vector<FilledSlot> FilledSlots(const std::vector<WorkingArticle*>& written) {
  std::vector<FilledSlot> filled;
  for (const WorkingArticle* working : written) {
    if (working->slots_changed || working->erased) {
      const auto content = [&](int32_t number) {
        return working->erased || number == 0 ? nullptr : working->Content(number);
      };
      filled.push_back({working, kLiveSlot, content(working->record.live_revision())});
      filled.push_back({working, kScheduledSlot, content(working->record.scheduled_revision())});
      continue;
    }
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
    if (slot.content == nullptr) continue;
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
  const std::string into =
      absl::StrCat("INSERT INTO ", table, " AS x (article_key, slot, position, ", target,
                   has_origin ? ", origin) SELECT k, s, p, t, o" : ") SELECT k, s, p, t");
  if (rows.old_keys.empty()) {
    // An insertion that may meet a row costs half as much again, and a new article has none.
    pg::ExecPrepared(transaction,
                     absl::StrCat(into,
                                  " FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], "
                                  "$4::bigint[], $5::smallint[]) AS u(k, s, p, t, o)"),
                     rows.keys.str(), rows.slots.str(), rows.positions.str(), rows.targets.str(),
                     rows.origins.str());
    return;
  }
  transaction.exec_params(
      absl::StrCat("WITH w AS (SELECT * FROM unnest($3::bigint[], $4::smallint[], $5::smallint[], "
                   "$6::bigint[], $7::smallint[]) AS u(k, s, p, t, o)), "
                   "gone AS (DELETE FROM ",
                   table,
                   " x USING unnest($1::bigint[], $2::smallint[]) AS g(k, s) "
                   "WHERE x.article_key = g.k AND x.slot = g.s AND NOT EXISTS (SELECT FROM w "
                   "WHERE w.k = x.article_key AND w.s = x.slot AND w.p = x.position)) ",
                   into, " FROM w ON CONFLICT (article_key, slot, position) DO UPDATE SET ", target,
                   " = excluded.", target, has_origin ? ", origin = excluded.origin" : "",
                   " WHERE x.", target, " <> excluded.", target,
                   has_origin ? " OR x.origin <> excluded.origin" : ""),
      rows.old_keys.str(), rows.old_slots.str(), rows.keys.str(), rows.slots.str(),
      rows.positions.str(), rows.targets.str(), rows.origins.str());
}

// Notes the topics that articles stood in and stand in no more, with the version that took them
// out; nothing is noted of what is erased. Before the rows themselves are written.
void NoteLeftTopics(pqxx::transaction_base& transaction,
                    const std::vector<WorkingArticle*>& written, const ReferenceRows& rows) {
  ArrayParam keys, versions, erased;
  bool any = false, any_erased = false;
  for (const WorkingArticle* working : written) {
    if (working->is_new) continue;
    (working->erased ? any_erased : any) = true;
    if (working->erased) {
      erased.Add(working->key);
    } else {
      keys.Add(working->key);
      versions.Add(working->record.version());
    }
  }
  if (any_erased) {
    transaction.exec_params(
        "DELETE FROM catalog.left_topics WHERE article_key = ANY ($1::bigint[])", erased.str());
  }
  if (!any || !rows.any) return;
  transaction.exec_params(
      "WITH w AS (SELECT * FROM unnest($5::bigint[], $6::bigint[]) AS u(k, t)), "
      "g AS (SELECT * FROM unnest($3::bigint[], $4::smallint[]) AS u(k, s)) "
      "INSERT INTO catalog.left_topics (article_key, topic_key, version) "
      "SELECT DISTINCT x.article_key, x.topic_key, v.version "
      "FROM unnest($1::bigint[], $2::bigint[]) AS v(k, version) JOIN g ON g.k = v.k "
      "JOIN catalog.article_topics x ON x.article_key = g.k AND x.slot = g.s "
      "WHERE NOT EXISTS (SELECT FROM w WHERE w.k = x.article_key AND w.t = x.topic_key) "
      "AND NOT EXISTS (SELECT FROM catalog.article_topics y WHERE y.article_key = x.article_key "
      "AND y.topic_key = x.topic_key AND NOT EXISTS (SELECT FROM g WHERE g.k = y.article_key "
      "AND g.s = y.slot)) "
      "ON CONFLICT (article_key, topic_key) DO UPDATE SET version = excluded.version",
      keys.str(), versions.str(), rows.old_keys.str(), rows.old_slots.str(), rows.keys.str(),
      rows.targets.str());
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
    if (slot.content == nullptr) continue;
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
  NoteLeftTopics(transaction, written, topics);
  WriteRows(transaction, "catalog.article_topics", "topic_key", /*has_origin=*/true, topics);
  WriteRows(transaction, "catalog.article_authors", "author_key", /*has_origin=*/false, authors);
}

}  // namespace dateline::catalog::store
