#include <string>

#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

using content::v1::Topic;

constexpr char kCollection[] = "topics";

void Print(Session& session, const Arguments& arguments, const Topic& topic) {
  session.out << (arguments.Has("json") ? RenderJson(topic)
                                        : topic.name() + "\t" + topic.display_name() + "\n");
}

absl::Status Update(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "TOPIC"));
  catalog::v1::UpdateTopicRequest request;
  Topic& topic = *request.mutable_topic();
  google::protobuf::FieldMask& mask = *request.mutable_update_mask();
  topic.set_name(ResourceName(kCollection, arguments.positional()[0]));
  TakeText(arguments, "name", "display_name", topic.mutable_display_name(), &mask);
  TakeList(arguments, "aliases", "aliases", topic.mutable_aliases(), &mask);
  TakeText(arguments, "description", "description", topic.mutable_description(), &mask);
  TakeNames(arguments, "parents", "parents", kCollection, topic.mutable_parents(), &mask);
  DATELINE_RETURN_IF_ERROR(ExpectFields(mask));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.topic());
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "TOPIC"));
  catalog::v1::DeleteTopicRequest request;
  request.set_name(ResourceName(kCollection, arguments.positional()[0]));
  request.set_force(arguments.Has("force"));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.topic());
  return absl::OkStatus();
}

absl::Status Merge(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 101, "TARGET TOPIC…"));
  catalog::v1::MergeTopicsRequest request;
  request.set_target(ResourceName(kCollection, arguments.positional()[0]));
  for (size_t i = 1; i < arguments.positional().size(); ++i) {
    request.add_merged(ResourceName(kCollection, arguments.positional()[i]));
  }
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.topic());
  return absl::OkStatus();
}

// Accepts or dismisses proposals one by one; what was done before an error stays.
template <typename Request>
absl::Status Decide(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1'000, "TOPIC…"));
  for (const std::string& topic : arguments.positional()) {
    Request request;
    request.set_name(ResourceName(kCollection, topic));
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    Print(session, arguments, response.topic());
  }
  return absl::OkStatus();
}

template <typename Response>
void PrintPins(Session& session, const Arguments& arguments, const Response& response) {
  if (arguments.Has("json")) {
    session.out << RenderJson(response);
    return;
  }
  for (const std::string& article : response.articles()) session.out << article << "\n";
}

absl::Status Pin(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 11, "TOPIC ARTICLE…"));
  const bool none = arguments.positional().size() == 1;
  if (none != arguments.Has("none")) {
    return absl::InvalidArgumentError("name articles, or --none to take all away");
  }
  catalog::v1::SetPinnedArticlesRequest request;
  request.set_topic(ResourceName(kCollection, arguments.positional()[0]));
  for (size_t i = 1; i < arguments.positional().size(); ++i) {
    request.add_articles(ResourceName("articles", arguments.positional()[i]));
  }
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  PrintPins(session, arguments, response);
  return absl::OkStatus();
}

absl::Status Pins(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "TOPIC"));
  catalog::v1::GetPinnedArticlesRequest request;
  request.set_topic(ResourceName(kCollection, arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  PrintPins(session, arguments, response);
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> TopicEditCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  return {
      {"topic update",
       "TOPIC",
       "change a topic",
       {{"name", "NAME", "display name"},
        {"aliases", "NAMES", "what else it is called, separated by commas"},
        {"description", "TEXT", "what it is about"},
        {"parents", "TOPICS", "topics that it belongs to, separated by commas"},
        json},
       Update},
      {"topic delete",
       "TOPIC",
       "delete a topic",
       {{"force", "", "also if articles carry it or topics stand below it"}, json},
       Delete},
      {"topic merge",
       "TARGET TOPIC…",
       "put the first topic in the place of the others",
       {json},
       Merge},
      {"topic pin",
       "TOPIC ARTICLE…",
       "say which articles stand first on a topic's page, in order",
       {{"none", "", "take all away"}, json},
       Pin},
      {"topic pins", "TOPIC", "list the articles that stand first on a topic's page", {json}, Pins},
      {"topic proposals accept",
       "TOPIC…",
       "make proposed topics active",
       {json},
       Decide<catalog::v1::AcceptTopicRequest>},
      {"topic proposals dismiss",
       "TOPIC…",
       "delete proposed topics; they are not proposed again",
       {json},
       Decide<catalog::v1::DismissTopicRequest>},
  };
}

}  // namespace dateline::cli
