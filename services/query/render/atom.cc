#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "services/query/render/feed.h"
#include "services/query/render/xml_writer.h"

namespace dateline::query::render {
namespace {

// RFC 3339.
std::string DateOf(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

void WriteLink(absl::string_view rel, absl::string_view address, XmlWriter& out) {
  if (!address.empty()) out.Empty("link", {{"rel", rel}, {"href", address}});
}

void WriteItem(const FeedItem& item, const FeedOptions& options, XmlWriter& out) {
  const content::v1::Article& article = item.article;
  out.Begin("entry", {{"xml:lang", article.language()}});
  out.Text("id", ItemId(article));
  out.Text("title", article.title(), {{"type", "text"}});
  WriteLink("alternate", item.link, out);
  out.Text("published", DateOf(TimeFromProto(article.publish_time())));
  out.Text("updated", DateOf(UpdateTimeOf(article)));
  for (const std::string& author : item.authors) {
    out.Begin("author");
    out.Text("name", author);
    out.End();
  }
  for (const std::string& category : item.categories) {
    out.Empty("category", {{"term", category}, {"label", category}});
  }
  if (!article.teaser().text().empty()) {
    out.Text("summary", article.teaser().text(), {{"type", "text"}});
  }
  if (options.whole_text && !article.body_html().empty()) {
    out.Text("content", article.body_html(), {{"type", "html"}});
  }
  for (const content::v1::Media& file : article.media()) {
    const std::string length = file.length() > 0 ? absl::StrCat(file.length()) : "";
    out.Empty("link", {{"rel", "enclosure"},
                       {"href", file.url()},
                       {"type", file.type()},
                       {"length", length},
                       {"title", file.title()}});
  }
  for (const content::v1::Image& image : article.images()) {
    out.Empty("media:content", {{"url", image.url()}, {"medium", "image"}});
  }
  out.Text("rights", article.rights().licence());
  out.End();
}

}  // namespace

std::string RenderAtom(const FeedHead& head, const std::vector<FeedItem>& items,
                       const FeedOptions& options) {
  XmlWriter out;
  out.Begin("feed", {{"xmlns", "http://www.w3.org/2005/Atom"},
                     {"xmlns:media", "http://search.yahoo.com/mrss/"},
                     {"xml:lang", head.language}});
  const std::string& title = head.title.empty() ? head.publisher : head.title;
  // An id is required; the feed's own address is the best there is.
  out.Text("id", !head.self_url.empty()    ? head.self_url
                 : !head.home_page.empty() ? head.home_page
                                           : std::string("urn:dateline:feed"));
  out.Text("title", title, {{"type", "text"}});
  out.Text("updated", DateOf(head.update_time));
  WriteLink("alternate", head.home_page, out);
  WriteLink("self", head.self_url, out);
  WriteLink("hub", head.hub_url, out);
  // Of entries without an author (RFC 4287, section 4.1.1).
  out.Begin("author");
  out.Text("name", head.publisher.empty() ? title : head.publisher);
  out.End();
  for (const FeedItem& item : items) {
    if (&item != items.data() && out.size() > options.max_bytes) break;
    WriteItem(item, options, out);
  }
  return out.Finish();
}

}  // namespace dateline::query::render
