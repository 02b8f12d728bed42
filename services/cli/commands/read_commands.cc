#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

// Of one answer (SuggestTopicsRequest.page_size).
constexpr int kMaxSuggestions = 50;

absl::Status LatestAsFeed(Session& session, const Arguments& arguments,
                          query::v1::RenderFormat format) {
  query::v1::RenderFeedRequest request;
  request.mutable_filter()->add_any_topics(ResourceName("topics", arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const int page_size, arguments.GetInt("n", limits::kDefaultPageSize, 1,
                                                                  limits::kMaxPageSize));
  request.set_page_size(page_size);
  request.set_format(format);
  if (arguments.Has("whole")) request.set_view(content::v1::ARTICLE_VIEW_FULL);
  request.set_self_url(arguments.Get("self-url", ""));
  request.set_min_position(arguments.Get("min-position", ""));
  if (arguments.Has("publication")) {
    request.mutable_filter()->add_publications(
        ResourceName("publications", arguments.Get("publication", "")));
  }
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  session.out << response.content();
  return absl::OkStatus();
}

absl::Status Latest(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "TOPIC"));
  const std::string format = arguments.Get("format", "text");
  if (format == "rss") return LatestAsFeed(session, arguments, query::v1::RENDER_FORMAT_RSS);
  if (format == "atom") return LatestAsFeed(session, arguments, query::v1::RENDER_FORMAT_ATOM);
  if (format == "jsonfeed") {
    return LatestAsFeed(session, arguments, query::v1::RENDER_FORMAT_JSON_FEED);
  }
  if (format != "text" && format != "json") {
    return absl::InvalidArgumentError(
        absl::StrCat("option format must be text, json, rss, atom or jsonfeed, not ", format));
  }
  query::v1::GetTopicPageRequest request;
  request.set_topic(ResourceName("topics", arguments.positional()[0]));
  request.set_min_position(arguments.Get("min-position", ""));
  if (arguments.Has("publication")) {
    request.mutable_filter()->add_publications(
        ResourceName("publications", arguments.Get("publication", "")));
  }
  DATELINE_ASSIGN_OR_RETURN(const int page_size, arguments.GetInt("n", limits::kDefaultPageSize, 1,
                                                                  limits::kMaxPageSize));
  request.set_page_size(page_size);
  DATELINE_ASSIGN_OR_RETURN(const auto page, session.clients.Call(request));
  session.out << (format == "json" || arguments.Has("json") ? RenderJson(page)
                                                            : RenderTopicPage(page));
  return absl::OkStatus();
}

absl::Status Suggest(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "PREFIX"));
  query::v1::SuggestTopicsRequest request;
  request.set_prefix(arguments.positional()[0]);
  if (arguments.Has("language")) request.add_languages(arguments.Get("language", ""));
  request.set_min_position(arguments.Get("min-position", ""));
  DATELINE_ASSIGN_OR_RETURN(const int page_size,
                            arguments.GetInt("n", limits::kDefaultPageSize, 1, kMaxSuggestions));
  request.set_page_size(page_size);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
    return absl::OkStatus();
  }
  for (const auto& topic : response.topics()) {
    session.out << topic.name() << '\t' << topic.display_name() << '\n';
  }
  return absl::OkStatus();
}

absl::Status MostRead(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 1, "[TOPIC]"));
  query::v1::ListMostReadRequest request;
  if (!arguments.positional().empty()) {
    request.mutable_filter()->add_any_topics(ResourceName("topics", arguments.positional()[0]));
  }
  const std::string window = arguments.Get("window", "day");
  query::v1::MostReadWindow parsed = query::v1::MOST_READ_WINDOW_UNSPECIFIED;
  if (!query::v1::MostReadWindow_Parse(
          absl::StrCat("MOST_READ_WINDOW_", absl::AsciiStrToUpper(window)), &parsed) ||
      parsed == query::v1::MOST_READ_WINDOW_UNSPECIFIED) {
    return absl::InvalidArgumentError(
        absl::StrCat("option window must be hour, day or week, not ", window));
  }
  request.set_window(parsed);
  DATELINE_ASSIGN_OR_RETURN(const int page_size, arguments.GetInt("n", limits::kDefaultPageSize, 1,
                                                                  limits::kMaxPageSize));
  request.set_page_size(page_size);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
    return absl::OkStatus();
  }
  for (int i = 0; i < response.articles_size(); ++i) {
    const bool read = response.rankings(i) == query::v1::MOST_READ_RANKING_READS;
    session.out << (read ? "read" : "new") << '\t' << response.articles(i).name() << '\t'
                << response.articles(i).title() << '\n';
  }
  return absl::OkStatus();
}

