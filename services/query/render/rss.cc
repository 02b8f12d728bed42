#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "services/query/render/feed.h"
#include "services/query/render/xml_writer.h"

namespace dateline::query::render {
namespace {

// RFC 822 with a year of four digits, as the specification asks.
std::string DateOf(absl::Time time) {
  return absl::FormatTime("%a, %d %b %E4Y %H:%M:%S +0000", time, absl::UTCTimeZone());
}

void WriteImage(const content::v1::Image& image, XmlWriter& out) {
  const std::string width = image.width() > 0 ? absl::StrCat(image.width()) : "";
  const std::string height = image.height() > 0 ? absl::StrCat(image.height()) : "";
  out.Begin("media:content",
            {{"url", image.url()}, {"medium", "image"}, {"width", width}, {"height", height}});
  out.Text("media:description", image.caption().empty() ? image.alt() : image.caption());
  out.Text("media:credit", image.credit());
  out.End();
}

void WriteItem(const FeedItem& item, const FeedOptions& options, XmlWriter& out) {
  const content::v1::Article& article = item.article;
  out.Begin("item");
  out.Text("title", article.title());
  out.Text("link", item.link);
  out.Text("guid", ItemId(article), {{"isPermaLink", "false"}});
  out.Text("pubDate", DateOf(TimeFromProto(article.publish_time())));
  for (const std::string& author : item.authors) out.Text("dc:creator", author);
  for (const std::string& category : item.categories) out.Text("category", category);
  out.Text("description", article.teaser().text());
  if (options.whole_text) out.Text("content:encoded", article.body_html());
  if (article.media_size() > 0) {
    // At most one, of which type and length are required.
    const content::v1::Media& file = article.media(0);
    const std::string length = absl::StrCat(file.length());
    out.Empty("enclosure",
              {{"url", file.url()},
               {"length", length},
               {"type", file.type().empty() ? "application/octet-stream" : file.type()}});
  }
  for (const content::v1::Image& image : article.images()) WriteImage(image, out);
  out.End();
}

}  // namespace

std::string RenderRss(const FeedHead& head, const std::vector<FeedItem>& items,
                      const FeedOptions& options) {
  XmlWriter out;
  out.Begin("rss", {{"version", "2.0"},
                    {"xmlns:atom", "http://www.w3.org/2005/Atom"},
                    {"xmlns:content", "http://purl.org/rss/1.0/modules/content/"},
                    {"xmlns:dc", "http://purl.org/dc/elements/1.1/"},
                    {"xmlns:media", "http://search.yahoo.com/mrss/"}});
  out.Begin("channel");
  out.Text("title", head.title.empty() ? head.publisher : head.title);
  out.Text("link", head.home_page);
  // Required; it may say no more than the title does.
  out.Text("description", head.title.empty() ? head.publisher : head.title);
  out.Text("language", head.language);
  out.Text("lastBuildDate", DateOf(head.update_time));
  if (!head.self_url.empty()) {
    out.Empty("atom:link",
              {{"rel", "self"}, {"href", head.self_url}, {"type", "application/rss+xml"}});
  }
  if (!head.hub_url.empty()) out.Empty("atom:link", {{"rel", "hub"}, {"href", head.hub_url}});
  for (const FeedItem& item : items) {
    if (&item != items.data() && out.size() > options.max_bytes) break;
    WriteItem(item, options, out);
  }
  return out.Finish();
}

}  // namespace dateline::query::render
