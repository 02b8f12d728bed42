#include "services/catalog/store/articles/postgres_article_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "services/catalog/article/visibility.h"
#include "services/catalog/store/articles/postgres_article_rows.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using v1::ArticleRecord;

// Whether a scheduled revision is in force although no write has said so yet.
bool IsDue(const ArticleRecord& record, absl::Time now) {
  return record.scheduled_revision() > 0 && TimeFromProto(record.schedule_time()) <= now;
}

void Turn(ArticleRecord* record) {
  record->set_live_revision(record->scheduled_revision());
  record->set_scheduled_revision(0);
  record->clear_schedule_time();
}

StoredArticles LoadArticles(pqxx::transaction_base& transaction,
                            const std::vector<std::string>& ids, v1::RevisionSelector revision,
                            absl::Time now) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT a.key, r.number, r.snapshot, ", kArticleColumns,
                   " FROM catalog.articles a JOIN catalog.article_revisions r "
                   "ON r.article_key = a.key AND r.number = ",
                   RevisionNumber(revision),
                   " LEFT JOIN catalog.clusters c ON c.key = a.cluster_key "
                   "WHERE a.id = ANY ($1::text[])"),
      TextArray(ids));
  StoredArticles articles;
  for (const pqxx::row& row : rows) {
    StoredArticle stored;
    stored.key = Int(row[0]);
    ArticleRow parsed = ParseArticleRow(row, 3);
    stored.record = std::move(parsed.record);
    if (IsDue(stored.record, now)) Turn(&stored.record);
    // Only what was written behind the live revision was never published.
    const int32_t newest = parsed.article.revision();
    if (newest > stored.record.live_revision()) stored.record.set_draft_revision(newest);
    parsed.article.set_revision(static_cast<int32_t>(Int(row[1])));
    ParseStored(Bytes(row[2]) + EncodeRowFields(parsed.article), stored.record.mutable_article());
    stored.change_xid = parsed.change_xid;
    articles.emplace(Text(row[3]), std::move(stored));
  }
  return articles;
}

// Adds the origins of all `articles`.
void LoadOrigins(pqxx::transaction_base& transaction, StoredArticles* articles) {
  ArrayParam keys;
  absl::flat_hash_map<int64_t, ArticleRecord*> by_key;
  for (auto& [id, stored] : *articles) {
    keys.Add(stored.key);
    by_key[stored.key] = &stored.record;
  }
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT article_key, ", kOriginColumns,
                   " FROM catalog.origins WHERE article_key = ANY ($1::bigint[]) ORDER BY ",
                   kOriginOrder),
      keys.str());
  for (const pqxx::row& row : rows) *by_key.at(Int(row[0]))->add_origins() = ParseOrigin(row, 1);
}

}  // namespace

std::string TextArray(const std::vector<std::string>& values) {
  ArrayParam param;
  for (const std::string& value : values) param.AddText(value);
  return param.str();
}

std::string RevisionNumber(v1::RevisionSelector revision) {
  constexpr char kDue[] = "a.scheduled_revision > 0 AND a.schedule_time <= clock_timestamp()";
  switch (revision) {
    case v1::REVISION_SELECTOR_LIVE:
      return absl::StrCat("CASE WHEN ", kDue,
                          " THEN a.scheduled_revision ELSE a.live_revision END");
    case v1::REVISION_SELECTOR_SCHEDULED:
      return absl::StrCat("CASE WHEN ", kDue, " THEN 0 ELSE a.scheduled_revision END");
    case v1::REVISION_SELECTOR_LATEST:
      return "a.revision";
    default:
      return absl::StrCat("CASE WHEN ", kDue,
                          " THEN a.scheduled_revision WHEN a.live_revision = 0 "
                          "THEN a.revision ELSE a.live_revision END");
  }
}

StoredArticles LoadView(pqxx::transaction_base& transaction, const std::vector<std::string>& ids,
                        content::v1::ArticleView view, v1::RevisionSelector revision,
                        absl::Time now) {
  StoredArticles articles = LoadArticles(transaction, ids, revision, now);
  for (auto& [id, stored] : articles) {
    content::v1::Article* const article = stored.record.mutable_article();
    article::SetStateAt(now, article);
    // No revision is in force before the first one's instant, whatever its date says.
    if (article->state() == content::v1::ARTICLE_STATE_PUBLISHED &&
        stored.record.live_revision() == 0) {
      article->set_state(content::v1::ARTICLE_STATE_SCHEDULED);
    }
  }
  if (view != content::v1::ARTICLE_VIEW_BASIC) {
    LoadOrigins(transaction, &articles);
  } else {
    for (auto& [id, stored] : articles) ReduceToBasic(stored.record.mutable_article());
  }
  return articles;
}

}  // namespace dateline::catalog::store
