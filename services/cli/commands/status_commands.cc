#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/command.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

using google::protobuf::util::TimeUtil;

double Seconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(TimeUtil::DurationToMicroseconds(duration)) / 1e6;
}

std::string Describe(const catalog::v1::GetStatusResponse& status) {
  return absl::StrFormat(
      "database %s, timeline %d, articles %d, topics %d, streams %d, oldest writer %.3f s",
      status.database_reachable() ? "reachable" : "UNREACHABLE", status.timeline(),
      status.articles(), status.topics(), status.streams(), Seconds(status.oldest_writer_age()));
}

std::string Describe(const ingestion::v1::GetStatusResponse& status) {
  return absl::StrFormat("database %s, catalog %s, sources %d, due %d, longest due %.0f s",
                         status.database_reachable() ? "reachable" : "UNREACHABLE",
                         status.catalog_reachable() ? "reachable" : "UNREACHABLE", status.sources(),
                         status.due_sources(), Seconds(status.oldest_due()));
}

std::string Describe(const query::v1::GetStatusResponse& status) {
  std::string follower = query::v1::FollowerState_Name(status.follower());
  follower.erase(0, sizeof("FOLLOWER_STATE_") - 1);
  std::string text =
      absl::StrFormat("%s, %s, lag %.3f s, articles %d, topics %d, store %.1f MB, quarantined %d",
                      status.serving() ? "serving" : "NOT SERVING", follower, Seconds(status.lag()),
                      status.articles(), status.topics(),
                      static_cast<double>(status.store_bytes()) / 1e6, status.quarantined());
  if (status.has_search()) {
    absl::StrAppend(&text, ", search ", status.search().serving() ? "serving" : "NOT SERVING",
                    " and ", status.search().entries_behind(), " changes behind");
  }
  for (const std::string& error : {status.last_error(), status.search().last_error()}) {
    if (!error.empty()) absl::StrAppend(&text, " (", error, ")");
  }
  return text;
}

// Whether the service answered and is well, by its own word.
bool Healthy(const catalog::v1::GetStatusResponse& status) { return status.database_reachable(); }
bool Healthy(const ingestion::v1::GetStatusResponse& status) {
  return status.database_reachable() && status.catalog_reachable();
}
bool Healthy(const query::v1::GetStatusResponse& status) {
  return status.serving() && status.follower() == query::v1::FOLLOWER_STATE_FOLLOWING;
}

template <typename Request>
bool ShowStatus(Session& session, const Arguments& arguments, absl::string_view service) {
  const auto response = session.clients.Call(Request());
  const bool json = arguments.Has("json");
  if (!response.ok()) {
    session.out << (json ? absl::StrFormat("\"%s\": null", service)
                         : absl::StrFormat("%-10s %s", service, RenderError(response.status())));
    return false;
  }
  session.out << (json ? absl::StrFormat("\"%s\": %s", service, RenderJson(*response))
                       : absl::StrFormat("%-10s %s\n", service, Describe(*response)));
  return Healthy(*response);
}

absl::Status Status(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  const std::string separator = arguments.Has("json") ? "," : "";
  if (arguments.Has("json")) session.out << "{";
  bool healthy = ShowStatus<ingestion::v1::GetStatusRequest>(session, arguments, "ingestion");
  session.out << separator;
  healthy &= ShowStatus<catalog::v1::GetStatusRequest>(session, arguments, "catalog");
  session.out << separator;
  healthy &= ShowStatus<query::v1::GetStatusRequest>(session, arguments, "query");
  if (arguments.Has("json")) session.out << "}\n";
  return healthy ? absl::OkStatus() : absl::UnavailableError("not everything is well; see above");
}

}  // namespace

std::vector<Command> StatusCommands() {
  return {{"status",
           "",
           "health, lag and sizes of all three services; fails unless all is well",
           {{"json", "", "print JSON"}},
           Status}};
}

}  // namespace dateline::cli
