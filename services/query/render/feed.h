#ifndef DATELINE_SERVICES_QUERY_RENDER_FEED_H_
#define DATELINE_SERVICES_QUERY_RENDER_FEED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dateline/content/v1/article.pb.h"

// Lists of articles as feeds. All functions are pure and thread-safe.
namespace dateline::query::render {

// What a feed says of itself. Empty texts are left out where the format lets them be.
struct FeedHead {
  std::string title;
  std::string publisher;   // the publication's title
  std::string home_page;   // address of the page that shows the same list
  std::string self_url;    // address of the feed
  std::string hub_url;     // address of its WebSub hub
  std::string language;    // BCP 47
  absl::Time update_time;  // of its newest article
};

// One article with the names of what it refers to.
struct FeedItem {
  content::v1::Article article;
  std::string link;                     // address of its page
  std::vector<std::string> authors;     // names
  std::vector<std::string> categories;  // display names of its topics
};

// How feeds are rendered.
struct FeedOptions {
  bool whole_text = false;  // bodies, not only teasers
  // No further item is begun once the feed has so many bytes.
  size_t max_bytes = size_t{2} << 20;
};

// The id of an article in all formats, the same for as long as it lives:
// `urn:dateline:articles:ID`.
std::string ItemId(const content::v1::Article& article);

// The later of modify_time and publish_time.
absl::Time UpdateTimeOf(const content::v1::Article& article);

// RSS 2.0 (https://www.rssboard.org/rss-specification) with content:encoded, dc:creator, atom:link
// and Media RSS.
std::string RenderRss(const FeedHead& head, const std::vector<FeedItem>& items,
                      const FeedOptions& options);

// Atom 1.0 (RFC 4287).
std::string RenderAtom(const FeedHead& head, const std::vector<FeedItem>& items,
                       const FeedOptions& options);

// JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1).
std::string RenderJsonFeed(const FeedHead& head, const std::vector<FeedItem>& items,
                           const FeedOptions& options);

}  // namespace dateline::query::render

#endif  // DATELINE_SERVICES_QUERY_RENDER_FEED_H_
