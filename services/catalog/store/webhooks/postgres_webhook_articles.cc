#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/filter/article_match.h"
#include "common/position/position.h"
#include "services/catalog/store/postgres_resources.h"
#include "services/catalog/store/webhooks/postgres_webhook_filter.h"
#include "services/catalog/store/webhooks/webhook_queue.h"

// What there is to tell webhooks of: the log, and what time alone has changed.
namespace dateline::catalog::store {

using content::v1::LogPosition;

namespace {

// Of catalog.articles AS a with its scheduled revision AS s, and what joins for a webhook.
std::string ArticleColumns() {
  return absl::StrCat("a.key, a.id, a.version, a.state, a.live_revision, ",
                      Micros("a.publish_time"), ", ", Micros("a.embargo_time"), ", ",
                      Micros("a.expire_time"), ", ", Micros("a.first_publish_time"), ", ",
                      Micros("a.schedule_time"),
                      ", s.snapshot, t.article_key IS NOT NULL, l.snapshot, n.snapshot");
}

// Joins these for the webhook whose key is one parameter; another says whether it has a filter,
// which is asked of the live and of the newest revision too.
std::string ArticleJoins(absl::string_view key, absl::string_view has_filter) {
  return absl::StrCat(
      " LEFT JOIN catalog.article_revisions s ON s.article_key = a.key "
      "AND a.scheduled_revision > 0 AND s.number = a.scheduled_revision "
      "LEFT JOIN catalog.webhook_told t ON t.article_key = a.key AND t.webhook_key = ",
      key, " LEFT JOIN catalog.article_revisions l ON ", has_filter,
      " AND l.article_key = a.key AND a.live_revision > 0 AND l.number = a.live_revision "
      "LEFT JOIN catalog.article_revisions n ON ",
      has_filter, " AND n.article_key = a.key AND n.number = a.revision ");
}

// Whether a stored revision is one that is asked for; one that is not there is not.
bool MatchesStored(const std::optional<filter::ArticleMatcher>& matcher,
                   const pqxx::field& stored) {
  if (!matcher.has_value()) return true;
  content::v1::Article article;
  if (stored.is_null()) return false;
  ParseStored(Bytes(stored), &article);
  return filter::Matches(*matcher, article);
}

WebhookRevision RevisionOf(const content::v1::Article& article) {
  WebhookRevision revision;
  revision.publish = TimeFromProto(article.publish_time());
  if (article.has_embargo_time()) revision.embargo = TimeFromProto(article.embargo_time());
  if (article.has_expire_time()) revision.expire = TimeFromProto(article.expire_time());
  return revision;
}

WebhookArticle ParseArticle(const pqxx::row& row, int first,
                            const std::optional<filter::ArticleMatcher>& matcher) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  WebhookArticle article;
  article.key = Int(column(0));
  if (column(1).is_null()) return article;
  article.name = api::MakeName(api::kArticles, Text(column(1)));
  article.version = Int(column(2));
  article.is_published = Int(column(3)) == content::v1::ARTICLE_STATE_PUBLISHED;
  if (Int(column(4)) > 0) {
    WebhookRevision& live = article.live.emplace();
    live.publish = Time(column(5)).value_or(absl::InfiniteFuture());
    live.embargo = Time(column(6)).value_or(live.embargo);
    live.expire = Time(column(7)).value_or(live.expire);
    live.matches = MatchesStored(matcher, column(12));
  }
  article.first_visible = Time(column(8)).value_or(article.first_visible);
  if (!column(10).is_null()) {
    content::v1::Article scheduled;
    ParseStored(Bytes(column(10)), &scheduled);
    article.scheduled = RevisionOf(scheduled);
    article.scheduled->matches = !matcher.has_value() || filter::Matches(*matcher, scheduled);
    article.schedule_time = Time(column(9)).value_or(article.schedule_time);
  }
  article.newest_matches = MatchesStored(matcher, column(13));
  article.told_hidden = column(11).as<bool>() != matcher.has_value();
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
                                                         const IdleWebhook& webhook,
                                                         int limit) const {
  // Log, clock and articles come from one statement, so they are one truth.
  static const std::string query = absl::StrCat(
      "SELECT ", kLogColumns, ", c.xid::text, c.seq, c.version, c.change_kind, ", Micros("c.at"),
      ", ", ArticleColumns(),
      " FROM catalog.log_meta AS m LEFT JOIN LATERAL (SELECT * FROM catalog.changes "
      "WHERE (xid, seq) > ($1::xid8, $2::bigint) AND xid < "
      "pg_snapshot_xmin(pg_current_snapshot()) AND kind = 60 ORDER BY xid, seq LIMIT $3::int) AS c "
      "ON true LEFT JOIN catalog.articles a ON a.key = c.key",
      ArticleJoins("$4", "$5::boolean"), "ORDER BY c.xid, c.seq");
  constexpr int kFirst = 7;
  const LogPosition& position = webhook.cursor.position;
  ArticleChanges found;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        found = ArticleChanges();
        DATELINE_ASSIGN_OR_RETURN(const auto matcher, StoredMatcher(transaction, webhook.filter));
        const pqxx::result rows =
            transaction.exec_params(query, std::to_string(position.xid()), position.seq(), limit,
                                    webhook.key, matcher.has_value());
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
          change.article = ParseArticle(row, kFirst + 5, matcher);
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
    const RequestContext& context, const IdleWebhook& webhook, absl::Time until, int limit) const {
  static const std::string query =
      absl::StrCat("SELECT ", Micros("i.at"), ", ", ArticleColumns(), " FROM (", InstantsQuery(),
                   " ORDER BY at, key LIMIT $4::int) AS i JOIN catalog.articles a ON a.key = i.key",
                   ArticleJoins("$5", "$6::boolean"), "ORDER BY i.at, i.key");
  std::vector<ArticleInstant> instants;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        instants.clear();
        DATELINE_ASSIGN_OR_RETURN(const auto matcher, StoredMatcher(transaction, webhook.filter));
        for (const pqxx::row& row : transaction.exec_params(
                 query, absl::ToUnixMicros(webhook.cursor.instant), webhook.cursor.instant_key,
                 absl::ToUnixMicros(until), limit, webhook.key, matcher.has_value())) {
          instants.push_back({*Time(row[0]), ParseArticle(row, 1, matcher)});
        }
        return absl::OkStatus();
      }));
  return instants;
}

absl::StatusOr<absl::Time> WebhookQueue::NextInstant(const RequestContext& context,
                                                     absl::Time time) const {
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
