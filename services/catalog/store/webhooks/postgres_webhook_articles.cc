#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/position/position.h"
#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/webhooks/webhook_queue.h"

// What there is to tell webhooks of: the log, and what time alone has changed.
namespace dateline::catalog::store {

using content::v1::LogPosition;

namespace {

// Of catalog.articles AS a with its scheduled revision AS s, and catalog.webhook_hidden AS h.
std::string ArticleColumns() {
  return absl::StrCat("a.key, a.id, a.version, a.state, a.live_revision, ",
                      Micros("a.publish_time"), ", ", Micros("a.embargo_time"), ", ",
                      Micros("a.expire_time"), ", ", Micros("a.first_publish_time"), ", ",
                      Micros("a.schedule_time"), ", s.snapshot, h.article_key IS NOT NULL");
}

// Joins these for the webhook of `parameter`.
std::string ArticleJoins(absl::string_view parameter) {
  return absl::StrCat(
      " LEFT JOIN catalog.article_revisions s ON s.article_key = a.key "
      "AND a.scheduled_revision > 0 AND s.number = a.scheduled_revision "
      "LEFT JOIN catalog.webhook_hidden h ON h.article_key = a.key AND h.webhook_key = ",
      parameter, " ");
}

RevisionTimes TimesOf(const content::v1::Article& article) {
  RevisionTimes times;
  times.publish = TimeFromProto(article.publish_time());
  if (article.has_embargo_time()) times.embargo = TimeFromProto(article.embargo_time());
  if (article.has_expire_time()) times.expire = TimeFromProto(article.expire_time());
  return times;
}

WebhookArticle ParseArticle(const pqxx::row& row, int first) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  WebhookArticle article;
  article.key = Int(column(0));
  if (column(1).is_null()) return article;
  article.name = api::MakeName(api::kArticles, Text(column(1)));
  article.version = Int(column(2));
  article.is_published = Int(column(3)) == content::v1::ARTICLE_STATE_PUBLISHED;
  if (Int(column(4)) > 0) {
    RevisionTimes& live = article.live.emplace();
    live.publish = Time(column(5)).value_or(absl::InfiniteFuture());
    live.embargo = Time(column(6)).value_or(live.embargo);
    live.expire = Time(column(7)).value_or(live.expire);
  }
  article.first_visible = Time(column(8)).value_or(article.first_visible);
  if (!column(10).is_null()) {
    content::v1::Article scheduled;
    ParseStored(Bytes(column(10)), &scheduled);
    article.scheduled = TimesOf(scheduled);
    article.schedule_time = Time(column(9)).value_or(article.schedule_time);
  }
  article.told_hidden = column(11).as<bool>();
  return article;
}

// A column of times with the condition of its index.
struct InstantColumn {
  const char* name;
  const char* condition;
};
constexpr InstantColumn kInstantColumns[] = {
    {"publish_time", "publish_time > create_time"},
    {"embargo_time", "embargo_time IS NOT NULL"},
    {"expire_time", "expire_time IS NOT NULL"},
    {"schedule_time", "schedule_time IS NOT NULL"},
};

// Instants of all columns behind ($1, $2) and up to $3, at most $4, each column by its index.
std::string InstantsQuery() {
  std::string query;
  for (const auto& [name, condition] : kInstantColumns) {
    absl::StrAppend(&query, query.empty() ? "" : " UNION ", "(SELECT ", name,
                    " AS at, key FROM catalog.articles WHERE ", condition, " AND (", name,
                    ", key) > (", FromMicros("$1::bigint"), ", $2::bigint) AND ", name,
                    " <= ", FromMicros("$3::bigint"), " ORDER BY ", name, ", key LIMIT $4::int)");
  }
  return query;
}

}  // namespace

