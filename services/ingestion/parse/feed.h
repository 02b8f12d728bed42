#ifndef DATELINE_SERVICES_INGESTION_PARSE_FEED_H_
#define DATELINE_SERVICES_INGESTION_PARSE_FEED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

// What a feed says, as plain values. All strings are valid UTF-8 and trimmed; an empty string means
// that the feed is silent. Addresses are absolute http(s) URLs unless a field says otherwise.
namespace dateline::ingestion::parse {

// The grammar a document follows, judged by its content.
enum class FeedFormat {
  RSS_090,
  RSS_091,
  RSS_092,
  RSS_10,
  RSS_20,
  ATOM_03,
  ATOM_10,
  JSON_FEED_10,
  JSON_FEED_11,
  WXR,
  SITEMAP,
  NEWS_SITEMAP,
  WORDPRESS_REST,
};

// A person or an organisation (RFC 4287, section 3.2; RSS author, dc:creator).
struct Person {
  std::string name;
  std::string email;
  std::string uri;
};

// RFC 4287, section 4.2.2. `scheme` is RSS's domain.
struct Category {
  std::string term;
  std::string scheme;
  std::string label;
};

// RFC 4287, section 4.2.7. `length` in bytes, absent unless it is a non-negative number.
struct Link {
  std::string href;
  std::string rel;
  std::string type;
  std::string title;
  std::string hreflang;
  std::optional<int64_t> length;
};

// Markup or plain text, not cleaned, and the address that relative links within are based on.
struct Text {
  std::string value;
  bool is_html = false;
  std::string base_url;
};

// A date as the feed writes it; `time` is absent if it could not be read.
struct Date {
  std::string raw;
  std::optional<absl::Time> time;
};

// An attached file. `duration` is itunes:duration.
struct Enclosure {
  std::string url;
  std::string type;
  std::optional<int64_t> length;
  std::optional<absl::Duration> duration;
};

// Media RSS content or thumbnail, itunes:image, JSON Feed image. Width and height in pixels, 0 if
// unknown; `medium` as in Media RSS ("image", "video", "audio").
struct Media {
  std::string url;
  std::string type;
  std::string medium;
  int width = 0;
  int height = 0;
  std::string credit;
  std::string rights;
  std::string title;
  std::optional<int64_t> length;
  std::optional<absl::Duration> duration;
};

// WGS84 degrees.
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
};

// The feed an entry was taken from (RSS source, atom:source). `id` is verbatim.
struct SourceFeed {
  std::string title;
  std::string link;
  std::string id;
};

// WordPress's own fields; empty in other formats. `status` e.g. "publish", "draft", "future".
struct WordPressState {
  std::string status;
  std::string post_type;
  bool password_protected = false;
};

// One item, entry, post or sitemap URL.
struct Entry {
  // Position among the document's entries, from 0.
  int index = 0;
  // As written but for outer blanks; never resolved.
  std::string id;
  // Whether an RSS guid is declared (or by default) a permanent link and is an http(s) URL.
  bool id_is_permalink = false;
  std::string link;
  // Every link with its relation; one that names none is "alternate" (RFC 4287, 4.2.7.2).
  std::vector<Link> links;
  // The page of comments, the feed of comments and how many there are.
  std::string comments_link;
  std::string comments_feed_link;
  std::optional<int64_t> comment_count;
  // Plain text; empty when the feed has none. `title_html` is the title as written.
  std::string title;
  std::string title_html;
  Text summary;
  Text content;
  std::vector<Person> authors;
  std::vector<Person> contributors;
  std::vector<Category> categories;
  Date published;
  Date updated;
  // Dates that could not be read, as written.
  std::vector<std::string> unparsed_dates;
  // A BCP 47 tag.
  std::string language;
  SourceFeed source;
  std::vector<Enclosure> enclosures;
  std::vector<Media> media;
  std::vector<Media> thumbnails;
  // Of the entry, not of one of its media.
  std::string credit;
  std::string rights;
  std::optional<GeoPoint> geo;
  WordPressState wordpress;
};

// A whole document.
struct Feed {
  FeedFormat format = FeedFormat::RSS_20;
  std::string version;
  std::string title;
  std::string subtitle;
  std::string link;
  std::string self_link;
  std::vector<std::string> hub_links;
  // The feed's own id (atom:id), verbatim.
  std::string id;
  std::string language;
  std::string image;
  // What the image shows, and the page it leads to (RSS image).
  std::string image_title;
  std::string image_link;
  std::string icon;
  std::string generator;
  std::string generator_uri;
  std::string generator_version;
  std::string rights;
  std::vector<Person> authors;
  std::vector<Person> contributors;
  std::vector<Category> categories;
  Date updated;
  std::vector<std::string> unparsed_dates;
  // RSS ttl.
  std::optional<absl::Duration> ttl;
  // sy:updatePeriod ("hourly" … "yearly") and sy:updateFrequency, 0 if absent.
  std::string update_period;
  int update_frequency = 0;
  // sy:updateBase, the instant that the periods are counted from.
  Date update_base;
  // UTC hours 0–23 and English day names in which not to poll.
  std::vector<int> skip_hours;
  std::vector<std::string> skip_days;
  // The encoding the bytes were read in, by its WHATWG name.
  std::string encoding;
  // False if the document had to be repaired; `first_fault` then names the first damage.
  bool well_formed = true;
  std::string first_fault;
  std::vector<Entry> entries;
};

}  // namespace dateline::ingestion::parse

#endif  // DATELINE_SERVICES_INGESTION_PARSE_FEED_H_
