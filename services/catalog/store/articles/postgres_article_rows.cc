#include "services/catalog/store/articles/postgres_article_rows.h"

#include <utility>

#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {

using content::v1::Article;

#define DATELINE_MICROS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"
const char kArticleColumns[] =
    "a.id, a.state, a.revision, a.live_revision, a.scheduled_revision, a.version, a.digest, "
    "a.withdrawal, a.withdrawal_reason, c.id, " DATELINE_MICROS("a.schedule_time") ", "
    DATELINE_MICROS("a.withdraw_time") ", " DATELINE_MICROS("a.first_publish_time") ", "
    DATELINE_MICROS("a.create_time") ", " DATELINE_MICROS("a.delete_time") ", "
    DATELINE_MICROS("a.purge_time") ", ARRAY(SELECT coalesce(r.id, t.id) "
    "FROM catalog.topics t LEFT JOIN catalog.topics r ON r.key = t.merged_into "
    "WHERE t.key = ANY (a.suppressed_topics)), a.change_xid::text, a.editor_revised";
const char kOriginColumns[] =
    "source, entry_id, rank, content_hash, " DATELINE_MICROS("observe_time") ", proposal";
#undef DATELINE_MICROS
const char kOriginOrder[] = "article_key, create_time, source, entry_id";

std::vector<std::string> NamesOf(const pqxx::field& ids, const char* collection) {
  std::vector<std::string> names;
  pqxx::array_parser parser = ids.as_array();
  for (auto next = parser.get_next(); next.first != pqxx::array_parser::done;
       next = parser.get_next()) {
    if (next.first != pqxx::array_parser::string_value) continue;
    names.push_back(api::MakeName(collection, next.second));
  }
  return names;
}

ArticleRow ParseArticleRow(const pqxx::row& row, int first) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  ArticleRow parsed;
  Article& article = parsed.article;
  v1::ArticleRecord& record = parsed.record;
  article.set_name(api::MakeName(api::kArticles, Text(column(0))));
  article.set_state(static_cast<content::v1::ArticleState>(Int(column(1))));
  article.set_revision(static_cast<int32_t>(Int(column(2))));
  if (!column(9).is_null()) article.set_cluster(api::MakeName(api::kClusters, Text(column(9))));
  record.set_name(article.name());
  record.set_state(article.state());
  record.set_live_revision(static_cast<int32_t>(Int(column(3))));
  record.set_scheduled_revision(static_cast<int32_t>(Int(column(4))));
  record.set_version(Int(column(5)));
  record.set_etag(MakeEtag(record.version(), static_cast<uint64_t>(Int(column(6)))));
  if (!column(7).is_null()) ParseStored(Bytes(column(7)), record.mutable_withdrawal());
  record.set_withdrawal_reason(Text(column(8)));
  const auto set_time = [&](int i, auto mutable_time) {
    if (const auto time = Time(column(i)); time.has_value()) *mutable_time() = TimeToProto(*time);
  };
  set_time(10, [&] { return record.mutable_schedule_time(); });
  set_time(11, [&] { return record.mutable_withdraw_time(); });
  set_time(12, [&] { return article.mutable_first_publish_time(); });
  set_time(13, [&] { return record.mutable_create_time(); });
  set_time(14, [&] { return record.mutable_delete_time(); });
  set_time(15, [&] { return record.mutable_purge_time(); });
  for (std::string& name : NamesOf(column(16), api::kTopics)) {
    record.add_suppressed_topics(std::move(name));
  }
  parsed.change_xid = Unsigned(column(17));
  parsed.editor_revised = column(18).as<bool>();
  return parsed;
}

v1::Origin ParseOrigin(const pqxx::row& row, int first) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  v1::Origin origin;
  origin.set_source(Text(column(0)));
  origin.set_entry_id(Text(column(1)));
  origin.set_rank(static_cast<int32_t>(Int(column(2))));
  origin.set_content_hash(Bytes(column(3)));
  *origin.mutable_observe_time() = TimeToProto(*Time(column(4)));
  if (!column(5).is_null()) ParseStored(Bytes(column(5)), origin.mutable_feed_proposal());
  return origin;
}

}  // namespace dateline::catalog::store
