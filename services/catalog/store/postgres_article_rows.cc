#include "services/catalog/store/postgres_article_rows.h"

#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/upsert/names.h"
#include "services/catalog/upsert/times.h"

namespace dateline::catalog::store {

using content::v1::Article;

#define DATELINE_MICROS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"
const char kArticleColumns[] =
    "a.id, a.state, a.revision, a.live_revision, a.scheduled_revision, a.version, a.digest, "
    "a.withdrawal, c.id, " DATELINE_MICROS("a.scheduled_time") ", " DATELINE_MICROS(
        "a.first_publish_time") ", " DATELINE_MICROS("a.create_time") ", "
    DATELINE_MICROS("a.delete_time") ", " DATELINE_MICROS("a.purge_time") ", a.change_xid::text, "
    "a.editor_revised";
#undef DATELINE_MICROS

Article ParseRowFields(const pqxx::row& row, int first) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  Article article;
  article.set_name(MakeName(kArticles, Text(column(0))));
  article.set_state(static_cast<content::v1::ArticleState>(Int(column(1))));
  article.set_revision(static_cast<int32_t>(Int(column(2))));
  article.set_live_revision(static_cast<int32_t>(Int(column(3))));
  article.set_scheduled_revision(static_cast<int32_t>(Int(column(4))));
  article.set_version(Int(column(5)));
  article.set_etag(MakeEtag(article.version(), static_cast<uint64_t>(Int(column(6)))));
  if (!column(7).is_null()) ParseStored(Bytes(column(7)), article.mutable_withdrawal());
  if (!column(8).is_null()) article.set_cluster(MakeName("clusters", Text(column(8))));
  const auto set_time = [&](int i, auto mutable_time) {
    if (const auto time = Time(column(i)); time.has_value()) *mutable_time() = TimeToProto(*time);
  };
  set_time(9, [&] { return article.mutable_scheduled_time(); });
  set_time(10, [&] { return article.mutable_first_publish_time(); });
  set_time(11, [&] { return article.mutable_create_time(); });
  set_time(12, [&] { return article.mutable_delete_time(); });
  set_time(13, [&] { return article.mutable_purge_time(); });
  return article;
}

}  // namespace dateline::catalog::store
