#include "services/cli/render.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/errors/errors.h"
#include "dateline/errors/v1/error_reason.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"

namespace dateline::cli {
namespace {

using google::protobuf::util::TimeUtil;

void AppendField(std::string* out, absl::string_view label, absl::string_view value) {
  if (!value.empty()) absl::StrAppend(out, label, ": ", value, "\n");
}

std::string Time(const google::protobuf::Timestamp& time) { return TimeUtil::ToString(time); }

// An enumerator without the prefix that repeats the type's name.
std::string Word(absl::string_view name, absl::string_view prefix) {
  name.remove_prefix(std::min(prefix.size(), name.size()));
  return absl::AsciiStrToLower(name);
}

template <typename Persons>
std::string Names(const Persons& persons) {
  return absl::StrJoin(
      persons, ", ", [](std::string* text, const ingestion::v1::FeedPerson& person) {
        const std::string& name = person.name().empty() ? person.email() : person.name();
        absl::StrAppend(text, name.empty() ? person.uri() : name);
      });
}

template <typename Categories>
std::string Terms(const Categories& categories) {
  return absl::StrJoin(categories, ", ",
                       [](std::string* text, const ingestion::v1::FeedCategory& category) {
                         absl::StrAppend(text, category.term());
                       });
}

void AppendEntry(std::string* out, const ingestion::v1::FeedEntry& entry) {
  absl::StrAppend(out, "\n", entry.title().empty() ? "(no title)" : entry.title(), "\n");
  AppendField(out, "  link", entry.link());
  AppendField(out, "  id", entry.id());
  AppendField(out, "  status", entry.status());
  AppendField(out, "  by", Names(entry.authors()));
  if (entry.has_publish_time()) AppendField(out, "  published", Time(entry.publish_time()));
  if (entry.has_update_time()) AppendField(out, "  updated", Time(entry.update_time()));
  for (const std::string& date : entry.unparsed_dates()) {
    AppendField(out, "  date not understood", date);
  }
  AppendField(out, "  language", entry.language());
  AppendField(out, "  categories", Terms(entry.categories()));
  AppendField(out, "  comments", entry.comments_link());
  AppendField(out, "  from", entry.source_feed().title());
  for (const ingestion::v1::FeedEnclosure& file : entry.enclosures()) {
    AppendField(out, "  file", file.url());
  }
  for (const ingestion::v1::FeedMedia& media : entry.media()) {
    AppendField(out, "  media", media.url());
  }
  absl::StrAppend(out, "  words: ", entry.word_count(), "\n");
}

}  // namespace

std::string RenderTopicPage(const query::v1::GetTopicPageResponse& page) {
  std::string out = absl::StrCat("Latest Articles about ", page.topic().display_name(), "\n");
  for (const content::v1::Article& article : page.articles()) {
    absl::StrAppend(&out, "\n", article.title(), "\n");
    if (article.teaser().text().empty()) continue;
    absl::StrAppend(&out, "\n", article.teaser().text(),
                    article.teaser().truncated() ? " MORE" : "", "\n");
  }
  if (page.articles().empty()) absl::StrAppend(&out, "\nNo articles yet.\n");
  return out;
}

std::string RenderArticle(const content::v1::Article& article) {
  std::string out = absl::StrCat(article.title(), "\n");
  AppendField(&out, "", "");
  if (!article.subtitle().empty()) absl::StrAppend(&out, article.subtitle(), "\n");
  absl::StrAppend(&out, "\n");
  AppendField(&out, "Name", article.name());
  AppendField(&out, "Path", article.path());
  AppendField(&out, "Address", article.canonical_url());
  AppendField(&out, "Publication", article.publication());
  if (article.has_publish_time()) AppendField(&out, "Published", Time(article.publish_time()));
  AppendField(&out, "Language", article.language());
  AppendField(&out, "By",
              absl::StrJoin(article.bylines(), ", ",
                            [](std::string* text, const content::v1::Byline& byline) {
                              absl::StrAppend(text, byline.text());
                            }));
  AppendField(&out, "Topics",
              absl::StrJoin(article.topics(), ", ",
                            [](std::string* text, const content::v1::ArticleTopic& topic) {
                              absl::StrAppend(text, topic.topic());
                            }));
  const std::string& text =
      article.body_text().empty() ? article.teaser().text() : article.body_text();
  if (!text.empty()) absl::StrAppend(&out, "\n", text, "\n");
  return out;
}

std::string RenderRedirect(const query::v1::Redirect& redirect) {
  return absl::StrCat("Moved ", redirect.permanent() ? "for good" : "for now", " to ",
                      redirect.target(), "\n");
}

std::string RenderExplanation(const query::v1::ExplainListingResponse& explanation) {
  std::string text = explanation.listed() ? "listed\n" : "not listed\n";
  for (const auto& condition : explanation.conditions()) {
    absl::StrAppend(&text, condition.holds() ? "  yes  " : "  no   ", condition.condition());
    if (condition.has_time()) absl::StrAppend(&text, " (", Time(condition.time()), ")");
    absl::StrAppend(&text, "\n");
  }
  return text;
}

std::string RenderFeed(const ingestion::v1::Feed& feed) {
  std::string out;
  AppendField(&out, "Format", Word(ingestion::v1::FeedFormat_Name(feed.format()), "FEED_FORMAT_"));
  AppendField(&out, "Title", feed.title());
  AppendField(&out, "Subtitle", feed.subtitle());
  AppendField(&out, "Link", feed.link());
  AppendField(&out, "Own address", feed.self_link());
  AppendField(&out, "Hubs", absl::StrJoin(feed.hub_links(), ", "));
  AppendField(&out, "Language", feed.language());
  AppendField(&out, "Encoding", feed.encoding());
  AppendField(&out, "By", Names(feed.authors()));
  AppendField(&out, "Categories", Terms(feed.categories()));
  AppendField(&out, "Image", feed.image());
  AppendField(&out, "Generator", feed.generator());
  AppendField(&out, "Rights", feed.rights());
  if (feed.has_update_time()) AppendField(&out, "Updated", Time(feed.update_time()));
  if (feed.has_ttl()) AppendField(&out, "Asks to wait", TimeUtil::ToString(feed.ttl()));
  if (feed.has_update_interval()) {
    AppendField(&out, "Updates every", TimeUtil::ToString(feed.update_interval()));
  }
  AppendField(&out, "Not at hours", absl::StrJoin(feed.skip_hours(), ", "));
  AppendField(&out, "Not on days", absl::StrJoin(feed.skip_days(), ", "));
  for (const std::string& date : feed.unparsed_dates()) {
    AppendField(&out, "Date not understood", date);
  }
  if (!feed.well_formed()) AppendField(&out, "Fault", feed.fault());
  absl::StrAppend(&out, "Entries: ", feed.entries_size(), "\n");
  for (const ingestion::v1::FeedEntry& entry : feed.entries()) AppendEntry(&out, entry);
  return out;
}

std::string RenderIngested(const std::string& label,
                           const ingestion::v1::IngestDocumentResponse& response) {
  const ingestion::v1::OutcomeCounts& counts = response.counts();
  std::string out = absl::StrCat(
      label, ": ", Word(ingestion::v1::FeedFormat_Name(response.feed().format()), "FEED_FORMAT_"),
      ", entries ", response.entries_size(), ", created ", counts.created(), ", revised ",
      counts.revised(), ", unchanged ", counts.unchanged(), ", merged ", counts.merged(),
      ", proposed ", counts.proposed(), ", rejected ", counts.rejected(), ", skipped ",
      counts.skipped(), "\n");
  for (const ingestion::v1::EntryResult& entry : response.entries()) {
    if (entry.outcome() != catalog::v1::UPSERT_OUTCOME_REJECTED) continue;
    absl::StrAppend(&out, "  rejected: entry ", entry.entry_position(), " (",
                    entry.title().empty() ? entry.entry_id() : entry.title(),
                    "): ", entry.error().message(), "\n");
  }
  return out;
}

std::string RenderJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string out;
  const auto status = google::protobuf::util::MessageToJsonString(message, &out, options);
  return status.ok() ? out : absl::StrCat("cannot be shown as JSON: ", status.ToString(), "\n");
}

std::string RenderError(const absl::Status& status) {
  std::string out = absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message());
  const errors::v1::ErrorReason reason = error::ReasonOf(status);
  if (reason != errors::v1::ERROR_REASON_UNSPECIFIED) {
    absl::string_view name = errors::v1::ErrorReason_Name(reason);
    name.remove_prefix(sizeof("ERROR_REASON_") - 1);
    absl::StrAppend(&out, " [", name, "]");
  }
  absl::StrAppend(&out, "\n");
  return out;
}

}  // namespace dateline::cli
