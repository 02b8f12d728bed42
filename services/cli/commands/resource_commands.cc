#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

absl::Status AddPublication(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  catalog::v1::CreatePublicationRequest request;
  request.set_publication_id(arguments.positional()[0]);
  content::v1::Publication& publication = *request.mutable_publication();
  publication.set_title(arguments.Get("title", arguments.positional()[0]));
  publication.set_home_page(arguments.Get("home-page", ""));
  publication.set_default_language(arguments.Get("language", ""));
  publication.set_time_zone(arguments.Get("time-zone", ""));
  const auto response = session.clients.Call(request);
  if (!response.ok() && absl::IsAlreadyExists(response.status()) && arguments.Has("if-missing")) {
    session.err << "publications/" << request.publication_id() << " is there already\n";
    return absl::OkStatus();
  }
  if (!response.ok()) return response.status();
  session.out << (arguments.Has("json") ? RenderJson(response->publication())
                                        : response->publication().name() + "\n");
  return absl::OkStatus();
}

absl::Status ListPublications(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  catalog::v1::ListPublicationsRequest request;
  do {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const content::v1::Publication& publication : response.publications()) {
      session.out << (arguments.Has("json")
                          ? RenderJson(publication)
                          : publication.name() + "\t" + publication.title() + "\n");
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status AddTopic(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  catalog::v1::CreateTopicRequest request;
  request.set_topic_id(arguments.positional()[0]);
  content::v1::Topic& topic = *request.mutable_topic();
  topic.set_display_name(arguments.Get("name", arguments.positional()[0]));
  topic.set_description(arguments.Get("description", ""));
  for (const absl::string_view alias :
       absl::StrSplit(arguments.Get("aliases", ""), ',', absl::SkipWhitespace())) {
    topic.add_aliases(std::string(absl::StripAsciiWhitespace(alias)));
  }
  if (arguments.Has("parent")) {
    topic.add_parents(ResourceName("topics", arguments.Get("parent", "")));
  }
  const auto response = session.clients.Call(request);
  if (!response.ok() && absl::IsAlreadyExists(response.status()) && arguments.Has("if-missing")) {
    session.err << "topics/" << request.topic_id() << " is there already\n";
    return absl::OkStatus();
  }
  if (!response.ok()) return response.status();
  session.out << (arguments.Has("json") ? RenderJson(response->topic())
                                        : response->topic().name() + "\n");
  return absl::OkStatus();
}

absl::Status ListTopics(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  catalog::v1::ListTopicsRequest request;
  request.set_page_size(200);
  if (arguments.Has("proposed")) request.add_states(content::v1::TOPIC_STATE_PROPOSED);
  do {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const content::v1::Topic& topic : response.topics()) {
      session.out << (arguments.Has("json") ? RenderJson(topic)
                                            : topic.name() + "\t" + topic.display_name() + "\n");
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ResourceCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec if_missing = {"if-missing", "", "succeed if it is there already"};
  return {
      {"publication add",
       "ID",
       "create a publication",
       {{"title", "TITLE", "title as printed (default the id)"},
        {"home-page", "URL", "home page"},
        {"language", "TAG", "default language, BCP 47"},
        {"time-zone", "ZONE", "IANA time zone of its dates"},
        if_missing,
        json},
       AddPublication},
      {"publication list", "", "list publications", {json}, ListPublications},
      {"topic add",
       "ID",
       "create a topic",
       {{"name", "NAME", "display name (default the id)"},
        {"aliases", "NAMES", "what else it is called, separated by commas"},
        {"description", "TEXT", "what it is about"},
        {"parent", "ID", "topic that it belongs to"},
        if_missing,
        json},
       AddTopic},
      {"topic list", "", "list topics", {{"proposed", "", "only proposals"}, json}, ListTopics},
  };
}

}  // namespace dateline::cli
