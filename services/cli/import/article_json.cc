#include "services/cli/import/article_json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "services/cli/import/markdown.h"
#include "services/ingestion/parse/dates.h"

namespace dateline::cli {
namespace {

using Json = nlohmann::json;
using ingestion::v1::IngestArticlesRequest;
using ingestion::v1::PushedArticle;

// A field, the names under which it is looked for, and what it is.
struct FieldSpec {
  const char* name;
  std::vector<std::string> names;
  const char* help;
};

const std::vector<FieldSpec>& Fields() {
  static const auto* const fields = new std::vector<FieldSpec>{
      {"id",
       {"id", "guid", "uid"},
       "the article's own id; else it is known by link, or title and date"},
      {"title", {"title", "headline"}, "plain text"},
      {"subtitle", {"subtitle", "standfirst"}, "plain text"},
      {"body", {"body", "content"}, "text in the form that --body says"},
      {"body_html", {"body_html", "content_html", "html"}, "HTML; it is sanitised"},
      {"body_markdown", {"body_markdown", "markdown"}, "Markdown"},
      {"body_text",
       {"body_text", "content_text", "text"},
       "plain text; an empty or indented line begins a paragraph"},
      {"teaser", {"teaser", "summary", "description", "excerpt"}, "used if there is no body"},
      {"authors",
       {"authors", "author", "byline", "creator"},
       "a text, a list of texts, or of objects with `name`"},
      {"topics",
       {"topics", "categories", "category", "tags", "keywords"},
       "a text or a list of texts; of all these names"},
      {"date",
       {"date", "publish_time", "published", "date_published", "published_at", "pubDate"},
       "RFC 3339 or another common form, or seconds since 1970"},
      {"link", {"link", "url", "canonical_url", "permalink"}, "address of the original"},
      {"language", {"language", "lang"}, "BCP 47 tag"},
      {"labels", {"labels"}, "a text or a list of texts, e.g. opinion"},
      {"image", {"image", "images", "image_url"}, "an address, or a list; or objects with `url`"},
  };
  return *fields;
}

// The present value of a field's first name that has one.
const Json* Find(const Json& object, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = object.find(name);
    if (found != object.end() && !found->is_null()) return &*found;
  }
  return nullptr;
}

absl::Status Wrong(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", why));
}

// A text; a number is taken as it is written.
absl::Status ReadText(absl::string_view field, const Json* value, std::string* out) {
  if (value == nullptr) return absl::OkStatus();
  if (value->is_string()) {
    *out = value->get_ref<const std::string&>();
  } else if (value->is_number()) {
    *out = value->dump();
  } else {
    return Wrong(field, "is no text");
  }
  return absl::OkStatus();
}

// Texts out of a text, a list of texts, or objects with a text under `key`.
absl::Status ReadTexts(absl::string_view field, const Json* value, const char* key,
                       std::vector<std::string>* out) {
  if (value == nullptr) return absl::OkStatus();
  if (value->is_array()) {
    for (const Json& element : *value) {
      if (element.is_array()) return Wrong(field, "is a list of lists");
      DATELINE_RETURN_IF_ERROR(ReadTexts(field, &element, key, out));
    }
    return absl::OkStatus();
  }
  std::string text;
  if (value->is_object()) {
    DATELINE_RETURN_IF_ERROR(ReadText(field, Find(*value, {key}), &text));
  } else if (!value->is_null()) {
    DATELINE_RETURN_IF_ERROR(ReadText(field, value, &text));
  }
  absl::StripAsciiWhitespace(&text);
  if (!text.empty()) out->push_back(std::move(text));
  return absl::OkStatus();
}

absl::Status ReadDate(const Json* value, PushedArticle* article) {
  if (value == nullptr) return absl::OkStatus();
  std::string text;
  DATELINE_RETURN_IF_ERROR(ReadText("date", value, &text));
  if (absl::StripAsciiWhitespace(text).empty()) return absl::OkStatus();
  // Without its date the article would stand above all others, as if it were published now.
  bool is_doubtful = false;
  const std::optional<absl::Time> time = ingestion::parse::ParseDate(text, &is_doubtful);
  if (!time.has_value() || is_doubtful)
    return Wrong("date", absl::StrCat("\"", text, "\" cannot be read"));
  *article->mutable_publish_time() = TimeToProto(*time);
  return absl::OkStatus();
}

void SetBody(BodyForm form, const std::string& text, PushedArticle* article) {
  switch (form) {
    case BodyForm::kText:
      article->set_body_text(text);
      break;
    case BodyForm::kHtml:
      article->set_body_html(text);
      break;
    case BodyForm::kMarkdown:
      article->set_body_html(MarkdownToHtml(text));
      break;
  }
}

}  // namespace

