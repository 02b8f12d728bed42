#include "absl/strings/str_join.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

absl::StatusOr<int> PageSize(const Arguments& arguments) {
  return arguments.GetInt("n", limits::kDefaultPageSize, 1, limits::kMaxPageSize);
}

// A line each: name, title, and below it the snippet.
void PrintHits(const query::v1::SearchArticlesResponse& response, std::ostream& out) {
  for (const auto& hit : response.hits()) {
    out << hit.article().name() << '\t' << hit.article().title() << '\n';
    if (!hit.snippet().empty()) out << "    " << hit.snippet() << '\n';
  }
  if (!response.suggestion().empty()) out << "Did you mean: " << response.suggestion() << '\n';
}

absl::Status Search(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 32, "QUERY"));
  query::v1::SearchArticlesRequest request;
  request.set_query(absl::StrJoin(arguments.positional(), " "));
  request.set_highlight(true);
  if (arguments.Has("newest")) request.set_order(query::v1::SEARCH_ORDER_NEWEST);
  if (arguments.Has("language")) request.add_languages(arguments.Get("language", ""));
  request.mutable_filter()->set_expression(arguments.Get("filter", ""));
  request.set_min_position(arguments.Get("min-position", ""));
  DATELINE_ASSIGN_OR_RETURN(const int page_size, PageSize(arguments));
  request.set_page_size(page_size);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
  } else {
    PrintHits(response, session.out);
  }
  return absl::OkStatus();
}

absl::Status Related(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  query::v1::ListRelatedArticlesRequest request;
  request.set_article(ResourceName("articles", arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const int page_size, PageSize(arguments));
  request.set_page_size(page_size);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
    return absl::OkStatus();
  }
  for (const auto& article : response.articles()) {
    session.out << article.name() << '\t' << article.title() << '\n';
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> SearchCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec size = {"n", "N", "how many (default 10)"};
  return {
      {"search",
       "QUERY",
       "print the articles that a query finds\n"
       "A query has words, \"a phrase\", begin*, -without and this OR that.",
       {size,
        {"newest", "", "newest first, not best first"},
        {"language", "TAG", "articles of this language, words in any of their forms"},
        {"filter", "EXPRESSION", "further conditions, as of ListArticles"},
        json,
        {"min-position", "POSITION", "wait until the lists have applied this position of a write"}},
       Search},
      {"related", "ARTICLE", "print the articles that are like one", {size, json}, Related},
  };
}

}  // namespace dateline::cli
