#include "services/catalog/store/log/postgres_change_log.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/position/position.h"
#include "services/catalog/store/log/log_page.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/log/postgres_states.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using content::v1::LogPosition;

// Rows of one read; a transaction that the last one belongs to is read whole.
constexpr int kRowsPerRead = 500;
// What the states of one batch take at most; the largest one that there is travels alone.
constexpr size_t kHardLimit = size_t{3} << 20;
// What a state takes besides its content: its change, its row, the keys of what it refers to.
constexpr size_t kStateOverhead = 1024;
// Days for which partitions are made ahead: writes go on that long without any maintenance.
constexpr int kDaysAhead = 7;
constexpr int kRequestIdDays = 2;
constexpr int kAuditDays = 400;
// Up to here rows are counted; some milliseconds.
constexpr int64_t kExactCount = 10'000;

LoggedChange ParseChange(const LogContext& log, const pqxx::row& row, int first) {
  const auto column = [&](int i) { return row[static_cast<pqxx::row::size_type>(first + i)]; };
  LoggedChange logged;
  logged.position = log.Position(Unsigned(column(0)), Unsigned(column(1)));
  logged.change.set_kind(static_cast<v1::ResourceKind>(Int(column(2))));
  logged.change.set_key(Int(column(3)));
  logged.change.set_version(Int(column(4)));
  logged.change.set_change_kind(static_cast<v1::ChangeKind>(Int(column(5))));
  *logged.change.mutable_at() = TimeToProto(*Time(column(6)));
  logged.change.set_position(EncodePosition(logged.position));
  return logged;
}

// Cuts the page to the budget and fills in the states.
void CompletePage(pqxx::transaction_base& transaction, const LogContext& log, size_t byte_budget,
                  const OnWithheld& on_withheld, LogPage* page) {
  std::map<v1::ResourceKind, std::set<int64_t>> touched;
  for (const LoggedChange& logged : page->changes) {
    touched[logged.change.kind()].insert(logged.change.key());
  }
  std::map<v1::ResourceKind, absl::flat_hash_map<int64_t, size_t>> sizes;
  for (const auto& [kind, of_kind] : touched) {
    sizes[kind] = LoadStateSizes(transaction, kind, {of_kind.begin(), of_kind.end()});
  }
  const size_t fits =
      FitPage(page->changes, byte_budget, kHardLimit, [&](const v1::Change& change) {
        return kStateOverhead + sizes[change.kind()][change.key()];
      });
  if (fits < page->changes.size()) {
    const LogPosition& last = page->changes[fits - 1].position;
    const bool mid_transaction = page->changes[fits].position.xid() == last.xid();
    page->end = log.Position(last.xid(), mid_transaction ? last.seq() : kLastSeq);
    page->changes.resize(fits);
  }
  MarkSuperseded(&page->changes);
  std::map<v1::ResourceKind, std::vector<int64_t>> wanted;
  for (const LoggedChange& logged : page->changes) {
    if (!logged.change.superseded()) wanted[logged.change.kind()].push_back(logged.change.key());
  }
  for (const auto& [kind, keys] : wanted) {
    const StatesByKey states =
        LoadStates(transaction, kind, keys, v1::EXPORT_VIEW_FULL, on_withheld);
    for (LoggedChange& logged : page->changes) {
      v1::Change& change = logged.change;
      if (change.kind() != kind || change.superseded()) continue;
      const auto state = states.find(change.key());
      *change.mutable_state() =
          state != states.end() ? state->second : GoneState(kind, change.key(), change.version());
    }
  }
}

const char* TableOf(v1::ResourceKind kind) {
  switch (kind) {
    case v1::RESOURCE_KIND_PUBLICATION:
      return "publications";
    case v1::RESOURCE_KIND_TOPIC:
      return "topics";
    case v1::RESOURCE_KIND_AUTHOR:
      return "authors";
    case v1::RESOURCE_KIND_PATH:
      return "paths";
    case v1::RESOURCE_KIND_PINS:
      return "pins";
    default:
      return "articles";
  }
}

// Exports go through the kinds in the order of their numbers: what articles refer to comes first.
std::optional<v1::ResourceKind> KindBehind(v1::ResourceKind kind) {
  const google::protobuf::EnumDescriptor& kinds = *v1::ResourceKind_descriptor();
  const int next = kinds.FindValueByNumber(kind)->index() + 1;
  if (next == kinds.value_count()) return std::nullopt;
  return static_cast<v1::ResourceKind>(kinds.value(next)->number());
}

