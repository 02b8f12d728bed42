#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

// What editors do with the text and the paths of articles.
namespace dateline::cli {
namespace {

using catalog::v1::ArticleRecord;
using content::v1::Article;
using google::protobuf::FieldMask;

constexpr char kCollection[] = "articles";

// The name of a state without its prefix, e.g. "draft" for ARTICLE_STATE_DRAFT.
std::string LabelOf(const ArticleRecord& record) {
  const std::string name = content::v1::ArticleState_Name(record.article().state());
  return absl::AsciiStrToLower(
      absl::StrReplaceAll(absl::StripPrefix(name, "ARTICLE_STATE_"), {{"_", " "}}));
}

void Print(Session& session, const Arguments& arguments, const ArticleRecord& record) {
  session.out << (arguments.Has("json")
                      ? RenderJson(record)
                      : absl::StrCat(record.name(), "\t", LabelOf(record), "\trevision ",
                                     record.article().revision(), "\t", record.article().path(),
                                     "\t", record.article().title(), "\n"));
}

absl::Status TakeTime(const Arguments& arguments, absl::string_view option, const char* field,
                      google::protobuf::Timestamp* time, FieldMask* mask) {
  if (!arguments.Has(option)) return absl::OkStatus();
  mask->add_paths(field);
  const std::string text = arguments.Get(option, "");
  if (text.empty()) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(*time, ParseInstant(text, absl::StrCat("--", option)));
  return absl::OkStatus();
}

// An empty option clears its field: an unset time stays out of the article.
absl::Status TakeTimes(const Arguments& arguments, Article* article, FieldMask* mask) {
  google::protobuf::Timestamp publish, embargo, expire;
  DATELINE_RETURN_IF_ERROR(TakeTime(arguments, "publish-time", "publish_time", &publish, mask));
  DATELINE_RETURN_IF_ERROR(TakeTime(arguments, "embargo-time", "embargo_time", &embargo, mask));
  DATELINE_RETURN_IF_ERROR(TakeTime(arguments, "expire-time", "expire_time", &expire, mask));
  if (!arguments.Get("publish-time", "").empty()) *article->mutable_publish_time() = publish;
  if (!arguments.Get("embargo-time", "").empty()) *article->mutable_embargo_time() = embargo;
  if (!arguments.Get("expire-time", "").empty()) *article->mutable_expire_time() = expire;
  return absl::OkStatus();
}

absl::Status FillIn(Session& session, const Arguments& arguments, Article* article,
                    FieldMask* mask) {
  TakeText(arguments, "title", "title", article->mutable_title(), mask);
  TakeText(arguments, "subtitle", "subtitle", article->mutable_subtitle(), mask);
  TakeText(arguments, "path", "path", article->mutable_path(), mask);
  TakeText(arguments, "language", "language", article->mutable_language(), mask);
  TakeList(arguments, "labels", "labels", article->mutable_labels(), mask);
  if (arguments.Has("teaser")) {
    article->mutable_teaser()->set_text(arguments.Get("teaser", ""));
    mask->add_paths("teaser");
  }
  google::protobuf::RepeatedPtrField<std::string> topics, authors;
  TakeNames(arguments, "topics", "topics", "topics", &topics, mask);
  for (const std::string& topic : topics) article->add_topics()->set_topic(topic);
  TakeNames(arguments, "authors", "bylines", "authors", &authors, mask);
  for (const std::string& author : authors) article->add_bylines()->set_author(author);
  if (arguments.Has("body")) {
    DATELINE_ASSIGN_OR_RETURN(
        *article->mutable_body_html(),
        ReadInput(session, arguments.Get("body", "-"), limits::kMaxBodyBytes));
    mask->add_paths("body_html");
  }
  return TakeTimes(arguments, article, mask);
}

absl::Status Create(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "PUBLICATION"));
  catalog::v1::CreateArticleRequest request;
  request.mutable_article()->set_publication(
      ResourceName("publications", arguments.positional()[0]));
  request.set_article_id(arguments.Get("id", ""));
  request.set_publish(arguments.Has("publish"));
  request.set_reason(arguments.Get("reason", ""));
  FieldMask given;
  DATELINE_RETURN_IF_ERROR(FillIn(session, arguments, request.mutable_article(), &given));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.record());
  return absl::OkStatus();
}

absl::Status Update(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  catalog::v1::UpdateArticleRequest request;
  request.mutable_article()->set_name(ResourceName(kCollection, arguments.positional()[0]));
  request.set_publish(arguments.Has("publish"));
  request.set_reason(arguments.Get("reason", ""));
  request.set_etag(arguments.Get("etag", ""));
  request.set_note(arguments.Get("major", ""));
  if (arguments.Has("major")) request.set_update_kind(catalog::v1::UPDATE_KIND_MAJOR);
  DATELINE_RETURN_IF_ERROR(
      FillIn(session, arguments, request.mutable_article(), request.mutable_update_mask()));
  DATELINE_RETURN_IF_ERROR(ExpectFields(request.update_mask()));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.record());
  return absl::OkStatus();
}

