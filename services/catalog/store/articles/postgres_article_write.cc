#include "services/catalog/store/articles/postgres_article_write.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/pg/prepared.h"
#include "services/catalog/article/path.h"
#include "services/catalog/store/articles/postgres_article_life.h"
#include "services/catalog/store/articles/postgres_article_references.h"
#include "services/catalog/store/articles/postgres_erase.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/paths/postgres_paths.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;
using content::v1::Article;
using v1::Origin;

// Raises the versions of what is written and returns the snapshots of revisions in force that are
// new.
std::vector<std::string> Advance(const std::vector<WorkingArticle*>& written) {
  std::vector<std::string> snapshots;
  for (WorkingArticle* working : written) {
    working->article.set_state(working->record.state());
    working->record.set_version(working->record.version() + 1);
    const bool is_new = working->is_new || working->content_changed;
    snapshots.push_back(is_new ? EncodeSnapshot(working->article) : "");
  }
  return snapshots;
}

// The date by which the article is listed; that of a draft without one is when it was written.
absl::Time DisplayTime(const WorkingArticle& working, absl::Time now) {
  return working.article.has_publish_time() ? TimeFromProto(working.article.publish_time()) : now;
}

v1::ChangeKind ChangeKindOf(const WorkingArticle& working) {
  if (working.is_new) return v1::CHANGE_KIND_CREATED;
  if (working.erased) return v1::CHANGE_KIND_TAKEN_DOWN;
  return working.record.state() == content::v1::ARTICLE_STATE_DELETED ? v1::CHANGE_KIND_DELETED
                                                                      : v1::CHANGE_KIND_UPDATED;
}

uint64_t DigestOf(const WorkingArticle& working, const std::string& snapshot) {
  return ArticleDigest(snapshot.empty() ? EncodeSnapshot(working.article) : snapshot,
                       working.article, working.record);
}

void AddOptionalTime(bool has, const google::protobuf::Timestamp& time, ArrayParam* param) {
  if (has) {
    param->AddTime(TimeFromProto(time));
  } else {
    param->AddNull();
  }
}

void AddCluster(const WorkingArticle& working, ArrayParam* clusters) {
  if (working.cluster_key == 0) {
    clusters->AddNull();
  } else {
    clusters->Add(working.cluster_key);
  }
}

void InsertArticles(pqxx::transaction_base& transaction, const ArticleBatch& batch,
                    const std::vector<WorkingArticle*>& written,
                    const std::vector<std::string>& snapshots) {
  ArrayParam keys, ids, publications, paths, languages, publish, embargo, expire, first, create,
      digests, simhashes, clusters, states, live;
  bool any = false;
  for (size_t i = 0; i < written.size(); ++i) {
    const WorkingArticle& working = *written[i];
    if (!working.is_new) continue;
    any = true;
    const Article& article = working.article;
    keys.Add(working.key);
    ids.AddText(api::IdInName(api::kArticles, article.name()));
    publications.Add(working.publication_key);
    const bool is_live = working.record.live_revision() > 0;
    is_live ? paths.AddText(article.path()) : paths.AddNull();
    states.Add(working.record.state());
    live.Add(working.record.live_revision());
    languages.AddText(article.language());
    publish.AddTime(DisplayTime(working, batch.log.now));
    AddOptionalTime(article.has_embargo_time(), article.embargo_time(), &embargo);
    AddOptionalTime(article.has_expire_time(), article.expire_time(), &expire);
    AddOptionalTime(article.has_first_publish_time(), article.first_publish_time(), &first);
    create.AddTime(TimeFromProto(working.record.create_time()));
    digests.Add(static_cast<int64_t>(DigestOf(working, snapshots[i])));
    simhashes.Add(static_cast<int64_t>(working.simhash));
    AddCluster(working, &clusters);
  }
  if (!any) return;
  pg::ExecPrepared(
      transaction,
      absl::StrCat(
          "INSERT INTO catalog.articles (key, id, publication_key, path, state, language, "
          "publish_time, embargo_time, expire_time, first_publish_time, create_time, revision, "
          "live_revision, version, digest, simhash, cluster_key) SELECT k, id, p, path, st, lang, ",
          FromMicros("t"), ", ", FromMicros("em"), ", ", FromMicros("ex"), ", ", FromMicros("f"),
          ", ", FromMicros("c"),
          ", 1, lv, 1, d, s, cl FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], "
          "$5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], "
          "$11::bigint[], $12::bigint[], $13::bigint[], $14::smallint[], $15::int[]) "
          "AS u(k, id, p, path, lang, t, em, ex, c, d, s, cl, f, st, lv)"),
      keys.str(), ids.str(), publications.str(), paths.str(), languages.str(), publish.str(),
      embargo.str(), expire.str(), create.str(), digests.str(), simhashes.str(), clusters.str(),
      first.str(), states.str(), live.str());
}

