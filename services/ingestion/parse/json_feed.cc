#include "services/ingestion/parse/json_feed.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "services/ingestion/normalise/url.h"
#include "services/ingestion/parse/dates.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using Json = nlohmann::json;
using absl::string_view;

const Json& Member(const Json& object, const char* name) {
  static const Json* const kNull = new Json;
  if (!object.is_object()) return *kNull;
  const auto it = object.find(name);
  return it == object.end() ? *kNull : *it;
}

// A string, or a number as feeds write ids.
std::string String(const Json& value) {
  if (value.is_string()) {
    return std::string(absl::StripAsciiWhitespace(value.get_ref<const std::string&>()));
  }
  return value.is_number() ? value.dump() : std::string();
}

class JsonReader {
 public:
  JsonReader(const ParseOptions& options, Feed& feed) : options_(options), feed_(feed) {}

  void ReadFeed(const Json& root) {
    const std::string version = String(Member(root, "version"));
    const bool v10 = absl::EndsWith(version, "/1") || absl::EndsWith(version, "/1.0");
    feed_.format = v10 ? FeedFormat::JSON_FEED_10 : FeedFormat::JSON_FEED_11;
    feed_.version = v10 ? "1.0" : "1.1";
    feed_.title = CollapseSpace(String(Member(root, "title")));
    feed_.subtitle = String(Member(root, "description"));
    feed_.link = Url(Member(root, "home_page_url"));
    feed_.self_link = Url(Member(root, "feed_url"));
    feed_.image = Url(Member(root, "icon"));
    feed_.icon = Url(Member(root, "favicon"));
    feed_.language = String(Member(root, "language"));
    feed_.authors = Authors(root);
    for (const Json& hub : Member(root, "hubs")) {
      if (std::string url = Url(Member(hub, "url")); !url.empty()) feed_.hub_links.push_back(url);
    }
    for (const Json& item : Member(root, "items")) ReadItem(item);
  }

  void ReadPost(const Json& post) {
    Entry e = NewEntry();
    e.id = String(Member(Member(post, "guid"), "rendered"));
    if (e.id.empty()) e.id = String(Member(post, "id"));
    e.link = Url(Member(post, "link"));
    e.title_html = String(Member(Member(post, "title"), "rendered"));
    e.title = PlainTitle(e.title_html);
    e.summary = Html(Member(Member(post, "excerpt"), "rendered"), e.link);
    e.content = Html(Member(Member(post, "content"), "rendered"), e.link);
    e.published = DateOf(Member(post, "date_gmt"), Member(post, "date"));
    e.updated = DateOf(Member(post, "modified_gmt"), Member(post, "modified"));
    e.wordpress.status = String(Member(post, "status"));
    e.wordpress.post_type = String(Member(post, "type"));
    const Json& hidden = Member(Member(post, "content"), "protected");
    e.wordpress.password_protected = hidden.is_boolean() && hidden.get<bool>();
    ReadEmbedded(Member(post, "_embedded"), e);
    feed_.entries.push_back(std::move(e));
  }

 private:
  Entry NewEntry() const {
    Entry e;
    e.index = static_cast<int>(feed_.entries.size());
    return e;
  }

  std::string Url(const Json& value) const {
    const std::string url = String(value);
    if (url.empty()) return "";
    return ResolveUrl(feed_.link.empty() ? options_.base_url : feed_.link, url).value_or("");
  }

  Text Html(const Json& value, string_view base) const {
    Text t;
    t.value = String(value);
    t.is_html = true;
    if (!t.value.empty()) t.base_url = base.empty() ? feed_.link : std::string(base);
    return t;
  }

  Date DateOf(const Json& first, const Json& second) const {
    Date d;
    d.raw = String(first).empty() ? String(second) : String(first);
    if (d.raw.empty()) return d;
    d.time = ParseDate(d.raw);
    if (d.time.has_value() && *d.time > options_.fetched_at + absl::Hours(24)) d.time.reset();
    d.unparseable = !d.time.has_value();
    return d;
  }

  std::vector<Person> Authors(const Json& object) const {
    std::vector<Person> people;
    const auto add = [&](const Json& author) {
      Person p{String(Member(author, "name")), "", Url(Member(author, "url"))};
      if (!p.name.empty() || !p.uri.empty()) people.push_back(std::move(p));
    };
    for (const Json& author : Member(object, "authors")) add(author);
    if (people.empty()) add(Member(object, "author"));
    return people;
  }