absl::StatusOr<ArticleReader> ArticleReader::Create(absl::string_view map, BodyForm body) {
  ArticleReader reader(body);
  for (const FieldSpec& field : Fields()) reader.names_[field.name] = field.names;
  for (const absl::string_view part : absl::StrSplit(map, ',', absl::SkipWhitespace())) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(part, '=');
    const auto field = reader.names_.find(absl::StripAsciiWhitespace(pair.first));
    if (field == reader.names_.end()) {
      return absl::InvalidArgumentError(absl::StrCat("there is no field ", pair.first));
    }
    field->second = absl::StrSplit(absl::StripAsciiWhitespace(pair.second), '+', absl::SkipEmpty());
  }
  return reader;
}

absl::StatusOr<IngestArticlesRequest> ArticleReader::Read(absl::string_view line) const {
  const Json json = Json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError("is no JSON, or no UTF-8");
  if (!json.is_object()) return absl::InvalidArgumentError("is no JSON object");
  const auto value = [&](const char* field) { return Find(json, names_.find(field)->second); };
  IngestArticlesRequest request;
  PushedArticle& article = *request.mutable_article();
  const auto text = [&](const char* field, std::string* out) {
    return ReadText(field, value(field), out);
  };
  DATELINE_RETURN_IF_ERROR(text("id", request.mutable_entry_id()));
  DATELINE_RETURN_IF_ERROR(text("title", article.mutable_title()));
  DATELINE_RETURN_IF_ERROR(text("subtitle", article.mutable_subtitle()));
  DATELINE_RETURN_IF_ERROR(text("link", article.mutable_canonical_url()));
  DATELINE_RETURN_IF_ERROR(text("language", article.mutable_language()));
  const std::pair<const char*, BodyForm> kBodies[] = {{"body", body_},
                                                      {"body_text", BodyForm::kText},
                                                      {"body_markdown", BodyForm::kMarkdown},
                                                      {"body_html", BodyForm::kHtml}};
  for (const auto& [field, form] : kBodies) {
    std::string body;
    DATELINE_RETURN_IF_ERROR(text(field, &body));
    if (!body.empty()) SetBody(form, body, &article);
  }
  DATELINE_RETURN_IF_ERROR(text("teaser", article.mutable_teaser()));
  DATELINE_RETURN_IF_ERROR(ReadDate(value("date"), &article));
  std::vector<std::string> authors, topics, labels, images;
  DATELINE_RETURN_IF_ERROR(ReadTexts("authors", value("authors"), "name", &authors));
  for (const std::string& author : authors) article.add_bylines()->set_text(author);
  for (const std::string& name : names_.find("topics")->second) {
    DATELINE_RETURN_IF_ERROR(ReadTexts(name, Find(json, {name}), "name", &topics));
  }
  for (const std::string& topic : topics) request.add_categories()->set_term(topic);
  DATELINE_RETURN_IF_ERROR(ReadTexts("labels", value("labels"), "name", &labels));
  for (const std::string& label : labels) article.add_labels(label);
  DATELINE_RETURN_IF_ERROR(ReadTexts("image", value("image"), "url", &images));
  for (const std::string& image : images) article.add_images()->set_url(image);
  return request;
}

std::string ArticleReader::Describe() {
  std::string out;
  for (const FieldSpec& field : Fields()) {
    absl::StrAppendFormat(&out, "  %-14s %s\n", field.name, field.help);
    if (field.names.size() > 1) {
      absl::StrAppendFormat(&out, "  %-14s also: %s\n", "",
                            absl::StrJoin(field.names.begin() + 1, field.names.end(), ", "));
    }
  }
  return out;
}

}  // namespace dateline::cli
