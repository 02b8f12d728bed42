#include "services/query/reads/postgres_read_store.h"

#include <map>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "common/pg/values.h"

namespace dateline::query::reads {
namespace {

// Rows are locked in the order of their keys, so that two servers do not wait for each other.
constexpr char kRemember[] =
    "INSERT INTO query.read_reports (caller, request_id, fingerprint)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS r (caller, id, fingerprint)"
    " ORDER BY caller, id ON CONFLICT (caller, request_id) DO NOTHING"
    " RETURNING caller, request_id";
constexpr char kFingerprints[] =
    "SELECT r.caller, r.request_id, r.fingerprint FROM query.read_reports r"
    " JOIN unnest($1::text[], $2::text[]) AS w (caller, id)"
    " ON r.caller = w.caller AND r.request_id = w.id";
// The logarithm of a sum of powers; beyond 700 the smaller one is lost in the larger, and
// PostgreSQL refuses the power as too small.
constexpr char kAddScores[] =
    "INSERT INTO query.read_scores AS s (article_id, hour_score, day_score, week_score)"
    " SELECT * FROM unnest($1::text[], $2::float8[], $3::float8[], $4::float8[])"
    " AS n (id, hour, day, week) ORDER BY id"
    " ON CONFLICT (article_id) DO UPDATE SET"
    " hour_score = greatest(s.hour_score, excluded.hour_score)"
    " + ln(1 + exp(-least(abs(s.hour_score - excluded.hour_score), 700))),"
    " day_score = greatest(s.day_score, excluded.day_score)"
    " + ln(1 + exp(-least(abs(s.day_score - excluded.day_score), 700))),"
    " week_score = greatest(s.week_score, excluded.week_score)"
    " + ln(1 + exp(-least(abs(s.week_score - excluded.week_score), 700)))";
constexpr const char* kTop[kWindows] = {
    "SELECT article_id FROM query.read_scores ORDER BY hour_score DESC LIMIT $1",
    "SELECT article_id FROM query.read_scores ORDER BY day_score DESC LIMIT $1",
    "SELECT article_id FROM query.read_scores ORDER BY week_score DESC LIMIT $1"};
constexpr char kPruneReports[] =
    "DELETE FROM query.read_reports WHERE create_time < now() - interval '24 hours'";
constexpr char kPruneScores[] = "DELETE FROM query.read_scores WHERE week_score < $1::float8";
// Less than a hundredth of a read is left.
constexpr double kNothing = 0.01;

using Id = std::pair<std::string, std::string>;  // caller and request_id

// The reports that are new, by their place; `told` says what becomes of the others.
std::set<size_t> Remember(pqxx::transaction_base& transaction, const std::vector<Report>& reports,
                          std::vector<absl::Status>* told) {
  pg::ArrayParam callers;
  pg::ArrayParam ids;
  pg::ArrayParam fingerprints;
  std::map<Id, size_t> first;  // of the same id in one batch, the first counts
  std::set<size_t> fresh;
  for (size_t i = 0; i < reports.size(); ++i) {
    const Report& report = reports[i];
    if (report.request_id.empty()) {
      fresh.insert(i);
    } else if (first.emplace(Id(report.caller, report.request_id), i).second) {
      callers.AddText(report.caller);
      ids.AddText(report.request_id);
      fingerprints.Add(static_cast<int64_t>(report.fingerprint));
    }
  }
  if (first.empty()) return fresh;
  for (const auto& row :
       transaction.exec_params(kRemember, callers.str(), ids.str(), fingerprints.str())) {
    fresh.insert(first.at(Id(row[0].c_str(), row[1].c_str())));
  }
  std::map<Id, int64_t> known;
  for (const auto& row : transaction.exec_params(kFingerprints, callers.str(), ids.str())) {
    known[Id(row[0].c_str(), row[1].c_str())] = row[2].as<int64_t>();
  }
  for (size_t i = 0; i < reports.size(); ++i) {
    const auto found = known.find(Id(reports[i].caller, reports[i].request_id));
    if (found != known.end() && found->second != static_cast<int64_t>(reports[i].fingerprint)) {
      (*told)[i] = error::RequestIdReused(reports[i].request_id);
    }
  }
  return fresh;
}

// An array literal of floating-point numbers, exact.
std::string ToArray(const std::map<std::string, Scores>& scores, size_t window) {
  std::string text = "{";
  for (const auto& [id, values] : scores) {
    absl::StrAppend(&text, text.size() > 1 ? "," : "", absl::StrFormat("%.17g", values[window]));
  }
  return text + "}";
}

}  // namespace

absl::StatusOr<std::vector<absl::Status>> PostgresReadStore::Add(
    const RequestContext& call, const std::vector<Report>& reports) {
  std::vector<absl::Status> told;
  DATELINE_RETURN_IF_ERROR(
      pg::RunTransaction(pool_, call, {}, [&](pqxx::transaction_base& transaction) {
        told.assign(reports.size(), absl::OkStatus());
        std::map<std::string, Scores> sums;
        for (const size_t place : Remember(transaction, reports, &told)) {
          for (const auto& [id, scores] : reports[place].scores) {
            const auto [sum, is_new] = sums.emplace(id, scores);
            for (size_t window = 0; !is_new && window < kWindows; ++window) {
              sum->second[window] = Sum(sum->second[window], scores[window]);
            }
          }
        }
        if (sums.empty()) return absl::OkStatus();
        pg::ArrayParam ids;
        for (const auto& [id, scores] : sums) ids.AddText(id);
        transaction.exec_params(kAddScores, ids.str(), ToArray(sums, 0), ToArray(sums, 1),
                                ToArray(sums, 2));
        return absl::OkStatus();
      }));
  return told;
}

absl::StatusOr<Ranking> PostgresReadStore::Top(const RequestContext& call, Window window,
                                               int limit) {
  Ranking ranking;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      pool_, call, {.read_only = true}, [&](pqxx::transaction_base& transaction) {
        ranking.clear();
        for (const auto& row : transaction.exec_params(kTop[static_cast<size_t>(window)], limit)) {
          ranking.emplace_back(row[0].c_str());
        }
        return absl::OkStatus();
      }));
  return ranking;
}

absl::Status PostgresReadStore::Prune(const RequestContext& call) {
  return pg::RunTransaction(pool_, call, {}, [&](pqxx::transaction_base& transaction) {
    transaction.exec(kPruneReports);
    const auto now = transaction.exec("SELECT extract(epoch FROM now())::float8");
    const Scores one = ScoresOf(1, absl::UnixEpoch() + absl::Seconds(now[0][0].as<double>()));
    transaction.exec_params(
        kPruneScores,
        absl::StrFormat("%.17g", one[static_cast<size_t>(Window::kWeek)] + std::log(kNothing)));
    return absl::OkStatus();
  });
}

}  // namespace dateline::query::reads