  void ReadItem(const Json& item) {
    if (!item.is_object()) return;
    Entry e = NewEntry();
    e.id = String(Member(item, "id"));
    e.link = Url(Member(item, "url"));
    if (const std::string other = Url(Member(item, "external_url")); !other.empty()) {
      if (e.link.empty()) e.link = other;
      e.links.push_back({other, "related", "", "", std::nullopt});
    }
    e.title_html = String(Member(item, "title"));
    e.title = CollapseSpace(e.title_html);
    e.summary.value = String(Member(item, "summary"));
    e.content = Html(Member(item, "content_html"), e.link);
    if (e.content.value.empty()) {
      e.content = Html(Member(item, "content_text"), e.link);
      e.content.is_html = false;
    }
    e.published = DateOf(Member(item, "date_published"), Json());
    e.updated = DateOf(Member(item, "date_modified"), Json());
    e.language = String(Member(item, "language"));
    e.authors = Authors(item);
    if (e.authors.empty()) e.authors = feed_.authors;
    for (const Json& tag : Member(item, "tags")) {
      if (std::string term = String(tag); !term.empty()) e.categories.push_back({term, "", ""});
    }
    for (const char* name : {"image", "banner_image"}) {
      Media m;
      m.url = Url(Member(item, name));
      m.medium = "image";
      if (!m.url.empty()) e.media.push_back(std::move(m));
    }
    ReadAttachments(Member(item, "attachments"), e);
    feed_.entries.push_back(std::move(e));
  }

  void ReadAttachments(const Json& attachments, Entry& e) const {
    for (const Json& a : attachments) {
      Enclosure file;
      file.url = Url(Member(a, "url"));
      file.type = String(Member(a, "mime_type"));
      const Json& size = Member(a, "size_in_bytes");
      if (size.is_number_unsigned()) file.length = size.get<int64_t>();
      const Json& seconds = Member(a, "duration_in_seconds");
      if (seconds.is_number()) file.duration = absl::Seconds(seconds.get<double>());
      if (!file.url.empty()) e.enclosures.push_back(std::move(file));
    }
  }

  void ReadEmbedded(const Json& embedded, Entry& e) const {
    for (const Json& author : Member(embedded, "author")) {
      Person p{PlainTitle(String(Member(author, "name"))), "", Url(Member(author, "link"))};
      if (!p.name.empty()) e.authors.push_back(std::move(p));
    }
    for (const Json& terms : Member(embedded, "wp:term")) {
      for (const Json& term : terms) {
        std::string name = PlainTitle(String(Member(term, "name")));
        if (!name.empty()) e.categories.push_back({name, String(Member(term, "taxonomy")), name});
      }
    }
    for (const Json& media : Member(embedded, "wp:featuredmedia")) {
      Media m;
      m.url = Url(Member(media, "source_url"));
      m.type = String(Member(media, "mime_type"));
      m.medium = String(Member(media, "media_type"));
      m.title = String(Member(media, "alt_text"));
      if (!m.url.empty()) e.media.push_back(std::move(m));
    }
  }

  const ParseOptions& options_;
  Feed& feed_;
};

// Depth at which a document is no feed; the parser recurses.
bool TooDeep(string_view text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > 64) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<Feed> ParseJsonFeed(string_view text, const ParseOptions& options, Feed feed) {
  if (TooDeep(text)) return absl::InvalidArgumentError("document: JSON nested too deeply");
  const Json root = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) return absl::InvalidArgumentError("document: malformed JSON, no feed");
  const Json& items = root.is_array() ? root : Member(root, "items");
  if (items.is_array() && items.size() > static_cast<size_t>(limits::kMaxDocumentEntries)) {
    return absl::ResourceExhaustedError("document: too many entries");
  }
  JsonReader reader(options, feed);
  if (root.is_array() && !root.empty() &&
      Member(Member(root[0], "title"), "rendered").is_string()) {
    feed.format = FeedFormat::WORDPRESS_REST;
    feed.version = "v2";
    for (const Json& post : root) reader.ReadPost(post);
    return feed;
  }
  if (!items.is_array() || root.is_array()) {
    return absl::InvalidArgumentError("document: JSON that is no feed");
  }
  reader.ReadFeed(root);
  return feed;
}

}  // namespace dateline::ingestion::parse
