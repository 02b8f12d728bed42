#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/command.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

using ingestion::v1::Source;

absl::StatusOr<ingestion::v1::UnknownCategories> UnknownCategoriesFromWord(
    const std::string& word) {
  if (word == "propose") return ingestion::v1::UNKNOWN_CATEGORIES_PROPOSE;
  if (word == "create") return ingestion::v1::UNKNOWN_CATEGORIES_CREATE;
  if (word == "ignore") return ingestion::v1::UNKNOWN_CATEGORIES_IGNORE;
  return absl::InvalidArgumentError(
      absl::StrCat("option categories must be propose, create or ignore, not ", word));
}

void PrintSource(Session& session, const Arguments& arguments, const Source& source) {
  if (arguments.Has("json")) {
    session.out << RenderJson(source);
    return;
  }
  std::string state = ingestion::v1::SourceState_Name(source.state());
  state.erase(0, sizeof("SOURCE_STATE_") - 1);
  session.out << source.name() << "\t" << state << "\t"
              << (source.url().empty() ? "(uploads)" : source.url());
  if (source.health().has_last_success_time()) {
    session.out << "\tlast read "
                << google::protobuf::util::TimeUtil::ToString(source.health().last_success_time());
  }
  if (!source.health().last_error().empty()) session.out << "\t" << source.health().last_error();
  session.out << "\n";
}

absl::Status Add(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 2, "ID [URL]"));
  ingestion::v1::CreateSourceRequest request;
  request.set_source_id(arguments.positional()[0]);
  Source& source = *request.mutable_source();
  if (arguments.positional().size() == 2) source.set_url(arguments.positional()[1]);
  source.set_publication(ResourceName("publications", arguments.Get("publication", "default")));
  source.set_display_name(arguments.Get("name", ""));
  source.set_language(arguments.Get("language", ""));
  DATELINE_ASSIGN_OR_RETURN(const int rank, arguments.GetInt("rank", 0, 1, 1'000'000));
  source.set_rank(rank);
  if (arguments.Has("categories")) {
    DATELINE_ASSIGN_OR_RETURN(const auto unknown,
                              UnknownCategoriesFromWord(arguments.Get("categories", "")));
    source.mutable_topics()->set_unknown(unknown);
  }
  const auto response = session.clients.Call(request);
  if (!response.ok() && absl::IsAlreadyExists(response.status()) && arguments.Has("if-missing")) {
    session.err << "sources/" << request.source_id() << " is there already\n";
    return absl::OkStatus();
  }
  if (!response.ok()) return response.status();
  PrintSource(session, arguments, response->source());
  return absl::OkStatus();
}

absl::Status List(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  ingestion::v1::ListSourcesRequest request;
  request.set_page_size(200);
  do {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const Source& source : response.sources()) PrintSource(session, arguments, source);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Poll(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  ingestion::v1::PollSourceRequest request;
  request.set_name(ResourceName("sources", arguments.positional()[0]));
  request.set_unconditional(arguments.Has("unconditional"));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
    return absl::OkStatus();
  }
  if (response.fetch().outcome() == ingestion::v1::FETCH_OUTCOME_FAILED) {
    return absl::Status(static_cast<absl::StatusCode>(response.fetch().error().code()),
                        response.fetch().error().message());
  }
  if (response.fetch().outcome() == ingestion::v1::FETCH_OUTCOME_NOT_MODIFIED) {
    session.out << request.name() << ": not modified\n";
    return absl::OkStatus();
  }
  ingestion::v1::IngestDocumentResponse ingested;
  *ingested.mutable_counts() = response.fetch().counts();
  *ingested.mutable_entries() = response.entries();
  session.out << RenderIngested(request.name(), ingested);
  return absl::OkStatus();
}

absl::Status Pause(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  ingestion::v1::PauseSourceRequest request;
  request.set_name(ResourceName("sources", arguments.positional()[0]));
  request.set_reason(arguments.Get("reason", ""));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  PrintSource(session, arguments, response.source());
  return absl::OkStatus();
}

absl::Status Resume(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  ingestion::v1::ResumeSourceRequest request;
  request.set_name(ResourceName("sources", arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  PrintSource(session, arguments, response.source());
  return absl::OkStatus();
}

absl::Status Discover(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "URL"));
  ingestion::v1::DiscoverFeedsRequest request;
  request.set_url(arguments.positional()[0]);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
    return absl::OkStatus();
  }
  for (const ingestion::v1::DiscoveredFeed& feed : response.feeds()) {
    std::string format = ingestion::v1::FeedFormat_Name(feed.format());
    format.erase(0, sizeof("FEED_FORMAT_") - 1);
    session.out << feed.url() << "\t" << format << "\t" << feed.entries() << " entries\t"
                << feed.title() << "\n";
  }
  if (response.feeds().empty()) session.err << "no feeds found\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> SourceCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  return {
      {"source add",
       "ID [URL]",
       "create a source: a feed to poll, or uploads if no URL is given",
       {{"publication", "ID", "publication that its articles go to (default: default)"},
        {"name", "NAME", "name for people"},
        {"language", "TAG", "language where the feed names none, BCP 47"},
        {"rank", "N",
         "of several sources of an article the lowest rank gives the body (default 100)"},
        {"categories", "POLICY", "what becomes of unknown categories: propose, create or ignore"},
        {"if-missing", "", "succeed if it is there already"},
        json},
       Add},
      {"source list", "", "list sources", {json}, List},
      {"source poll",
       "ID",
       "fetch a source now",
       {{"unconditional", "", "even if it has not changed"}, json},
       Poll},
      {"source pause", "ID", "stop polling a source", {{"reason", "TEXT", "why"}, json}, Pause},
      {"source resume", "ID", "poll a paused source again", {json}, Resume},
      {"feed discover", "URL", "find the feeds of a home page", {json}, Discover},
  };
}

}  // namespace dateline::cli
