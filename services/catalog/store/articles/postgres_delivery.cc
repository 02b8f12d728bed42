#include "services/catalog/store/articles/postgres_delivery.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/prepared.h"
#include "services/catalog/store/articles/postgres_article_load.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

constexpr int32_t kDefaultRank = 100;

}  // namespace

absl::Status LoadDelivery(pqxx::transaction_base& transaction, DeliveryShare* share,
                          ArticleBatch* batch) {
  static const std::string query =
      absl::StrCat("SELECT ", kLogColumns,
                   ", p.key, p.message, l.epoch FROM catalog.log_meta AS m "
                   "LEFT JOIN catalog.publications p ON p.id = $1 AND NOT p.deleted "
                   "LEFT JOIN catalog.source_leases l ON l.source = $2");
  const v1::BatchUpsertArticlesRequest& request = *share->request;
  const pqxx::result rows = transaction.exec_params(
      query, std::string(api::IdInName(api::kPublications, request.publication())),
      request.source());
  if (rows.empty()) return error::Internal("the change log has no identity");
  DATELINE_ASSIGN_OR_RETURN(batch->log, ParseLogContext(rows[0]));
  if (rows[0][7].is_null()) return error::ResourceNotFound(request.publication());
  share->publication_key = Int(rows[0][7]);
  ParseStored(Bytes(rows[0][8]), &share->publication);
  share->seen_epoch = Int(rows[0][9]);
  if (request.lease_epoch() > 0 && request.lease_epoch() < share->seen_epoch) {
    return error::LeaseLost(request.source());
  }
  batch->editor = request.source();
  share->delivery.source = request.source();
  share->delivery.rank = request.source_rank() == 0 ? kDefaultRank : request.source_rank();
  share->delivery.feed_wins = request.feed_wins();
  share->delivery.now = batch->log.now;
  return absl::OkStatus();
}

article::Recogniser::Holders LoadHolders(pqxx::transaction_base& transaction,
                                         const DeliveryShare& share) {
  ArrayParam kinds;
  BlobParam keys;
  for (int i = 0; i < share.size(); ++i) {
    if (share.rejected(i)) continue;
    for (const v1::IdentityKey& key : share.item(i).keys()) {
      kinds.Add(key.kind());
      keys.Add(key.key());
    }
  }
  // The limit keeps it to a look-up for each key: as a join, in a table that has grown since it was
  // analysed, it is all keys of the publication that are read.
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT h.* FROM unnest($1::smallint[], $2::int[], $3::int[]) AS w(kind, o, l), "
                   "LATERAL (SELECT i.kind, i.key, i.article_key, ",
                   Micros("a.publish_time"),
                   ", EXISTS (SELECT FROM catalog.origins o WHERE o.article_key = i.article_key "
                   "AND o.source = $6) FROM catalog.identities i "
                   "JOIN catalog.articles a ON a.key = i.article_key "
                   "WHERE i.publication_key = $5 AND i.kind = w.kind "
                   "AND i.key = substring($4::bytea FROM w.o FOR w.l) LIMIT 1) AS h"),
      kinds.str(), keys.offsets(), keys.lengths(), keys.bytes(), share.publication_key,
      share.delivery.source);
  article::Recogniser::Holders holders;
  for (const pqxx::row& row : rows) {
    holders[{static_cast<int>(Int(row[0])), Bytes(row[1])}] = {Int(row[2]), *Time(row[3]),
                                                               row[4].as<bool>()};
  }
  return holders;
}

void PeekArticles(pqxx::transaction_base& transaction, const std::set<int64_t>& keys,
                  const DeliveryShare& share, ArticleBatch* batch) {
  if (keys.empty()) return;
  ArrayParam array;
  for (const int64_t key : keys) array.Add(key);
  const pqxx::result rows = transaction.exec_params(
      "SELECT key, id, state, version, change_xid::text FROM catalog.articles "
      "WHERE key = ANY ($1::bigint[])",
      array.str());
  for (const pqxx::row& row : rows) {
    article::WorkingArticle& working = batch->articles[Int(row[0])];
    working.key = Int(row[0]);
    working.record.set_name(api::MakeName(api::kArticles, Text(row[1])));
    working.record.set_state(static_cast<content::v1::ArticleState>(Int(row[2])));
    working.record.set_version(Int(row[3]));
    working.change_xid = Unsigned(row[4]);
  }
  LoadOrigins(transaction, keys, share.delivery.source, batch);
}