void UpdateArticles(pqxx::transaction_base& transaction, const ArticleBatch& batch,
                    const std::vector<WorkingArticle*>& written,
                    const std::vector<std::string>& snapshots) {
  ArrayParam keys, versions, revisions, live, scheduled, languages, publish, expire, digests,
      simhashes, clusters;
  bool any = false;
  for (size_t i = 0; i < written.size(); ++i) {
    const WorkingArticle& working = *written[i];
    if (working.is_new) continue;
    any = true;
    const Article& article = working.article;
    keys.Add(working.key);
    versions.Add(working.record.version());
    revisions.Add(article.revision());
    live.Add(working.record.live_revision());
    scheduled.Add(working.record.scheduled_revision());
    languages.AddText(article.language());
    publish.AddTime(DisplayTime(working, batch.log.now));
    AddOptionalTime(article.has_expire_time(), article.expire_time(), &expire);
    digests.Add(static_cast<int64_t>(DigestOf(working, snapshots[i])));
    simhashes.Add(static_cast<int64_t>(working.simhash));
    AddCluster(working, &clusters);
  }
  if (!any) return;
  transaction.exec_params(
      absl::StrCat(
          "UPDATE catalog.articles a SET version = u.v, revision = u.r, "
          "live_revision = u.l, scheduled_revision = u.sr, language = u.lang, publish_time = ",
          FromMicros("u.t"), ", expire_time = ", FromMicros("u.ex"),
          ", digest = u.d, simhash = u.s, cluster_key = u.c, change_xid = pg_current_xact_id() "
          "FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::text[], "
          "$7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]) "
          "AS u(k, v, r, l, sr, lang, t, ex, d, s, c) WHERE a.key = u.k"),
      keys.str(), versions.str(), revisions.str(), live.str(), scheduled.str(), languages.str(),
      publish.str(), expire.str(), digests.str(), simhashes.str(), clusters.str());
}

void InsertRevisions(pqxx::transaction_base& transaction, const ArticleBatch& batch,
                     const std::vector<WorkingArticle*>& written,
                     const std::vector<std::string>& snapshots) {
  ArrayParam keys, numbers, reasons, kinds;
  BlobParam blobs;
  bool any = false;
  for (size_t i = 0; i < written.size(); ++i) {
    for (const article::NewRevision& revision : written[i]->NewRevisions()) {
      any = true;
      keys.Add(written[i]->key);
      numbers.Add(revision.number);
      reasons.AddText(written[i]->reason.empty() ? batch.reason : written[i]->reason);
      kinds.Add(written[i]->update_kind);
      const bool in_force = revision.content == &written[i]->article;
      blobs.Add(in_force ? snapshots[i] : EncodeSnapshot(*revision.content));
    }
  }
  if (!any) return;
  pg::ExecPrepared(
      transaction,
      "INSERT INTO catalog.article_revisions "
      "(article_key, number, editor, reason, update_kind, snapshot) "
      "SELECT k, n, $6, r, u, substring($5::bytea FROM o FOR l) FROM unnest($1::bigint[], "
      "$2::int[], $3::int[], $4::int[], $7::text[], $8::smallint[]) AS x(k, n, o, l, r, u)",
      keys.str(), numbers.str(), blobs.offsets(), blobs.lengths(), blobs.bytes(), batch.editor,
      reasons.str(), kinds.str());
}