// Keys of the next page, as many as fit the budget. `*complete` says that the
// kind has no more.
std::vector<int64_t> NextKeys(pqxx::transaction_base& transaction, const ExportCursor& cursor,
                              bool full, int limit, size_t byte_budget, bool* complete) {
  const char* column = cursor.kind == v1::RESOURCE_KIND_PINS ? "topic_key" : "key";
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT ", column, " FROM catalog.", TableOf(cursor.kind), " WHERE ", column,
                   " > $1", cursor.kind == v1::RESOURCE_KIND_PATH ? " AND kind = 2" : "",
                   " ORDER BY ", column, " LIMIT $2"),
      cursor.key, limit);
  std::vector<int64_t> keys;
  for (const pqxx::row& row : rows) keys.push_back(Int(row[0]));
  *complete = keys.size() < static_cast<size_t>(limit);
  if (!full) return keys;
  auto sizes = LoadStateSizes(transaction, cursor.kind, keys);
  size_t bytes = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    bytes += kStateOverhead + sizes[keys[i]];
    if (bytes > byte_budget && i > 0) {
      keys.resize(i);
      *complete = false;
    }
  }
  return keys;
}

// Counting a million rows takes most of a second, and nobody needs it to the last one.
int64_t CountRows(pqxx::transaction_base& transaction, const char* table) {
  const pqxx::result rows = transaction.exec(absl::StrCat(
      "SELECT (SELECT count(*) FROM (SELECT FROM catalog.", table, " LIMIT ", kExactCount + 1,
      ") AS counted), (SELECT reltuples::bigint FROM pg_class WHERE oid = 'catalog.", table,
      "'::regclass)"));
  const int64_t counted = Int(rows[0][0]);
  return counted <= kExactCount ? counted : std::max(counted, Int(rows[0][1]));
}

}  // namespace

absl::StatusOr<LogHead> PostgresChangeLog::ReadHead(const RequestContext& context) {
  LogHead head;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        head = {log.Head(), log.now};
        return absl::OkStatus();
      }));
  return head;
}

absl::StatusOr<LogPage> PostgresChangeLog::ReadChanges(const RequestContext& context,
                                                       const LogPosition& after, size_t byte_budget,
                                                       const Kinds& kinds) {
  // Floor, clock, timeline and rows come from one statement, so they are one truth.
  static const std::string query = absl::StrCat(
      "SELECT ", kLogColumns, ", c.xid::text, c.seq, c.kind, c.key, c.version, c.change_kind, ",
      Micros("c.at"),
      " FROM catalog.log_meta AS m LEFT JOIN LATERAL (SELECT * FROM catalog.changes "
      "WHERE (xid, seq) > ($1::xid8, $2::bigint) AND xid < "
      "pg_snapshot_xmin(pg_current_snapshot()) AND kind = ANY ($3::smallint[]) "
      "ORDER BY xid FETCH FIRST ",
      kRowsPerRead, " ROWS WITH TIES) AS c ON true ORDER BY c.xid, c.seq");
  ArrayParam wanted;
  for (const v1::ResourceKind kind : kinds) wanted.Add(kind);
  LogPage page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        page = LogPage();
        // Most looks come too early for anything new, and the statement costs half a millisecond.
        DATELINE_ASSIGN_OR_RETURN(const LogContext now, ReadLogContext(transaction));
        if (ComparePositions(now.Head(), after) <= 0) {
          page.head = {now.Head(), now.now};
          page.end = after;
          return CheckPosition(now, after);
        }
        const pqxx::result rows =
            transaction.exec_params(query, std::to_string(after.xid()), after.seq(), wanted.str());
        if (rows.empty()) return error::Internal("the change log has no identity");
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ParseLogContext(rows[0]));
        absl::Status valid = CheckPosition(log, after);
        if (!valid.ok()) return valid;
        page.head = {log.Head(), log.now};
        constexpr int kFirst = 7;
        for (const pqxx::row& row : rows) {
          if (!row[kFirst].is_null()) page.changes.push_back(ParseChange(log, row, kFirst));
        }
        page.end = page.changes.size() < kRowsPerRead
                       ? log.Head()
                       : log.Position(page.changes.back().position.xid(), kLastSeq);
        // A position may be ahead of xmin for a while: its own transaction was seen to commit.
        if (ComparePositions(page.end, after) < 0) page.end = after;
        if (!page.changes.empty())
          CompletePage(transaction, log, byte_budget, postgres_.on_withheld, &page);
        return absl::OkStatus();
      }));
  return page;
}

