#include "services/catalog/store/articles/postgres_article_topics_write.h"

#include <algorithm>

#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

constexpr char kEditor[] = "tagging";
constexpr char kReason[] = "topics found in the text";
constexpr int kLiveSlot = 1;
constexpr int kScheduledSlot = 2;

void InsertRevisions(pqxx::transaction_base& transaction,
                     const std::vector<TaggedArticle*>& written) {
  ArrayParam keys, numbers;
  BlobParam blobs;
  for (const TaggedArticle* article : written) {
    for (const auto& [number, successor] : article->successors) {
      keys.Add(article->key);
      numbers.Add(successor);
      blobs.Add(EncodeSnapshot(article->revisions.at(number)));
    }
  }
  transaction.exec_params(
      "INSERT INTO catalog.article_revisions (article_key, number, editor, reason, snapshot) "
      "SELECT k, n, $6, $7, substring($5::bytea FROM o FOR l) "
      "FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[]) AS u(k, n, o, l)",
      keys.str(), numbers.str(), blobs.offsets(), blobs.lengths(), blobs.bytes(), kEditor, kReason);
}

void UpdateArticles(pqxx::transaction_base& transaction,
                    const std::vector<TaggedArticle*>& written) {
  ArrayParam keys, versions, revisions, live, scheduled, digests;
  for (const TaggedArticle* article : written) {
    const ArticleRow& row = article->row;
    int live_before = 0;
    for (const auto& [number, content] : article->revisions) {
      const auto successor = article->successors.find(number);
      const int now = successor == article->successors.end() ? number : successor->second;
      if (now == row.record.live_revision()) live_before = number;
    }
    keys.Add(article->key);
    versions.Add(row.record.version());
    revisions.Add(row.article.revision());
    live.Add(row.record.live_revision());
    scheduled.Add(row.record.scheduled_revision());
    digests.Add(static_cast<int64_t>(ArticleDigest(
        EncodeSnapshot(article->revisions.at(live_before)), row.article, row.record)));
  }
  transaction.exec_params(
      "UPDATE catalog.articles a SET version = u.v, revision = u.r, live_revision = u.l, "
      "scheduled_revision = u.s, digest = u.d, change_xid = pg_current_xact_id() "
      "FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::bigint[]) "
      "AS u(k, v, r, l, s, d) WHERE a.key = u.k",
      keys.str(), versions.str(), revisions.str(), live.str(), scheduled.str(), digests.str());
}

// The references of the live and the scheduled revision; those that are there stay.
void InsertTopics(pqxx::transaction_base& transaction, const std::vector<TaggedArticle*>& written,
                  const absl::flat_hash_map<std::string, int64_t>& topic_keys) {
  ArrayParam keys, slots, positions, topics;
  for (const TaggedArticle* article : written) {
    for (const auto& [number, content] : article->revisions) {
      const auto successor = article->successors.find(number);
      if (successor == article->successors.end()) continue;
      for (const int slot : {kLiveSlot, kScheduledSlot}) {
        const int in_slot = slot == kLiveSlot ? article->row.record.live_revision()
                                              : article->row.record.scheduled_revision();
        if (in_slot != successor->second) continue;
        for (int i = 0; i < content.topics_size(); ++i) {
          if (content.topics(i).origin() != content::v1::TOPIC_ORIGIN_AUTO) continue;
          const auto key = topic_keys.find(content.topics(i).topic());
          if (key == topic_keys.end()) continue;
          keys.Add(article->key);
          slots.Add(slot);
          positions.Add(i);
          topics.Add(key->second);
        }
      }
    }
  }
  transaction.exec_params(
      "INSERT INTO catalog.article_topics (article_key, slot, position, topic_key, origin) "
      "SELECT k, s, p, t, $5 FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], "
      "$4::bigint[]) AS u(k, s, p, t) ON CONFLICT DO NOTHING",
      keys.str(), slots.str(), positions.str(), topics.str(),
      static_cast<int>(content::v1::TOPIC_ORIGIN_AUTO));
}

}  // namespace

content::v1::LogPosition WriteTaggedArticles(
    pqxx::transaction_base& transaction, const LogContext& log,
    const absl::flat_hash_map<std::string, int64_t>& topic_keys,
    std::map<std::string, TaggedArticle>* articles) {
  std::vector<TaggedArticle*> written;
  for (auto& [name, article] : *articles) {
    if (!article.successors.empty()) written.push_back(&article);
  }
  if (written.empty()) return {};
  // In the order of keys, as everywhere.
  std::sort(written.begin(), written.end(),
            [](const TaggedArticle* a, const TaggedArticle* b) { return a->key < b->key; });
  InsertRevisions(transaction, written);
  UpdateArticles(transaction, written);
  InsertTopics(transaction, written, topic_keys);
  std::vector<ChangeRow> changes;
  for (const TaggedArticle* article : written) {
    changes.push_back(
        {v1::RESOURCE_KIND_ARTICLE, article->key, article->version, v1::CHANGE_KIND_UPDATED});
  }
  return AppendChanges(transaction, log, changes);
}

}  // namespace dateline::catalog::store
