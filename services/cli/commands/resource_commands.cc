#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

absl::Status FillIn(const Arguments& arguments, content::v1::Publication* publication,
                    google::protobuf::FieldMask* mask) {
  TakeText(arguments, "title", "title", publication->mutable_title(), mask);
  TakeText(arguments, "home-page", "home_page", publication->mutable_home_page(), mask);
  TakeText(arguments, "language", "default_language", publication->mutable_default_language(),
           mask);
  TakeText(arguments, "time-zone", "time_zone", publication->mutable_time_zone(), mask);
  TakeText(arguments, "path-pattern", "path_pattern", publication->mutable_path_pattern(), mask);
  TakeText(arguments, "topic-path-pattern", "topic_path_pattern",
           publication->mutable_topic_path_pattern(), mask);
  if (arguments.Has("ellipsis")) {
    TakeText(arguments, "ellipsis", "teaser_rule.ellipsis",
             publication->mutable_teaser_rule()->mutable_ellipsis(), mask);
  }
  if (arguments.Has("teaser-words")) {
    DATELINE_ASSIGN_OR_RETURN(const int words, arguments.GetInt("teaser-words", 0, 0, 200));
    publication->mutable_teaser_rule()->set_words(words);
    mask->add_paths("teaser_rule.words");
  }
  return absl::OkStatus();
}

absl::Status AddPublication(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ID"));
  catalog::v1::CreatePublicationRequest request;
  request.set_publication_id(arguments.positional()[0]);
  request.mutable_publication()->set_title(arguments.positional()[0]);
  google::protobuf::FieldMask given;
  DATELINE_RETURN_IF_ERROR(FillIn(arguments, request.mutable_publication(), &given));
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

absl::Status UpdatePublication(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "PUBLICATION"));
  catalog::v1::UpdatePublicationRequest request;
  request.mutable_publication()->set_name(ResourceName("publications", arguments.positional()[0]));
  DATELINE_RETURN_IF_ERROR(
      FillIn(arguments, request.mutable_publication(), request.mutable_update_mask()));
  DATELINE_RETURN_IF_ERROR(ExpectFields(request.update_mask()));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  session.out << (arguments.Has("json") ? RenderJson(response.publication())
                                        : response.publication().name() + "\n");
  return absl::OkStatus();
}

absl::Status DeletePublication(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "PUBLICATION"));
  catalog::v1::DeletePublicationRequest request;
  request.set_name(ResourceName("publications", arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  session.out << (arguments.Has("json") ? RenderJson(response.publication())
                                        : response.publication().name() + "\n");
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
  const std::vector<OptionSpec> publication = {
      {"title", "TITLE", "title as printed (of a new one, default the id)"},
      {"home-page", "URL", "home page"},
      {"language", "TAG", "default language, BCP 47"},
      {"time-zone", "ZONE", "IANA time zone of its dates"},
      {"teaser-words", "N", "words that a teaser keeps; 0 for 45"},
      {"ellipsis", "TEXT", "what stands behind a teaser that was cut"},
      {"path-pattern", "PATTERN", "articles' paths, of {year}, {month}, {day}, {slug} and {id}"},
      {"topic-path-pattern", "PATTERN", "topics' paths, of {id}"},
      json};
  std::vector<OptionSpec> new_publication = publication;
  new_publication.push_back(if_missing);
  return {
      {"publication add", "ID", "create a publication", new_publication, AddPublication},
      {"publication update", "PUBLICATION", "change a publication", publication, UpdatePublication},
      {"publication delete",
       "PUBLICATION",
       "delete a publication without articles",
       {json},
       DeletePublication},
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