absl::StatusOr<ExportPage> PostgresChangeLog::ReadExportPage(const RequestContext& context,
                                                             const ExportCursor& cursor,
                                                             v1::ExportView view, int limit,
                                                             size_t byte_budget) {
  ExportPage page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        page = ExportPage();
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        page.at = log.now;
        bool complete = false;
        const std::vector<int64_t> keys = NextKeys(
            transaction, cursor, view != v1::EXPORT_VIEW_KEYS, limit, byte_budget, &complete);
        for (auto& [key, state] :
             LoadStates(transaction, cursor.kind, keys, view, postgres_.on_withheld)) {
          page.states.push_back(std::move(state));
        }
        if (!complete) {
          page.next = ExportCursor{cursor.kind, keys.back()};
        } else if (const auto next = KindBehind(cursor.kind); next.has_value()) {
          page.next = ExportCursor{*next, 0};
        }
        return absl::OkStatus();
      }));
  return page;
}

absl::StatusOr<std::vector<v1::ResourceState>> PostgresChangeLog::ReadArticleStates(
    const RequestContext& context, const std::vector<std::string>& ids, v1::ExportView view) {
  std::vector<v1::ResourceState> states;
  ArrayParam array;
  for (const std::string& id : ids) array.AddText(id);
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        states.clear();
        const pqxx::result rows = transaction.exec_params(
            "SELECT key FROM catalog.articles WHERE id = ANY ($1::text[])", array.str());
        std::vector<int64_t> keys;
        for (const pqxx::row& row : rows) keys.push_back(Int(row[0]));
        for (auto& [key, state] : LoadStates(transaction, v1::RESOURCE_KIND_ARTICLE, keys, view,
                                             postgres_.on_withheld)) {
          states.push_back(std::move(state));
        }
        return absl::OkStatus();
      }));
  return states;
}

absl::StatusOr<LogStatus> PostgresChangeLog::ReadStatus(const RequestContext& context) {
  LogStatus status;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        status.head = {log.Head(), log.now};
        const pqxx::result rows = transaction.exec(
            "SELECT (extract(epoch FROM max(clock_timestamp() - xact_start)) * 1000000)::bigint "
            "FROM pg_stat_activity WHERE backend_xid IS NOT NULL");
        status.oldest_writer_age = absl::Microseconds(std::max<int64_t>(0, Int(rows[0][0])));
        return absl::OkStatus();
      }));
  return status;
}

absl::StatusOr<ResourceCounts> PostgresChangeLog::CountResources(const RequestContext& context) {
  ResourceCounts counts;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(*postgres_.pool, context, {.read_only = true},
                         [&](pqxx::transaction_base& transaction) -> absl::Status {
                           counts.articles = CountRows(transaction, "articles");
                           counts.topics = CountRows(transaction, "topics");
                           return absl::OkStatus();
                         }));
  return counts;
}

absl::Status PostgresChangeLog::MaintainPartitions(const RequestContext& context,
                                                   absl::Duration retention) {
  return pg::RunTransaction(
      *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result lock = transaction.exec(
            "SELECT pg_try_advisory_xact_lock(hashtext('catalog.maintain_partitions'))");
        if (!lock[0][0].as<bool>()) return absl::OkStatus();
        const std::pair<const char*, int64_t> parents[] = {
            {"changes", absl::ToInt64Seconds(retention)},
            {"request_ids", int64_t{kRequestIdDays} * 86400},
            {"audit", int64_t{kAuditDays} * 86400}};
        for (const auto& [parent, seconds] : parents) {
          transaction.exec_params(
              "SELECT catalog.maintain_partitions($1, make_interval(secs => $2), $3)", parent,
              seconds, kDaysAhead);
        }
        return absl::OkStatus();
      });
}

}  // namespace dateline::catalog::store
