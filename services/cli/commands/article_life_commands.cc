#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

// What editors do with the life of articles, and who did what.
namespace dateline::cli {
namespace {

constexpr char kCollection[] = "articles";

// Sends a request about one article and prints what it is now.
template <typename Request>
absl::Status Send(Session& session, const Arguments& arguments, Request request) {
  request.set_name(ResourceName(kCollection, arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  const catalog::v1::ArticleRecord& record = response.record();
  session.out << (arguments.Has("json")
                      ? RenderJson(record)
                      : absl::StrCat(record.name(), "\t",
                                     content::v1::ArticleState_Name(record.state()), "\t",
                                     record.article().title(), "\n"));
  return absl::OkStatus();
}

absl::Status Publish(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  catalog::v1::PublishArticleRequest request;
  DATELINE_ASSIGN_OR_RETURN(const int revision, arguments.GetInt("revision", 0, 0, 1'000'000'000));
  request.set_revision(revision);
  request.set_note(arguments.Get("major", ""));
  if (arguments.Has("major")) request.set_update_kind(catalog::v1::UPDATE_KIND_MAJOR);
  return Send(session, arguments, request);
}

absl::Status Schedule(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 2, "ARTICLE TIME"));
  catalog::v1::ScheduleArticleRequest request;
  DATELINE_ASSIGN_OR_RETURN(const int revision, arguments.GetInt("revision", 0, 0, 1'000'000'000));
  request.set_revision(revision);
  DATELINE_ASSIGN_OR_RETURN(*request.mutable_schedule_time(),
                            ParseInstant(arguments.positional()[1], "TIME"));
  return Send(session, arguments, request);
}

absl::Status Unschedule(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  return Send(session, arguments, catalog::v1::UnscheduleArticleRequest());
}

absl::Status Withdraw(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  catalog::v1::WithdrawArticleRequest request;
  catalog::v1::Withdrawal& withdrawal = *request.mutable_withdrawal();
  withdrawal.set_target(arguments.Get("redirect", ""));
  withdrawal.set_notice(arguments.Get("notice", ""));
  withdrawal.set_kind(arguments.Has("redirect")   ? catalog::v1::WITHDRAWAL_KIND_REDIRECT
                      : arguments.Has("notice")   ? catalog::v1::WITHDRAWAL_KIND_NOTICE
                      : arguments.Has("vanished") ? catalog::v1::WITHDRAWAL_KIND_VANISHED
                                                  : catalog::v1::WITHDRAWAL_KIND_GONE);
  request.set_reason(arguments.Get("reason", ""));
  return Send(session, arguments, request);
}

absl::Status TakeDown(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  catalog::v1::TakeDownArticleRequest request;
  request.set_reason(arguments.Get("reason", ""));
  return Send(session, arguments, request);
}

absl::Status Delete(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  return Send(session, arguments, catalog::v1::DeleteArticleRequest());
}

absl::Status Undelete(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  catalog::v1::UndeleteArticleRequest request;
  request.set_path(arguments.Get("path", ""));
  return Send(session, arguments, request);
}

absl::Status Accept(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 2, "ARTICLE SOURCE"));
  catalog::v1::AcceptFeedProposalRequest request;
  request.set_source(ResourceName("sources", arguments.positional()[1]));
  request.set_publish(arguments.Has("publish"));
  return Send(session, arguments, request);
}

absl::Status Dismiss(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 2, "ARTICLE SOURCE"));
  catalog::v1::DismissFeedProposalRequest request;
  request.set_source(ResourceName("sources", arguments.positional()[1]));
  return Send(session, arguments, request);
}

absl::Status Audit(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 1, "[RESOURCE]"));
  DATELINE_ASSIGN_OR_RETURN(int left, arguments.GetInt("n", 20, 1, 100'000));
  catalog::v1::ListAuditEntriesRequest request;
  if (!arguments.positional().empty()) request.set_resource(arguments.positional()[0]);
  request.set_caller(arguments.Get("caller", ""));
  request.set_method(arguments.Get("method", ""));
  do {
    request.set_page_size(std::min(left, 200));
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const catalog::v1::AuditEntry& entry : response.entries()) {
      session.out << (arguments.Has("json")
                          ? RenderJson(entry)
                          : absl::StrCat(
                                absl::FormatTime(TimeFromProto(entry.time()), absl::UTCTimeZone()),
                                "\t", entry.caller(), "\t", entry.method(), "\t", entry.resource(),
                                "\t", entry.reason(), "\n"));
    }
    left -= response.entries_size();
    request.set_page_token(response.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ArticleLifeCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec revision = {"revision", "NUMBER", "this revision; the newest by default"};
  const OptionSpec publish = {"publish", "", "put it in force; else it is a draft"};
  return {
      {"article publish",
       "ARTICLE",
       "put a revision in force",
       {revision, {"major", "NOTE", "tell readers what is new, and move its date to now"}, json},
       Publish},
      {"article schedule",
       "ARTICLE TIME",
       "put a revision in force later, e.g. at 2026-11-26T09:00:00Z",
       {revision, json},
       Schedule},
      {"article unschedule", "ARTICLE", "take a schedule back", {json}, Unschedule},
      {"article withdraw",
       "ARTICLE",
       "take an article back: readers are told that it is gone",
       {{"redirect", "TARGET", "send them on to a path or an address"},
        {"notice", "TEXT", "show them this in its place"},
        {"vanished", "", "tell them that it never was"},
        {"reason", "TEXT", "why; readers do not see it"},
        json},
       Withdraw},
      {"article takedown",
       "ARTICLE",
       "erase an article for good, with all its revisions, wherever it is kept",
       {{"reason", "TEXT", "why; required"}, json},
       TakeDown},
      {"article delete", "ARTICLE", "delete an article; it can be brought back", {json}, Delete},
      {"article undelete",
       "ARTICLE",
       "bring a deleted article back",
       {{"path", "PATH", "where it stands then, if its own path is another's by now"}, json},
       Undelete},
      {"article proposal accept",
       "ARTICLE SOURCE",
       "take what a feed proposes for an article that an editor has changed",
       {publish, json},
       Accept},
      {"article proposal dismiss", "ARTICLE SOURCE", "drop what a feed proposes", {json}, Dismiss},
      {"audit",
       "[RESOURCE]",
       "tell who wrote what, newest first",
       {{"caller", "NAME", "by this caller only"},
        {"method", "METHOD", "by this method only, e.g. UpdateArticle"},
        {"n", "NUMBER", "how many (20)"},
        json},
       Audit},
  };
}

}  // namespace dateline::cli