void WriteOrigins(pqxx::transaction_base& transaction,
                  const std::vector<WorkingArticle*>& written) {
  ArrayParam keys, sources, entry_ids, ranks, winners, observed;
  BlobParam blobs;  // Two for each origin: hash, proposal.
  bool any = false;
  for (const WorkingArticle* working : written) {
    for (const int index : working->dirty_origins) {
      const Origin& origin = working->record.origins(index);
      any = true;
      keys.Add(working->key);
      sources.AddText(origin.source());
      entry_ids.AddText(origin.entry_id());
      ranks.Add(origin.rank());
      winners.Add(index == working->winner ? 1 : 0);
      observed.AddTime(TimeFromProto(origin.observe_time()));
      blobs.Add(origin.content_hash());
      if (origin.has_feed_proposal()) {
        blobs.Add(origin.feed_proposal().SerializeAsString());
      } else {
        blobs.AddNull();
      }
    }
  }
  if (!any) return;
  pg::ExecPrepared(
      transaction,
      absl::StrCat(
          "WITH b AS (SELECT array_agg(substring($9::bytea FROM o FOR l) ORDER BY i) AS b FROM "
          "unnest($7::int[], $8::int[]) WITH ORDINALITY AS u(o, l, i)) "
          "INSERT INTO catalog.origins (article_key, source, entry_id, rank, winner, "
          "observe_time, content_hash, proposal) "
          "SELECT k, s, e, r, w = 1, ",
          FromMicros("t"),
          ", b.b[2 * n - 1], b.b[2 * n] FROM b, unnest($1::bigint[], $2::text[], "
          "$3::text[], $4::int[], $5::int[], $6::bigint[]) WITH ORDINALITY AS u(k, s, e, r, w, t, "
          "n) ON CONFLICT (article_key, source, entry_id) DO UPDATE SET rank = excluded.rank, "
          "winner = excluded.winner, observe_time = excluded.observe_time, "
          "content_hash = excluded.content_hash, proposal = excluded.proposal"),
      keys.str(), sources.str(), entry_ids.str(), ranks.str(), winners.str(), observed.str(),
      blobs.offsets(), blobs.lengths(), blobs.bytes());
}

void WriteAudit(pqxx::transaction_base& transaction, const ArticleBatch& batch,
                const std::vector<WorkingArticle*>& written) {
  std::vector<AuditRow> rows;
  rows.reserve(written.size());
  for (const WorkingArticle* working : written) {
    rows.push_back({working->record.name(), working->record.version(),
                    working->reason.empty() ? batch.reason : working->reason});
  }
  AppendAudits(transaction, batch.caller, batch.method, rows);
}

}  // namespace

std::vector<int64_t> AllocateArticleKeys(pqxx::transaction_base& transaction, int count) {
  std::vector<int64_t> keys;
  if (count == 0) return keys;
  const pqxx::result rows =
      pg::ExecPrepared(transaction,
                       "SELECT nextval(s) FROM (SELECT pg_get_serial_sequence('catalog.articles', "
                       "'key')::regclass AS s OFFSET 0) AS q, "
                       "generate_series(1, $1)",
                       count);
  for (const pqxx::row& row : rows) keys.push_back(Int(row[0]));
  return keys;
}

bool GivePaths(pqxx::transaction_base& transaction, const content::v1::Publication& publication,
               int64_t publication_key, ArticleBatch* batch) {
  std::vector<WantedPath> wanted;
  for (const auto& [key, working] : batch->articles) {
    if (!working.is_new) continue;
    const std::string id(api::IdInName(api::kArticles, working.article.name()));
    const std::string& path = working.article.path();
    wanted.push_back(
        {key, id, path.empty() ? article::MakePath(publication, working.article, id) : path});
  }
  if (!TakePaths(transaction, publication_key, &wanted)) return false;
  for (WantedPath& taken : wanted) {
    batch->articles.at(taken.article_key).article.set_path(std::move(taken.path));
  }
  return true;
}

absl::StatusOr<content::v1::LogPosition> WriteArticles(pqxx::transaction_base& transaction,
                                                       ArticleBatch* batch) {
  std::vector<WorkingArticle*> written;
  std::vector<ChangeRow> changes;
  for (auto& [key, working] : batch->articles) {
    if (working.written()) written.push_back(&working);
  }
  const std::vector<std::string> snapshots = Advance(written);
  changes.reserve(written.size());
  for (const WorkingArticle* working : written) {
    changes.push_back({v1::RESOURCE_KIND_ARTICLE, working->key, working->record.version(),
                       ChangeKindOf(*working)});
  }
  InsertArticles(transaction, *batch, written, snapshots);
  UpdateArticles(transaction, *batch, written, snapshots);
  UpdateLives(transaction, written);
  DATELINE_RETURN_IF_ERROR(WritePaths(transaction, *batch, written, &changes));
  InsertRevisions(transaction, *batch, written, snapshots);
  WriteReferences(transaction, written, batch);
  WriteOrigins(transaction, written);
  EraseRevisions(transaction, written, &changes);
  if (!batch->method.empty()) WriteAudit(transaction, *batch, written);
  return AppendChanges(transaction, batch->log, changes);
}

}  // namespace dateline::catalog::store
