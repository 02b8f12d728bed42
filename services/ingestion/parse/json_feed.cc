#include "services/ingestion/parse/json_feed.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/url/url.h"
#include "services/ingestion/parse/entry_rules.h"
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

// Fields that hold one value or a list of them, as feeds mix them up.
template <typename Do>
void ForEach(const Json& value, Do&& action) {
  if (value.is_array()) {
    for (const Json& one : value) action(one);
  } else if (!value.is_null()) {
    action(value);
  }
}

// A non-negative number, also written as a string.
std::optional<int64_t> Number(const Json& value) {
  if (value.is_number_unsigned() && value.get<uint64_t>() <= uint64_t{INT64_MAX}) {
    return value.get<int64_t>();
  }
  if (value.is_number_float() && value.get<double>() >= 0 && value.get<double>() < 1e15) {
    return static_cast<int64_t>(value.get<double>());
  }
  return value.is_string() ? ToLength(String(value)) : std::nullopt;
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
    feed_.subtitle = CollapseSpace(String(Member(root, "description")));
    feed_.link = Url(Member(root, "home_page_url"));
    feed_.self_link = Url(Member(root, "feed_url"));
    feed_.image = Url(Member(root, "icon"));
    feed_.icon = Url(Member(root, "favicon"));
    feed_.language = LanguageTag(String(Member(root, "language")));
    feed_.authors = Authors(root);
    ForEach(Member(root, "hubs"), [&](const Json& hub) {
      std::string url = Url(hub.is_object() ? Member(hub, "url") : hub);
      if (!url.empty() && feed_.hub_links.size() < kMaxValues) {
        feed_.hub_links.push_back(std::move(url));
      }
    });
    for (const Json& item : Member(root, "items")) ReadItem(item);
  }

  void ReadPost(const Json& post) {
    if (!post.is_object()) return;
    Entry e = NewEntry();
    e.id = Rendered(post, "guid");
    if (e.id.empty()) e.id = String(Member(post, "id"));
    e.link = Url(Member(post, "link"));
    if (!e.link.empty()) e.links.push_back({e.link, "alternate", "", "", "", std::nullopt});
    e.title_html = Rendered(post, "title");
    e.title = HtmlToPlainTitle(e.title_html);
    e.summary = Html(Rendered(post, "excerpt"), e.link);
    e.content = Html(Rendered(post, "content"), e.link);
    e.published = DateOf(post, {"date_gmt", "date"}, e);
    e.updated = DateOf(post, {"modified_gmt", "modified"}, e);
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

  // WordPress's {"rendered": …}, or the string itself.
  static std::string Rendered(const Json& post, const char* name) {
    const Json& value = Member(post, name);
    return String(value.is_object() ? Member(value, "rendered") : value);
  }

  std::string Url(const Json& value) const {
    const std::string url = String(value);
    if (url.empty()) return "";
    return url::ResolveUrl(feed_.link.empty() ? options_.base_url : feed_.link, url).value_or("");
  }

  Text Html(std::string value, string_view link) const {
    Text t;
    t.value = std::move(value);
    t.is_html = true;
    if (t.value.empty()) return t;
    t.base_url = !link.empty()         ? std::string(link)
                 : !feed_.link.empty() ? feed_.link
                                       : options_.base_url;
    return t;
  }

  // The first of the members that can be read.
  Date DateOf(const Json& object, std::initializer_list<const char*> names, Entry& e) const {
    for (const char* name : names) {
      Date d = ReadDate(String(Member(object, name)), options_, e.unparsed_dates);
      if (d.time.has_value()) return d;
    }
    return {};
  }

  std::vector<Person> Authors(const Json& object) const {
    std::vector<Person> people;
    const auto add = [&](const Json& author) {
      if (author.is_string()) {
        AddPerson(people, ParsePerson(String(author)));
        return;
      }
      AddPerson(people, {CollapseSpace(String(Member(author, "name"))),
                         String(Member(author, "email")), Url(Member(author, "url"))});
    };
    ForEach(Member(object, "authors"), add);
    if (people.empty()) ForEach(Member(object, "author"), add);
    return people;
  }

  void ReadItem(const Json& item) {
    if (!item.is_object()) return;
    Entry e = NewEntry();
    e.id = String(Member(item, "id"));
    e.link = Url(Member(item, "url"));
    if (!e.link.empty()) e.links.push_back({e.link, "alternate", "", "", "", std::nullopt});
    if (const std::string other = Url(Member(item, "external_url")); !other.empty()) {
      if (e.link.empty()) e.link = other;
      e.links.push_back({other, "related", "", "", "", std::nullopt});
    }
    if (e.link.empty() &&
        (absl::StartsWith(e.id, "http://") || absl::StartsWith(e.id, "https://"))) {
      // The specification asks for the address as id.
      e.link = url::ResolveUrl("", e.id).value_or("");
    }
    e.title_html = String(Member(item, "title"));
    e.title = PlainTextTitle(e.title_html);
    e.summary = Html(String(Member(item, "summary")), e.link);
    e.summary.is_html = false;
    e.content = Html(String(Member(item, "content_html")), e.link);
    if (e.content.value.empty()) {
      e.content = Html(String(Member(item, "content_text")), e.link);
      e.content.is_html = false;
    }
    e.published = DateOf(item, {"date_published"}, e);
    e.updated = DateOf(item, {"date_modified"}, e);
    e.language = LanguageTag(String(Member(item, "language")));
    e.authors = Authors(item);
    if (e.authors.empty()) e.authors = feed_.authors;
    ForEach(Member(item, "tags"), [&](const Json& tag) {
      AddCategory(e.categories,
                  {CollapseSpace(String(tag.is_object() ? Member(tag, "name") : tag)), "", ""});
    });
    for (const char* name : {"image", "banner_image"}) {
      Media m;
      m.url = Url(Member(item, name));
      m.medium = "image";
      AddMedia(e.media, std::move(m));
    }
    ForEach(Member(item, "attachments"), [&](const Json& file) { ReadAttachment(file, e); });
    feed_.entries.push_back(std::move(e));
  }

  void ReadAttachment(const Json& a, Entry& e) const {
    Enclosure file;
    file.url = Url(Member(a, "url"));
    file.type = String(Member(a, "mime_type"));
    file.length = Number(Member(a, "size_in_bytes"));
    if (const auto seconds = Number(Member(a, "duration_in_seconds"));
        seconds.has_value() && *seconds < 10'000'000) {
      file.duration = absl::Seconds(*seconds);
    }
    AddEnclosure(e.enclosures, std::move(file));
  }

  void ReadEmbedded(const Json& embedded, Entry& e) const {
    ForEach(Member(embedded, "author"), [&](const Json& author) {
      AddPerson(e.authors,
                {PlainTitle(String(Member(author, "name"))), "", Url(Member(author, "link"))});
    });
    ForEach(Member(embedded, "wp:term"), [&](const Json& terms) {
      ForEach(terms, [&](const Json& term) {
        std::string name = PlainTitle(String(Member(term, "name")));
        AddCategory(e.categories, {name, String(Member(term, "taxonomy")), name});
      });
    });
    ForEach(Member(embedded, "wp:featuredmedia"), [&](const Json& media) {
      Media m;
      m.url = Url(Member(media, "source_url"));
      m.type = String(Member(media, "mime_type"));
      m.medium = String(Member(media, "media_type"));
      m.title = String(Member(media, "alt_text"));
      const Json& details = Member(media, "media_details");
      m.width = static_cast<int>(
          std::min<int64_t>(Number(Member(details, "width")).value_or(0), 1 << 20));
      m.height = static_cast<int>(
          std::min<int64_t>(Number(Member(details, "height")).value_or(0), 1 << 20));
      m.length = Number(Member(details, "filesize"));
      AddMedia(e.media, std::move(m));
    });
  }

  const ParseOptions& options_;
  Feed& feed_;
};

// Whether an object is a post as WordPress's REST interface gives it.
bool IsWordPressPost(const Json& value) {
  return Member(Member(value, "title"), "rendered").is_string() ||
         (Member(Member(value, "content"), "rendered").is_string() &&
          Member(value, "link").is_string());
}

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
  const bool is_list = root.is_array() && !root.empty() && IsWordPressPost(root[0]);
  if (is_list || IsWordPressPost(root)) {
    feed.format = FeedFormat::WORDPRESS_REST;
    feed.version = "v2";
    ForEach(root, [&](const Json& post) { reader.ReadPost(post); });
    return feed;
  }
  if (!items.is_array() || root.is_array()) {
    return absl::InvalidArgumentError("document: JSON that is no feed");
  }
  reader.ReadFeed(root);
  return feed;
}

}  // namespace dateline::ingestion::parse
