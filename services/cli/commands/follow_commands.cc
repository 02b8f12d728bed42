#include <algorithm>

#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

// Between attempts to go on with a watch that broke off.
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(5);

// The list that TOPIC and the options name.
template <typename Request>
void SetList(const Arguments& arguments, Request* request) {
  query::v1::ArticleFilter& filter = *request->mutable_filter();
  if (!arguments.positional().empty()) {
    filter.add_any_topics(ResourceName("topics", arguments.positional()[0]));
    filter.set_include_descendants(arguments.Has("descendants"));
  }
  filter.set_expression(arguments.Get("filter", ""));
  request->set_fold_clusters(arguments.Has("fold-clusters"));
  if (arguments.Has("language")) request->add_languages(arguments.Get("language", ""));
}

// Prints events until `wanted` are told, of which 0 is any number.
class EventPrinter {
 public:
  EventPrinter(std::ostream& out, bool json, int wanted)
      : out_(out), json_(json), wanted_(wanted) {}

  // False when all are told.
  bool Print(const query::v1::WatchArticlesResponse& answer) {
    if (json_) {
      out_ << RenderJson(answer);
    } else {
      for (const auto& event : answer.events()) PrintEvent(event);
    }
    out_.flush();
    told_ += answer.events_size();
    return wanted_ == 0 || told_ < wanted_;
  }

 private:
  void PrintEvent(const query::v1::WatchEvent& event) {
    out_ << absl::StripPrefix(query::v1::WatchEventKind_Name(event.kind()), "WATCH_EVENT_KIND_")
         << '\t' << event.name();
    if (event.has_article()) out_ << '\t' << event.article().title();
    if (event.reason() != query::v1::REMOVAL_REASON_UNSPECIFIED) {
      out_ << '\t'
           << absl::StripPrefix(query::v1::RemovalReason_Name(event.reason()), "REMOVAL_REASON_");
    }
    out_ << '\n';
  }

  std::ostream& out_;
  const bool json_;
  const int wanted_;
  int told_ = 0;
};

absl::Status Watch(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 1, "[TOPIC]"));
  DATELINE_ASSIGN_OR_RETURN(const int wanted, arguments.GetInt("n", 0, 0, 1'000'000));
  query::v1::WatchArticlesRequest request;
  SetList(arguments, &request);
  request.set_position(arguments.Get("position", ""));
  EventPrinter printer(session.out, arguments.Has("json"), wanted);
  absl::Duration pause = kFirstPause;
  for (;;) {
    bool heard = false;
    absl::Status ended =
        session.clients.Watch(request, [&](const query::v1::WatchArticlesResponse& answer) {
          heard = true;
          request.set_position(answer.position());
          return printer.Print(answer);
        });
    // Until something was heard there is no position to go on from.
    if (!absl::IsUnavailable(ended) || request.position().empty()) return ended;
    pause = heard ? kFirstPause : std::min(pause * 2, kLongestPause);
    absl::SleepFor(pause);
  }
}

absl::Status Sync(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 1, "[TOPIC]"));
  query::v1::SyncArticlesRequest request;
  request.set_sync_token(arguments.Get("token", ""));
  if (request.sync_token().empty()) SetList(arguments, &request);
  request.set_view(content::v1::ARTICLE_VIEW_BASIC);
  request.set_page_size(limits::kMaxPageSize);
  request.set_min_position(arguments.Get("min-position", ""));
  for (;;) {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    if (arguments.Has("json")) {
      session.out << RenderJson(response);
    } else {
      for (const auto& article : response.articles()) {
        session.out << "keep\t" << article.name() << '\t' << article.title() << '\n';
      }
      for (const auto& removed : response.removed()) {
        session.out << "drop\t" << removed.name() << '\t'
                    << absl::StripPrefix(query::v1::RemovalReason_Name(removed.reason()),
                                         "REMOVAL_REASON_")
                    << '\n';
      }
    }
    request.clear_filter();
    request.clear_fold_clusters();
    request.clear_languages();
    request.set_sync_token(response.sync_token());
    if (response.complete()) break;
  }
  if (!arguments.Has("json")) session.out << "token\t" << request.sync_token() << '\n';
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> FollowCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec descendants = {"descendants", "", "the topic with those below it"};
  const OptionSpec filter = {"filter", "EXPRESSION", "further conditions, as of ListArticles"};
  const OptionSpec fold = {"fold-clusters", "", "one article of each set of near-duplicates"};
  const OptionSpec language = {"language", "TAG", "articles of this language"};
  return {
      {"watch",
       "[TOPIC]",
       "print what enters, changes in and leaves a list, as it happens\n"
       "A watch that breaks off goes on where it was.",
       {{"n", "N", "end after so many events (default: never)"},
        {"position", "POSITION", "go on from a list's or a watch's position (default: now)"},
        descendants,
        filter,
        fold,
        language,
        json},
       Watch},
      {"sync",
       "[TOPIC]",
       "print a list whole, and with its token later what has changed in it",
       {{"token", "TOKEN", "what the last call ended with"},
        descendants,
        filter,
        fold,
        language,
        json,
        {"min-position", "POSITION",
         "wait until the replica has applied this position of a write"}},
       Sync},
  };
}

}  // namespace dateline::cli