absl::StatusOr<ArticleChanges> WebhookQueue::ReadChanges(const RequestContext& context,
                                                         int64_t webhook_key,
                                                         const LogPosition& position, int limit) {
  // Log, clock and articles come from one statement, so they are one truth.
  static const std::string query = absl::StrCat(
      "SELECT ", kLogColumns, ", c.xid::text, c.seq, c.version, c.change_kind, ", Micros("c.at"),
      ", ", ArticleColumns(),
      " FROM catalog.log_meta AS m LEFT JOIN LATERAL (SELECT * FROM catalog.changes "
      "WHERE (xid, seq) > ($1::xid8, $2::bigint) AND xid < "
      "pg_snapshot_xmin(pg_current_snapshot()) AND kind = 60 ORDER BY xid, seq LIMIT $3::int) AS c "
      "ON true LEFT JOIN catalog.articles a ON a.key = c.key",
      ArticleJoins("$4"), "ORDER BY c.xid, c.seq");
  constexpr int kFirst = 7;
  ArticleChanges found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        found = ArticleChanges();
        const pqxx::result rows = transaction.exec_params(query, std::to_string(position.xid()),
                                                          position.seq(), limit, webhook_key);
        if (rows.empty()) return error::Internal("the change log has no identity");
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ParseLogContext(rows[0]));
        absl::Status valid = CheckPosition(log, position);
        if (!valid.ok()) return valid;
        for (const pqxx::row& row : rows) {
          if (row[kFirst].is_null()) continue;
          ArticleChange& change = found.changes.emplace_back();
          change.position = log.Position(Unsigned(row[kFirst]), Unsigned(row[kFirst + 1]));
          change.version = Int(row[kFirst + 2]);
          change.kind = static_cast<v1::ChangeKind>(Int(row[kFirst + 3]));
          change.at = *Time(row[kFirst + 4]);
          change.article = ParseArticle(row, kFirst + 5);
        }
        found.now = log.now;
        found.at_head = found.changes.size() < static_cast<size_t>(limit);
        found.end = found.at_head ? log.Head() : found.changes.back().position;
        // A position may be ahead of the oldest transaction that still runs.
        if (ComparePositions(found.end, position) < 0) found.end = position;
        return absl::OkStatus();
      }));
  return found;
}

absl::StatusOr<std::vector<ArticleInstant>> WebhookQueue::ReadInstants(
    const RequestContext& context, int64_t webhook_key, const WebhookCursor& cursor,
    absl::Time until, int limit) {
  static const std::string query =
      absl::StrCat("SELECT ", Micros("i.at"), ", ", ArticleColumns(), " FROM (", InstantsQuery(),
                   " ORDER BY at, key LIMIT $4::int) AS i JOIN catalog.articles a ON a.key = i.key",
                   ArticleJoins("$5"), "ORDER BY i.at, i.key");
  std::vector<ArticleInstant> instants;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        instants.clear();
        for (const pqxx::row& row :
             transaction.exec_params(query, absl::ToUnixMicros(cursor.instant), cursor.instant_key,
                                     absl::ToUnixMicros(until), limit, webhook_key)) {
          instants.push_back({*Time(row[0]), ParseArticle(row, 1)});
        }
        return absl::OkStatus();
      }));
  return instants;
}

absl::StatusOr<absl::Time> WebhookQueue::NextInstant(const RequestContext& context,
                                                     absl::Time time) {
  std::string firsts;
  for (const auto& [name, condition] : kInstantColumns) {
    absl::StrAppend(&firsts, firsts.empty() ? "" : ", ", "(SELECT ", name,
                    " FROM catalog.articles WHERE ", condition, " AND ", name, " > ",
                    FromMicros("$1::bigint"), " ORDER BY ", name, " LIMIT 1)");
  }
  const std::string least = absl::StrCat("least(", firsts, ")");
  absl::Time next = absl::InfiniteFuture();
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT ", Micros("i.at"), " FROM (SELECT ", least, " AS at) AS i"),
            absl::ToUnixMicros(time));
        next = Time(rows[0][0]).value_or(absl::InfiniteFuture());
        return absl::OkStatus();
      }));
  return next;
}

}  // namespace dateline::catalog::store
