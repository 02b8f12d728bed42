#include <limits>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/articles/article_store.h"
#include "services/catalog/store/encoding.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

const std::string& Columns() {
  static const std::string columns = absl::StrCat("r.number, r.editor, r.reason, r.update_kind, ",
                                                  Micros("r.create_time"), ", r.snapshot");
  return columns;
}

v1::ArticleRevision ParseRevision(const pqxx::row& row, absl::string_view id,
                                  content::v1::ArticleView view) {
  v1::ArticleRevision revision;
  const auto number = static_cast<int32_t>(Int(row[0]));
  const std::string article = api::MakeName(api::kArticles, id);
  revision.set_name(absl::StrCat(article, "/revisions/", number));
  revision.set_editor(Text(row[1]));
  revision.set_reason(Text(row[2]));
  revision.set_update_kind(static_cast<v1::UpdateKind>(Int(row[3])));
  *revision.mutable_create_time() = TimeToProto(*Time(row[4]));
  ParseStored(Bytes(row[5]), revision.mutable_snapshot());
  revision.mutable_snapshot()->set_name(article);
  revision.mutable_snapshot()->set_revision(number);
  if (view != content::v1::ARTICLE_VIEW_FULL) ReduceToBasic(revision.mutable_snapshot());
  return revision;
}

// The key of the article. RESOURCE_NOT_FOUND.
absl::StatusOr<int64_t> FindKey(pqxx::transaction_base& transaction, absl::string_view id) {
  const pqxx::result rows =
      transaction.exec_params("SELECT key FROM catalog.articles WHERE id = $1", std::string(id));
  if (rows.empty()) return error::ResourceNotFound(api::MakeName(api::kArticles, id));
  return Int(rows[0][0]);
}

}  // namespace

absl::StatusOr<Page<v1::ArticleRevision>> ArticleStore::ListRevisions(
    const RequestContext& context, absl::string_view id, int32_t before, int limit,
    content::v1::ArticleView view) {
  Page<v1::ArticleRevision> page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        page = Page<v1::ArticleRevision>();
        DATELINE_ASSIGN_OR_RETURN(const int64_t key, FindKey(transaction, id));
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("WITH sized AS (SELECT number, sum(octet_length(snapshot)) OVER "
                         "(ORDER BY number DESC) AS bytes, row_number() OVER "
                         "(ORDER BY number DESC) AS n FROM (SELECT number, snapshot FROM "
                         "catalog.article_revisions WHERE article_key = $1 AND number < $2 "
                         "ORDER BY number DESC LIMIT $3::bigint + 1) AS x) SELECT ",
                         Columns(),
                         ", (SELECT count(*) FROM sized) FROM sized s JOIN "
                         "catalog.article_revisions r ON r.article_key = $1 AND "
                         "r.number = s.number WHERE s.n <= $3::bigint AND (s.n = 1 OR "
                         "s.bytes <= $4) ORDER BY r.number DESC"),
            key, before == 0 ? std::numeric_limits<int32_t>::max() : before, limit,
            static_cast<int64_t>(limits::kPageByteBudget));
        for (const pqxx::row& row : rows) page.items.push_back(ParseRevision(row, id, view));
        page.more = !rows.empty() && Int(rows[0][6]) > static_cast<int64_t>(rows.size());
        return absl::OkStatus();
      }));
  return page;
}

absl::StatusOr<v1::ArticleRevision> ArticleStore::GetRevision(const RequestContext& context,
                                                              absl::string_view id,
                                                              int32_t number) {
  v1::ArticleRevision revision;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const int64_t key, FindKey(transaction, id));
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT ", Columns(),
                         " FROM catalog.article_revisions r WHERE r.article_key = $1 AND "
                         "($2 = 0 OR r.number = $2) ORDER BY r.number DESC LIMIT 1"),
            key, number);
        if (rows.empty()) {
          return error::ResourceNotFound(
              absl::StrCat(api::MakeName(api::kArticles, id), "/revisions/", number));
        }
        revision = ParseRevision(rows[0], id, content::v1::ARTICLE_VIEW_FULL);
        return absl::OkStatus();
      }));
  return revision;
}

}  // namespace dateline::catalog::store
