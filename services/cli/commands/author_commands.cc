#include <string>

#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

using content::v1::Author;
using google::protobuf::FieldMask;

constexpr char kCollection[] = "authors";

void Print(Session& session, const Arguments& arguments, const Author& author) {
  session.out << (arguments.Has("json") ? RenderJson(author)
                                        : author.name() + "\t" + author.display_name() + "\n");
}

void FillIn(const Arguments& arguments, Author* author, FieldMask* mask) {
  TakeText(arguments, "name", "display_name", author->mutable_display_name(), mask);
  TakeList(arguments, "variants", "byline_variants", author->mutable_byline_variants(), mask);
  TakeText(arguments, "bio", "bio", author->mutable_bio(), mask);
  TakeList(arguments, "links", "links", author->mutable_links(), mask);
}

absl::Status Add(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  catalog::v1::CreateAuthorRequest request;
  request.set_author_id(arguments.positional()[0]);
  request.mutable_author()->set_display_name(arguments.positional()[0]);
  FieldMask given;
  FillIn(arguments, request.mutable_author(), &given);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.author());
  return absl::OkStatus();
}

absl::Status List(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  catalog::v1::ListAuthorsRequest request;
  request.set_page_size(200);
  request.set_prefix(arguments.Get("prefix", ""));
  do {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const Author& author : response.authors()) Print(session, arguments, author);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Update(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "AUTHOR"));
  catalog::v1::UpdateAuthorRequest request;
  request.mutable_author()->set_name(ResourceName(kCollection, arguments.positional()[0]));
  FillIn(arguments, request.mutable_author(), request.mutable_update_mask());
  DATELINE_RETURN_IF_ERROR(ExpectFields(request.update_mask()));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.author());
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "AUTHOR"));
  catalog::v1::DeleteAuthorRequest request;
  request.set_name(ResourceName(kCollection, arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.author());
  return absl::OkStatus();
}

absl::Status Merge(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 101, "TARGET AUTHOR…"));
  catalog::v1::MergeAuthorsRequest request;
  request.set_target(ResourceName(kCollection, arguments.positional()[0]));
  for (size_t i = 1; i < arguments.positional().size(); ++i) {
    request.add_merged(ResourceName(kCollection, arguments.positional()[i]));
  }
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.author());
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> AuthorCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const std::vector<OptionSpec> fields = {
      {"name", "NAME", "name as printed"},
      {"variants", "NAMES", "other ways in which the name is printed, separated by commas"},
      {"bio", "TEXT", "who it is"},
      {"links", "URLS", "addresses of pages, separated by commas"},
      json};
  return {
      {"author add", "ID", "create an author", fields, Add},
      {"author list",
       "",
       "list authors",
       {{"prefix", "TEXT", "whose names begin so, without regard to case"}, json},
       List},
      {"author update", "AUTHOR", "change an author", fields, Update},
      {"author delete", "AUTHOR", "delete an author; printed bylines stay", {json}, Delete},
      {"author merge",
       "TARGET AUTHOR…",
       "put the first author in the place of the others",
       {json},
       Merge},
  };
}

}  // namespace dateline::cli