absl::Status Explain(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 2, "ARTICLE [TOPIC]"));
  query::v1::ExplainListingRequest request;
  request.set_article(ResourceName("articles", arguments.positional()[0]));
  if (arguments.positional().size() > 1) {
    request.mutable_filter()->add_all_topics(ResourceName("topics", arguments.positional()[1]));
    request.mutable_filter()->set_include_descendants(arguments.Has("descendants"));
  }
  request.mutable_filter()->set_expression(arguments.Get("filter", ""));
  if (arguments.Has("as-of")) {
    DATELINE_ASSIGN_OR_RETURN(*request.mutable_as_of(),
                              ParseInstant(arguments.Get("as-of", ""), "option as-of"));
  }
  request.set_min_position(arguments.Get("min-position", ""));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  session.out << (arguments.Has("json") ? RenderJson(response) : RenderExplanation(response));
  return absl::OkStatus();
}

absl::Status Get(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "NAME or PATH"));
  const std::string& what = arguments.positional()[0];
  if (absl::StartsWith(what, "topics/")) {
    catalog::v1::GetTopicRequest request;
    request.set_name(what);
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    session.out << RenderJson(response.topic());
    return absl::OkStatus();
  }
  query::v1::GetArticleRequest request;
  if (absl::StartsWith(what, "/")) {
    request.set_path(what);
    if (arguments.Has("publication")) {
      request.set_publication(ResourceName("publications", arguments.Get("publication", "")));
    }
  } else {
    request.set_name(ResourceName("articles", what));
  }
  request.set_min_position(arguments.Get("min-position", ""));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (response.has_redirect()) {
    session.out << (arguments.Has("json") ? RenderJson(response.redirect())
                                          : RenderRedirect(response.redirect()));
    return absl::OkStatus();
  }
  session.out << (arguments.Has("json") ? RenderJson(response.article())
                                        : RenderArticle(response.article()));
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ReadCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec publication = {"publication", "ID", "only this publication"};
  const OptionSpec position = {"min-position", "POSITION",
                               "wait until the replica has applied this position of a write"};
  return {
      {"latest",
       "TOPIC",
       "print a topic's page: its newest articles",
       {{"n", "N", "how many articles (default 10)"},
        {"format", "FORMAT", "text, json, rss, atom or jsonfeed (default text)"},
        {"whole", "", "whole texts in a feed, not only teasers"},
        {"self-url", "URL", "the address that a feed is served at"},
        json,
        publication,
        position},
       Latest},
      {"suggest",
       "PREFIX",
       "print the topics whose names begin so, most used first",
       {{"n", "N", "how many (default 10, at most 50)"},
        {"language", "TAG", "names of this language"},
        json,
        position},
       Suggest},
      {"most-read",
       "[TOPIC]",
       "print the most read articles; where figures end, the newest",
       {{"n", "N", "how many (default 10)"},
        {"window", "WINDOW", "hour, day or week (default day)"},
        json},
       MostRead},
      {"explain",
       "ARTICLE [TOPIC]",
       "print why an article is in a list or is not",
       {{"descendants", "", "the topic with those below it"},
        {"filter", "EXPRESSION", "further conditions, as of ListArticles"},
        {"as-of", "TIME", "at a time to come, such as 2026-12-01T09:00:00Z"},
        json,
        position},
       Explain},
      {"get", "NAME|PATH", "print one article (or topics/ID)", {json, publication, position}, Get},
  };
}

}  // namespace dateline::cli
