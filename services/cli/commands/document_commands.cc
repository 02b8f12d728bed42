#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/html/clean.h"
#include "common/http/client.h"
#include "common/text/teaser.h"
#include "google/protobuf/struct.pb.h"
#include "services/cli/command.h"
#include "services/cli/render.h"
#include "services/ingestion/pipeline/inspect.h"

namespace dateline::cli {
namespace {

// What uploads belong to.
constexpr char kDefaultPublication[] = "default";

}  // namespace

absl::Status EnsureUploadSource(Session& session) {
  ingestion::v1::GetSourceRequest get;
  get.set_name(absl::StrCat("sources/", kUploads));
  const auto found = session.clients.Call(get);
  if (found.ok() || !absl::IsNotFound(found.status())) return found.status();

  catalog::v1::CreatePublicationRequest publication;
  publication.set_publication_id(kDefaultPublication);
  publication.mutable_publication()->set_title("Default");
  const auto made = session.clients.Call(publication);
  if (!made.ok() && !absl::IsAlreadyExists(made.status())) return made.status();

  ingestion::v1::CreateSourceRequest source;
  source.set_source_id(kUploads);
  source.mutable_source()->set_display_name("Uploads");
  source.mutable_source()->set_publication(absl::StrCat("publications/", kDefaultPublication));
  source.mutable_source()->mutable_topics()->set_unknown(ingestion::v1::UNKNOWN_CATEGORIES_CREATE);
  const auto created = session.clients.Call(source);
  if (!created.ok() && !absl::IsAlreadyExists(created.status())) return created.status();
  session.err << "created sources/" << kUploads << " for publications/" << kDefaultPublication
              << "; unknown categories become topics\n";
  return absl::OkStatus();
}

namespace {

// True if nothing of the document was refused. `*makes_source` says that the source of uploads is
// to be made first if there is none, which is done once, when a document has been read.
absl::StatusOr<bool> IngestFile(Session& session, const Arguments& arguments,
                                const std::string& source, const std::string& file,
                                bool* makes_source) {
  ingestion::v1::IngestDocumentRequest request;
  request.set_source(source);
  request.set_base_url(arguments.Get("base-url", ""));
  request.set_content_type(arguments.Get("content-type", ""));
  request.set_validate_only(arguments.Has("validate-only"));
  DATELINE_ASSIGN_OR_RETURN(*request.mutable_document(),
                            ReadInput(session, file, limits::kMaxDocumentBytes));
  if (*makes_source) {
    DATELINE_RETURN_IF_ERROR(EnsureUploadSource(session));
    *makes_source = false;
  }
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  session.out << (arguments.Has("json") ? RenderJson(response) : RenderIngested(file, response));
  return response.counts().rejected() == 0;
}

absl::Status Ingest(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1'000'000, "FILE…"));
  // Nothing is made for the sake of a trial.
  bool makes_source = !arguments.Has("source") && !arguments.Has("validate-only");
  const std::string source = ResourceName("sources", arguments.Get("source", kUploads));
  size_t failed = 0;
  for (const std::string& file : arguments.positional()) {
    const absl::StatusOr<bool> whole = IngestFile(session, arguments, source, file, &makes_source);
    if (whole.ok()) {
      failed += *whole ? 0 : 1;
      continue;
    }
    // An unreachable service or a missing source will not get better with the next file.
    if (absl::IsUnavailable(whole.status()) || arguments.positional().size() == 1) {
      return absl::Status(whole.status());
    }
    ++failed;
    session.err << file << ": " << RenderError(whole.status());
  }
  if (failed == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(failed, " of ", arguments.positional().size(),
                                                    " documents were not taken whole; see above"));
}

// The document and its address, from a file, standard input or the network.
struct Document {
  std::string bytes;
  std::string content_type;
  std::string url;
};

absl::StatusOr<Document> ReadDocument(Session& session, const std::string& where,
                                      const Arguments& arguments) {
  Document document;
  if (absl::StartsWith(where, "http://") || absl::StartsWith(where, "https://")) {
    DATELINE_ASSIGN_OR_RETURN(auto client, http::HttpClient::Create({}));
    http::HttpRequest request;
    request.url = where;
    request.max_bytes = limits::kMaxDocumentBytes;
    request.redirects = http::RedirectPolicy::kAnyOrigin;
    const RequestContext context =
        RequestContext::Background("dateline").WithTimeout(absl::Seconds(60));
    DATELINE_ASSIGN_OR_RETURN(http::HttpResponse response, client->FetchBlocking(context, request));
    if (response.status != 200) {
      return absl::FailedPreconditionError(absl::StrCat(where, " answered ", response.status));
    }
    document.content_type = response.Header("content-type");
    document.url = response.final_url;
    document.bytes = std::move(response.body);
  } else {
    DATELINE_ASSIGN_OR_RETURN(document.bytes, ReadInput(session, where, limits::kMaxDocumentBytes));
  }
  document.content_type = arguments.Get("content-type", document.content_type);
  document.url = arguments.Get("base-url", document.url);
  return document;
}