absl::Status List(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  DATELINE_ASSIGN_OR_RETURN(int left, arguments.GetInt("n", 20, 1, 100'000));
  catalog::v1::ListArticlesRequest request;
  if (arguments.Has("publication")) {
    request.set_publication(ResourceName("publications", arguments.Get("publication", "")));
  }
  if (arguments.Has("state")) {
    content::v1::ArticleState state = content::v1::ARTICLE_STATE_UNSPECIFIED;
    const std::string name =
        absl::StrCat("ARTICLE_STATE_", absl::AsciiStrToUpper(arguments.Get("state", "")));
    if (!content::v1::ArticleState_Parse(name, &state)) {
      return absl::InvalidArgumentError(
          "--state must be draft, published, scheduled, embargoed, "
          "expired, withdrawn, deleted or taken_down");
    }
    request.add_states(state);
  }
  request.set_filter(arguments.Get("filter", ""));
  request.set_order_by(arguments.Get("order", ""));
  do {
    request.set_page_size(std::min(left, 200));
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const ArticleRecord& record : response.records()) Print(session, arguments, record);
    left -= response.records_size();
    request.set_page_token(response.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Revisions(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "ARTICLE"));
  catalog::v1::ListArticleRevisionsRequest request;
  request.set_parent(ResourceName(kCollection, arguments.positional()[0]));
  request.set_page_size(200);
  do {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const catalog::v1::ArticleRevision& revision : response.revisions()) {
      session.out << (arguments.Has("json")
                          ? RenderJson(revision)
                          : absl::StrCat(revision.snapshot().revision(), "\t",
                                         absl::FormatTime(TimeFromProto(revision.create_time()),
                                                          absl::UTCTimeZone()),
                                         "\t", revision.editor(), "\t", revision.reason(), "\t",
                                         revision.snapshot().title(), "\n"));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Rollback(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 2, "ARTICLE NUMBER"));
  catalog::v1::RollbackArticleRequest request;
  request.set_name(absl::StrCat(ResourceName(kCollection, arguments.positional()[0]), "/revisions/",
                                arguments.positional()[1]));
  request.set_publish(arguments.Has("publish"));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.record());
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ArticleCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec publish = {"publish", "", "put it in force; else it is a draft"};
  const OptionSpec reason = {"reason", "TEXT", "why, for the history"};
  const std::vector<OptionSpec> fields = {
      {"title", "TEXT", "headline"},
      {"subtitle", "TEXT", "what stands below the headline"},
      {"body", "FILE", "HTML of the text; - for standard input"},
      {"teaser", "TEXT", "teaser, in the place of the one cut from the text"},
      {"path", "PATH", "where it stands, e.g. /2026/11/title; made from the title by default"},
      {"topics", "TOPICS", "topics, separated by commas, the first one first"},
      {"authors", "AUTHORS", "authors, separated by commas"},
      {"language", "TAG", "language, e.g. en"},
      {"labels", "LABELS", "labels, separated by commas"},
      {"publish-time", "TIME", "date, e.g. 2026-11-26T09:00:00Z; may lie ahead"},
      {"embargo-time", "TIME", "before which no reader sees it"},
      {"expire-time", "TIME", "from which on no reader sees it"},
      publish,
      reason,
      json};
  std::vector<OptionSpec> create = fields;
  create.push_back({"id", "ID", "last part of its name; made up by default"});
  std::vector<OptionSpec> update = fields;
  update.push_back({"major", "NOTE", "tell readers what is new, and move its date to now"});
  update.push_back({"etag", "ETAG", "refuse if it has changed since it was read"});
  return {
      {"article create", "PUBLICATION", "write an article", create, Create},
      {"article update", "ARTICLE", "change an article", update, Update},
      {"article list",
       "",
       "list articles, newest first, drafts too",
       {{"publication", "PUBLICATION", "of this publication only"},
        {"state", "STATE", "in this state only, e.g. draft or scheduled"},
        {"filter", "EXPRESSION", "e.g. 'has_proposal AND topic:topics/asia'"},
        {"order", "ORDER", "e.g. 'publish_time desc'; the newest first if not given"},
        {"n", "NUMBER", "how many (20)"},
        json},
       List},
      {"article revisions", "ARTICLE", "list what an article was, newest first", {json}, Revisions},
      {"article rollback",
       "ARTICLE NUMBER",
       "make an old revision the newest",
       {publish, json},
       Rollback},
  };
}

}  // namespace dateline::cli