absl::Status HoldPublication(pqxx::transaction_base& transaction, const DeliveryShare& share) {
  const pqxx::result rows = transaction.exec_params(
      "SELECT FROM catalog.publications WHERE key = $1 AND NOT deleted FOR KEY SHARE",
      share.publication_key);
  if (rows.empty()) return error::ResourceNotFound(share.request->publication());
  return absl::OkStatus();
}

absl::Status HoldLease(pqxx::transaction_base& transaction, const DeliveryShare& share) {
  const int64_t epoch = share.request->lease_epoch();
  if (epoch == 0) return absl::OkStatus();
  if (epoch > share.seen_epoch) {
    transaction.exec_params(
        "INSERT INTO catalog.source_leases AS l (source, epoch) VALUES ($1, $2) "
        "ON CONFLICT (source) DO UPDATE SET epoch = greatest(l.epoch, excluded.epoch)",
        share.request->source(), epoch);
  }
  const pqxx::result rows =
      transaction.exec_params("SELECT epoch FROM catalog.source_leases WHERE source = $1 FOR SHARE",
                              share.request->source());
  if (!rows.empty() && Int(rows[0][0]) > epoch) return error::LeaseLost(share.request->source());
  return absl::OkStatus();
}

bool TakeIdentities(pqxx::transaction_base& transaction, int64_t publication_key,
                    std::vector<article::IdentityClaim> claims) {
  if (claims.empty()) return true;
  std::sort(claims.begin(), claims.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  ArrayParam kinds, articles, former;
  BlobParam keys;
  bool any_taken = false;
  for (const article::IdentityClaim& claim : claims) {
    kinds.Add(claim.id.first);
    keys.Add(claim.id.second);
    articles.Add(claim.article_key);
    former.Add(claim.taken_from);
    any_taken |= claim.taken_from != 0;
  }
  if (!any_taken) {
    const pqxx::result inserted = pg::ExecPrepared(
        transaction,
        "INSERT INTO catalog.identities (publication_key, kind, key, article_key) "
        "SELECT $6, kind, substring($4::bytea FROM o FOR l) AS key, a FROM "
        "unnest($1::smallint[], $2::int[], $3::int[], $5::bigint[]) AS u(kind, o, l, a) "
        "ORDER BY kind, key ON CONFLICT DO NOTHING",
        kinds.str(), keys.offsets(), keys.lengths(), keys.bytes(), articles.str(), publication_key);
    return inserted.affected_rows() == claims.size();
  }
  // A row comes back for every key that was free, or still its former holder's.
  const pqxx::result rows = transaction.exec_params(
      "WITH c AS (SELECT kind, substring($4::bytea FROM o FOR l) AS key, a, f FROM "
      "unnest($1::smallint[], $2::int[], $3::int[], $5::bigint[], $6::bigint[]) "
      "AS u(kind, o, l, a, f)), "
      "passed AS (UPDATE catalog.identities i SET article_key = c.a FROM c WHERE c.f <> 0 AND "
      "i.publication_key = $7 AND i.kind = c.kind AND i.key = c.key AND i.article_key = c.f "
      "RETURNING 1), "
      "taken AS (INSERT INTO catalog.identities (publication_key, kind, key, article_key) "
      "SELECT $7, kind, key, a FROM c WHERE f = 0 ORDER BY kind, key "
      "ON CONFLICT DO NOTHING RETURNING 1) "
      "SELECT (SELECT count(*) FROM passed) + (SELECT count(*) FROM taken)",
      kinds.str(), keys.offsets(), keys.lengths(), keys.bytes(), articles.str(), former.str(),
      publication_key);
  return Int(rows[0][0]) == static_cast<int64_t>(claims.size());
}

}  // namespace dateline::catalog::store