absl::Status InspectFeed(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "FILE, URL or -"));
  DATELINE_ASSIGN_OR_RETURN(const Document document,
                            ReadDocument(session, arguments.positional()[0], arguments));
  DATELINE_ASSIGN_OR_RETURN(const ingestion::v1::Feed feed,
                            ingestion::pipeline::InspectBytes(document.bytes, document.content_type,
                                                              document.url, absl::Now()));
  session.out << (arguments.Has("json") ? RenderJson(feed) : RenderFeed(feed));
  return absl::OkStatus();
}

std::string CleanAsJson(const html::CleanResult& cleaned, const text::Teaser& teaser) {
  google::protobuf::Struct json;
  auto& fields = *json.mutable_fields();
  fields["html"].set_string_value(cleaned.html);
  fields["text"].set_string_value(cleaned.text);
  auto& teaser_fields = *fields["teaser"].mutable_struct_value()->mutable_fields();
  teaser_fields["text"].set_string_value(teaser.text);
  teaser_fields["truncated"].set_bool_value(teaser.truncated);
  fields["wordCount"].set_number_value(cleaned.word_count);
  auto* images = fields["images"].mutable_list_value();
  for (const auto& image : cleaned.images) {
    auto& item = *images->add_values()->mutable_struct_value()->mutable_fields();
    item["url"].set_string_value(image.url);
    item["alt"].set_string_value(image.alt);
    if (image.width > 0) item["width"].set_number_value(image.width);
    if (image.height > 0) item["height"].set_number_value(image.height);
  }
  auto* links = fields["links"].mutable_list_value();
  for (const std::string& link : cleaned.links) links->add_values()->set_string_value(link);
  return RenderJson(json);
}

absl::Status CleanHtml(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "FILE or -"));
  DATELINE_ASSIGN_OR_RETURN(const std::string html, ReadInput(session, arguments.positional()[0],
                                                              limits::kMaxDocumentBytes));
  DATELINE_ASSIGN_OR_RETURN(const int words, arguments.GetInt("words", limits::kDefaultTeaserWords,
                                                              1, limits::kMaxTeaserWords));
  html::CleanOptions options;
  options.base_url = arguments.Get("base-url", "");
  options.link_rel = arguments.Get("rel", options.link_rel);
  options.embed_hosts = html::DefaultEmbedHosts();
  const html::CleanResult cleaned = html::CleanHtml(html, options);
  const text::Teaser teaser = text::CutTeaser(cleaned.text, words);
  if (arguments.Has("json")) {
    session.out << CleanAsJson(cleaned, teaser);
  } else if (arguments.Has("text")) {
    session.out << cleaned.text << "\n";
  } else if (arguments.Has("teaser")) {
    session.out << teaser.text << "\n";
  } else {
    session.out << cleaned.html << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> DocumentCommands() {
  const OptionSpec base_url = {"base-url", "URL",
                               "address that relative links are resolved against"};
  const OptionSpec content_type = {"content-type", "TYPE", "as the HTTP header would say"};
  const OptionSpec json = {"json", "", "print JSON"};
  return {
      {"ingest",
       "FILE…",
       "take feeds or WordPress exports; - reads standard input",
       {{"source", "ID", "source that they come from (default uploads, made if missing)"},
        base_url,
        content_type,
        {"validate-only", "", "say what would happen, write nothing"},
        json},
       Ingest},
      {"feed inspect",
       "FILE|URL|-",
       "show what would be taken from a feed; needs no server",
       {base_url, content_type, json},
       InspectFeed},
      {"html clean",
       "FILE|-",
       "print HTML as it would be kept; needs no server",
       {base_url,
        {"text", "", "print the plain text instead"},
        {"teaser", "", "print the teaser instead"},
        {"words", "N", "words of the teaser (default 45)"},
        {"rel", "TEXT", "rel of links (default \"noopener noreferrer\")"},
        {"json", "", "print html, text, teaser, images and links as JSON"}},
       CleanHtml},
  };
}

}  // namespace dateline::cli
