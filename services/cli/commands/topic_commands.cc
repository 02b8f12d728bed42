#include <unistd.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

using google::longrunning::Operation;
using ingestion::v1::RetagArticlesMetadata;

// How often progress is shown, and how long ingestion may be away while it restarts.
constexpr int kLookSeconds = 1;
constexpr absl::Duration kPatience = absl::Minutes(2);
constexpr int kBarWidth = 30;

std::string ProgressLine(const RetagArticlesMetadata& progress) {
  const int64_t total = std::max(progress.articles_total(), progress.articles_seen());
  const int64_t filled = total == 0 ? 0 : kBarWidth * progress.articles_seen() / total;
  return absl::StrFormat("[%s%s] %d of about %d articles, %d tagged",
                         std::string(static_cast<size_t>(filled), '#'),
                         std::string(static_cast<size_t>(kBarWidth - filled), '.'),
                         progress.articles_seen(), total, progress.articles_tagged());
}

RetagArticlesMetadata MetadataOf(const Operation& operation) {
  RetagArticlesMetadata metadata;
  operation.metadata().UnpackTo(&metadata);
  return metadata;
}

// Waits until the operation is done and shows how far it is, on a terminal.
absl::StatusOr<Operation> Follow(Session& session, Operation operation) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  google::longrunning::WaitOperationRequest wait;
  wait.set_name(operation.name());
  wait.mutable_timeout()->set_seconds(kLookSeconds);
  absl::Time heard = absl::Now();
  while (!operation.done()) {
    auto answer = session.clients.Call(wait);
    if (answer.ok()) {
      operation = *std::move(answer);
      heard = absl::Now();
    } else if (!absl::IsUnavailable(answer.status()) || absl::Now() - heard > kPatience) {
      return answer.status();
    } else {
      absl::SleepFor(absl::Seconds(kLookSeconds));
    }
    if (terminal) session.err << "\r" << ProgressLine(MetadataOf(operation)) << std::flush;
  }
  if (terminal) session.err << "\n";
  return operation;
}

absl::Status Retag(Session& session, const Arguments& arguments) {
  ingestion::v1::RetagArticlesRequest request;
  for (const std::string& topic : arguments.positional()) {
    request.add_topics(ResourceName("topics", topic));
  }
  if (arguments.Has("publication")) {
    request.set_publication(ResourceName("publications", arguments.Get("publication", "")));
  }
  DATELINE_ASSIGN_OR_RETURN(Operation operation, session.clients.Call(request));
  if (!arguments.Has("no-wait")) {
    DATELINE_ASSIGN_OR_RETURN(operation, Follow(session, std::move(operation)));
  }
  if (operation.has_error()) {
    return absl::Status(static_cast<absl::StatusCode>(operation.error().code()),
                        operation.error().message());
  }
  if (arguments.Has("json")) {
    session.out << RenderJson(operation);
    return absl::OkStatus();
  }
  const RetagArticlesMetadata progress = MetadataOf(operation);
  session.out << operation.name();
  if (operation.done()) {
    session.out << absl::StrFormat(": %d articles seen, %d tagged with %d topics",
                                   progress.articles_seen(), progress.articles_tagged(),
                                   progress.topics_added());
  }
  session.out << "\n";
  return absl::OkStatus();
}

absl::Status Proposals(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  DATELINE_ASSIGN_OR_RETURN(int left, arguments.GetInt("n", 50, 1, 1'000'000));
  ingestion::v1::ListTopicProposalsRequest request;
  do {
    request.set_page_size(std::min(left, 200));
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const ingestion::v1::TopicProposal& proposal : response.proposals()) {
      if (arguments.Has("json")) {
        session.out << RenderJson(proposal);
      } else {
        session.out << proposal.entries() << "\t" << proposal.term() << "\t"
                    << (proposal.topic().empty() ? "(no topic)" : proposal.topic()) << "\n";
      }
    }
    left -= response.proposals_size();
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && left > 0);
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> TopicCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  return {
      {"topic retag",
       "[TOPIC…]",
       "apply topics (all if none is named) to articles that are there already",
       {{"publication", "ID", "only its articles"},
        {"no-wait", "", "do not wait until it is done"},
        json},
       Retag},
      {"topic proposals",
       "",
       "categories of feeds that name no topic yet, most frequent first",
       {{"n", "N", "how many (default 50)"}, json},
       Proposals},
  };
}

}  // namespace dateline::cli
