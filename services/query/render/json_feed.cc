#include <nlohmann/json.hpp>

#include "common/api/proto_time.h"
#include "services/query/render/feed.h"

namespace dateline::query::render {
namespace {

using Json = nlohmann::ordered_json;

std::string DateOf(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

// A text that is no UTF-8 must not throw; what cannot be read is replaced.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Set(Json* json, const char* name, const std::string& text) {
  if (!text.empty()) (*json)[name] = text;
}

Json FileOf(const content::v1::Media& file) {
  Json json = {{"url", file.url()},
               {"mime_type", file.type().empty() ? "application/octet-stream" : file.type()}};
  Set(&json, "title", file.title());
  if (file.length() > 0) json["size_in_bytes"] = file.length();
  if (file.has_duration()) json["duration_in_seconds"] = file.duration().seconds();
  return json;
}

Json ItemOf(const FeedItem& item, const FeedOptions& options) {
  const content::v1::Article& article = item.article;
  Json json = {{"id", ItemId(article)}};
  Set(&json, "url", item.link);
  Set(&json, "external_url", article.external_url());
  Set(&json, "title", article.title());
  // One of the contents is required.
  if (options.whole_text && !article.body_html().empty()) {
    json["content_html"] = article.body_html();
  } else {
    json["content_text"] = article.teaser().text();
  }
  Set(&json, "summary", article.teaser().text());
  if (article.images_size() > 0) Set(&json, "image", article.images(0).url());
  json["date_published"] = DateOf(TimeFromProto(article.publish_time()));
  json["date_modified"] = DateOf(UpdateTimeOf(article));
  for (const std::string& author : item.authors) json["authors"].push_back({{"name", author}});
  for (const std::string& category : item.categories) json["tags"].push_back(category);
  Set(&json, "language", article.language());
  for (const auto& file : article.media()) json["attachments"].push_back(FileOf(file));
  return json;
}

}  // namespace

std::string RenderJsonFeed(const FeedHead& head, const std::vector<FeedItem>& items,
                           const FeedOptions& options) {
  Json json = {{"version", "https://jsonfeed.org/version/1.1"},
               {"title", head.title.empty() ? head.publisher : head.title}};
  Set(&json, "home_page_url", head.home_page);
  Set(&json, "feed_url", head.self_url);
  Set(&json, "language", head.language);
  if (!head.publisher.empty()) json["authors"].push_back({{"name", head.publisher}});
  if (!head.hub_url.empty()) json["hubs"].push_back({{"type", "WebSub"}, {"url", head.hub_url}});
  json["items"] = Json::array();
  size_t bytes = 0;
  for (const FeedItem& item : items) {
    if (&item != items.data() && bytes > options.max_bytes) break;
    Json rendered = ItemOf(item, options);
    bytes += Dump(rendered).size();
    json["items"].push_back(std::move(rendered));
  }
  return Dump(json);
}

}  // namespace dateline::query::render
