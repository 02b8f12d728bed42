#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/command.h"
#include "services/cli/render.h"
#include "services/cli/verify/verify.h"

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
      absl::StrFormat("%s, %s, lag %s, articles %d, topics %d, store %.1f MB, quarantined %d",
                      status.serving() ? "serving" : "NOT SERVING", follower,
                      status.has_lag() ? absl::StrFormat("%.3f s", Seconds(status.lag()))
                                       : "unknown, as the catalog was not heard of yet",
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

std::string Describe(const query::v1::DerivedFault& fault) {
  std::string kind = query::v1::DerivedFaultKind_Name(fault.kind());
  kind = absl::AsciiStrToLower(absl::StripPrefix(kind, "DERIVED_FAULT_KIND_"));
  return absl::StrCat("entry ", fault.key(), " of table ", fault.table(), " is ", kind,
                      fault.resource().empty() ? "" : " for ", fault.resource());
}

std::string Describe(const Verification& found) {
  std::string text;
  for (const Difference& difference : found.differences) {
    absl::StrAppend(&text, "  ", difference.resource, ": ", difference.what, "\n");
  }
  if (found.is_cut) absl::StrAppend(&text, "  … and more\n");
  for (const auto& fault : found.faults) absl::StrAppend(&text, "  ", Describe(fault), "\n");
  return absl::StrFormat(
      "%-10s %s: %d resources and %d entries of lists compared\n%s", "verify",
      found.equal() ? "the replica equals the catalog" : "THE REPLICA DIFFERS FROM THE CATALOG",
      found.resources, found.entries, text);
}

std::string ToJson(const Verification& found) {
  google::protobuf::Struct json;
  auto& fields = *json.mutable_fields();
  fields["equal"].set_bool_value(found.equal());
  fields["resources"].set_number_value(static_cast<double>(found.resources));
  fields["entries"].set_number_value(static_cast<double>(found.entries));
  fields["is_cut"].set_bool_value(found.is_cut);
  auto& differences = *fields["differences"].mutable_list_value();
  for (const Difference& difference : found.differences) {
    auto& item = *differences.add_values()->mutable_struct_value()->mutable_fields();
    item["resource"].set_string_value(difference.resource);
    item["what"].set_string_value(difference.what);
  }
  auto& faults = *fields["faults"].mutable_list_value();
  for (const auto& fault : found.faults) faults.add_values()->set_string_value(Describe(fault));
  return RenderJson(json);
}

// Whether the replica equals the catalog.
bool ShowVerification(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Verification> found = VerifyReplica(
      {[&](const auto& on_page) { return session.clients.Export({}, on_page); },
       [&](const query::v1::GetDigestRequest& request) { return session.clients.Call(request); }});
  const bool json = arguments.Has("json");
  if (!found.ok()) {
    session.out << (json ? std::string("\"verify\": null")
                         : absl::StrFormat("%-10s %s", "verify", RenderError(found.status())));
    return false;
  }
  session.out << (json ? absl::StrCat("\"verify\": ", ToJson(*found)) : Describe(*found));
  return found->equal();
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
  if (arguments.Has("verify")) {
    session.out << separator;
    healthy &= ShowVerification(session, arguments);
  }
  if (arguments.Has("json")) session.out << "}\n";
  return healthy ? absl::OkStatus() : absl::UnavailableError("not everything is well; see above");
}

}  // namespace

std::vector<Command> StatusCommands() {
  return {
      {"status",
       "",
       "health, lag and sizes of all three services; fails unless all is well\n"
       "With --verify the command must know all fields that the servers have: be of their version.",
       {{"json", "", "print JSON"},
        {"verify", "", "also compare the replica with the catalog, resource by resource"}},
       Status}};
}

}  // namespace dateline::cli
