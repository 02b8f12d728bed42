#include "services/catalog/store/articles/postgres_article_life.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "services/catalog/article/lifecycle.h"
#include "services/catalog/store/paths/postgres_paths.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::WorkingArticle;

void AddTime(bool has, const google::protobuf::Timestamp& time, ArrayParam* param) {
  if (has) {
    param->AddTime(TimeFromProto(time));
  } else {
    param->AddNull();
  }
}

// The ids of topics as an array within an array.
std::string IdsOf(const v1::ArticleRecord& record) {
  std::vector<std::string> ids;
  for (const std::string& topic : record.suppressed_topics()) {
    ids.emplace_back(api::IdInName(api::kTopics, topic));
  }
  return absl::StrCat("{", absl::StrJoin(ids, ","), "}");
}

}  // namespace

void UpdateLives(pqxx::transaction_base& transaction, const std::vector<WorkingArticle*>& written) {
  ArrayParam keys, states, paths, embargo, first, deleted, purge, schedule, revised, suppressed,
      reasons, withdrawn, apart;
  BlobParam withdrawals;
  bool any = false;
  for (const WorkingArticle* working : written) {
    if (!working->life_changed) continue;
    any = true;
    const content::v1::Article& article = working->article;
    const v1::ArticleRecord& record = working->record;
    const std::string live = article::PathsOf(*working).live;
    keys.Add(working->key);
    states.Add(record.state());
    live.empty() ? paths.AddNull() : paths.AddText(live);
    AddTime(article.has_embargo_time(), article.embargo_time(), &embargo);
    AddTime(article.has_first_publish_time(), article.first_publish_time(), &first);
    AddTime(record.has_delete_time(), record.delete_time(), &deleted);
    AddTime(record.has_purge_time(), record.purge_time(), &purge);
    AddTime(record.has_schedule_time(), record.schedule_time(), &schedule);
    revised.Add(working->editor_revised ? 1 : 0);
    suppressed.AddText(IdsOf(record));
    reasons.AddText(record.withdrawal_reason());
    AddTime(record.has_withdraw_time(), record.withdraw_time(), &withdrawn);
    apart.Add(working->no_clustering ? 1 : 0);
    if (record.has_withdrawal()) {
      withdrawals.Add(record.withdrawal().SerializeAsString());
    } else {
      withdrawals.AddNull();
    }
  }
  if (!any) return;
  transaction.exec_params(
      absl::StrCat(
          "UPDATE catalog.articles a SET state = u.st, path = u.p, embargo_time = ",
          FromMicros("u.em"), ", first_publish_time = ", FromMicros("u.f"),
          ", delete_time = ", FromMicros("u.d"), ", purge_time = ", FromMicros("u.pu"),
          ", schedule_time = ", FromMicros("u.sc"),
          ", editor_revised = u.er = 1, suppressed_topics = ARRAY(SELECT t.key FROM catalog.topics "
          "t WHERE t.id = ANY (u.su::text[]) ORDER BY t.key), withdrawal_reason = u.re, "
          "withdraw_time = ",
          FromMicros("u.w"),
          ", no_clustering = u.nc = 1, withdrawal = substring($15::bytea FROM u.o FOR u.l) FROM "
          "unnest($1::bigint[], "
          "$2::smallint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], "
          "$8::bigint[], $9::int[], $10::text[], $11::text[], $12::bigint[], $13::int[], "
          "$14::int[], $16::int[]) AS u(k, st, p, em, f, d, pu, sc, er, su, re, w, o, l, nc) "
          "WHERE a.key = u.k"),
      keys.str(), states.str(), paths.str(), embargo.str(), first.str(), deleted.str(), purge.str(),
      schedule.str(), revised.str(), suppressed.str(), reasons.str(), withdrawn.str(),
      withdrawals.offsets(), withdrawals.lengths(), withdrawals.bytes(), apart.str());
}

absl::Status WritePaths(pqxx::transaction_base& transaction, const ArticleBatch& batch,
                        const std::vector<WorkingArticle*>& written,
                        std::vector<ChangeRow>* changes) {
  std::vector<ArticlePaths> all;
  for (const WorkingArticle* working : written) {
    if (!working->life_changed) continue;
    article::WantedPaths wanted = article::PathsOf(*working);
    all.push_back({working->key, working->publication_key, std::move(wanted.live),
                   std::move(wanted.held), working->turn_time.value_or(batch.log.now),
                   working->erased});
  }
  return SettlePaths(transaction, all, changes);
}

}  // namespace dateline::catalog::store
