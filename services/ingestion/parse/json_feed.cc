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
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/text/c1_controls.h"
#include "common/text/language_tag.h"
#include "common/url/url.h"
#include "services/ingestion/parse/entry_rules.h"
#include "services/ingestion/parse/json_repair.h"
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
    const auto& text = value.get_ref<const std::string&>();
    std::string copy;
    return std::string(absl::StripAsciiWhitespace(text::WithoutC1Controls(text, &copy)));
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
  JsonReader(const ParseOptions& options, ParsedFeed& parsed)
      : options_(options), parsed_(parsed), feed_(parsed.feed) {}

  void ReadFeed(const Json& root) {
    const std::string version = String(Member(root, "version"));
    const bool v10 = absl::EndsWith(version, "/1") || absl::EndsWith(version, "/1.0");
    feed_.set_format(v10 ? v1::FEED_FORMAT_JSON_FEED_10 : v1::FEED_FORMAT_JSON_FEED_11);
    feed_.set_version(v10 ? "1.0" : "1.1");
    feed_.set_title(CollapseSpace(String(Member(root, "title"))));
    feed_.set_subtitle(CollapseSpace(String(Member(root, "description"))));
    feed_.set_link(Url(Member(root, "home_page_url")));
    feed_.set_self_link(Url(Member(root, "feed_url")));
    feed_.set_image(Url(Member(root, "icon")));
    feed_.set_icon(Url(Member(root, "favicon")));
    feed_.set_language(text::LanguageTag(String(Member(root, "language"))));
    AddAuthors(root, feed_.mutable_authors());
    ForEach(Member(root, "hubs"), [&](const Json& hub) {
      std::string url = Url(hub.is_object() ? Member(hub, "url") : hub);
      if (!url.empty() && feed_.hub_links_size() < kMaxValues) feed_.add_hub_links(std::move(url));
    });
    for (const Json& item : Member(root, "items")) ReadItem(item);
  }

  void ReadPost(const Json& post) {
    if (!post.is_object()) return;
    v1::FeedEntry& e = NewEntry();
    EntryExtras& extras = parsed_.extras.back();
    e.set_id(Rendered(post, "guid"));
    if (e.id().empty()) e.set_id(String(Member(post, "id")));
    e.set_link(Url(Member(post, "link")));
    AppendLink(e.link(), "alternate", &e);
    e.set_title(HtmlToPlainTitle(Rendered(post, "title")));
    extras.summary = TextOf(Rendered(post, "excerpt"), true);
    extras.content = TextOf(Rendered(post, "content"), true);
    SetDates(post, {"date_gmt", "date"}, {"modified_gmt", "modified"}, &e);
    e.set_status(String(Member(post, "status")));
    e.set_post_type(String(Member(post, "type")));
    const Json& hidden = Member(Member(post, "content"), "protected");
    extras.is_protected = hidden.is_boolean() && hidden.get<bool>();
    ReadEmbedded(Member(post, "_embedded"), &e);
  }

 private:
  v1::FeedEntry& NewEntry() {
    const int position = feed_.entries_size();
    parsed_.extras.emplace_back();
    v1::FeedEntry& e = *feed_.add_entries();
    e.set_position(position);
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
    return url::ResolveUrl(feed_.link().empty() ? options_.base_url : feed_.link(), url)
        .value_or("");
  }

  static Text TextOf(std::string value, bool is_html) {
    Text t;
    t.value = std::move(value);
    t.is_html = is_html;
    return t;
  }

  static void AppendLink(const std::string& href, const char* rel, v1::FeedEntry* e) {
    if (href.empty()) return;
    v1::FeedLink& link = *e->add_links();
    link.set_href(href);
    link.set_rel(rel);
  }

  // The first of the members that can be read.
  std::optional<absl::Time> DateOf(const Json& object, std::initializer_list<const char*> names,
                                   DateTexts* unparsed) const {
    for (const char* name : names) {
      const auto time = ReadDate(String(Member(object, name)), options_, unparsed);
      if (time.has_value()) return time;
    }
    return std::nullopt;
  }

  void SetDates(const Json& object, std::initializer_list<const char*> published,
                std::initializer_list<const char*> updated, v1::FeedEntry* e) const {
    DateTexts* const unparsed = e->mutable_unparsed_dates();
    if (const auto time = DateOf(object, published, unparsed)) {
      *e->mutable_publish_time() = TimeToProto(*time);
    }
    if (const auto time = DateOf(object, updated, unparsed)) {
      *e->mutable_update_time() = TimeToProto(*time);
    }
  }

  void AddAuthors(const Json& object, Persons* to) const {
    const auto add = [&](const Json& author) {
      if (author.is_string()) {
        AddPersons(String(author), to);
        return;
      }
      v1::FeedPerson person;
      person.set_name(CollapseSpace(String(Member(author, "name"))));
      person.set_email(String(Member(author, "email")));
      person.set_uri(Url(Member(author, "url")));
      AddPerson(std::move(person), to);
    };
    ForEach(Member(object, "authors"), add);
    if (to->empty()) ForEach(Member(object, "author"), add);
  }

  void ReadItem(const Json& item) {
    if (!item.is_object()) return;
    v1::FeedEntry& e = NewEntry();
    e.set_id(String(Member(item, "id")));
    e.set_link(Url(Member(item, "url")));
    AppendLink(e.link(), "alternate", &e);
    const std::string other = Url(Member(item, "external_url"));
    if (e.link().empty()) e.set_link(other);
    AppendLink(other, "related", &e);
    if (e.link().empty() &&
        (absl::StartsWith(e.id(), "http://") || absl::StartsWith(e.id(), "https://"))) {
      // The specification asks for the address as id.
      e.set_link(url::ResolveUrl("", e.id()).value_or(""));
    }
    e.set_title(PlainTextTitle(String(Member(item, "title"))));
    EntryExtras& extras = parsed_.extras.back();
    extras.summary = TextOf(String(Member(item, "summary")), false);
    extras.content = TextOf(String(Member(item, "content_html")), true);
    if (extras.content.value.empty()) {
      extras.content = TextOf(String(Member(item, "content_text")), false);
    }
    SetDates(item, {"date_published"}, {"date_modified"}, &e);
    e.set_language(text::LanguageTag(String(Member(item, "language"))));
    AddAuthors(item, e.mutable_authors());
    if (e.authors().empty()) *e.mutable_authors() = feed_.authors();
    ForEach(Member(item, "tags"), [&](const Json& tag) {
      AddCategory(CollapseSpace(String(tag.is_object() ? Member(tag, "name") : tag)), "", "",
                  e.mutable_categories());
    });
    for (const char* name : {"image", "banner_image"}) {
      v1::FeedMedia m;
      m.set_url(Url(Member(item, name)));
      m.set_medium("image");
      AddMedia(std::move(m), e.mutable_media());
    }
    ForEach(Member(item, "attachments"), [&](const Json& file) { ReadAttachment(file, &e); });
  }

  void ReadAttachment(const Json& a, v1::FeedEntry* e) const {
    v1::FeedEnclosure file;
    file.set_url(Url(Member(a, "url")));
    file.set_type(String(Member(a, "mime_type")));
    file.set_length(Number(Member(a, "size_in_bytes")).value_or(0));
    if (const auto seconds = Number(Member(a, "duration_in_seconds"));
        seconds.has_value() && *seconds < 10'000'000) {
      file.mutable_duration()->set_seconds(*seconds);
    }
    AddEnclosure(std::move(file), e->mutable_enclosures());
  }

  void ReadEmbedded(const Json& embedded, v1::FeedEntry* e) const {
    ForEach(Member(embedded, "author"), [&](const Json& author) {
      v1::FeedPerson person;
      person.set_name(PlainTitle(String(Member(author, "name"))));
      person.set_uri(Url(Member(author, "link")));
      AddPerson(std::move(person), e->mutable_authors());
    });
    ForEach(Member(embedded, "wp:term"), [&](const Json& terms) {
      ForEach(terms, [&](const Json& term) {
        const std::string name = PlainTitle(String(Member(term, "name")));
        AddCategory(name, String(Member(term, "taxonomy")), name, e->mutable_categories());
      });
    });
    ForEach(Member(embedded, "wp:featuredmedia"), [&](const Json& media) {
      v1::FeedMedia m;
      m.set_url(Url(Member(media, "source_url")));
      m.set_type(String(Member(media, "mime_type")));
      m.set_medium(String(Member(media, "media_type")));
      m.set_title(String(Member(media, "alt_text")));
      const Json& details = Member(media, "media_details");
      m.set_width(Pixels(Member(details, "width")));
      m.set_height(Pixels(Member(details, "height")));
      m.set_length(Number(Member(details, "filesize")).value_or(0));
      AddMedia(std::move(m), e->mutable_media());
    });
  }

  static int Pixels(const Json& value) {
    return static_cast<int>(std::min<int64_t>(Number(value).value_or(0), 1 << 20));
  }

  const ParseOptions& options_;
  ParsedFeed& parsed_;
  v1::Feed& feed_;
};

// Whether an object is a post as WordPress's REST interface gives it.
bool IsWordPressPost(const Json& value) {
  return Member(Member(value, "title"), "rendered").is_string() ||
         (Member(Member(value, "content"), "rendered").is_string() &&
          Member(value, "link").is_string());
}

// The last entry has those of its members that end before the document does.
void KeepCutEntry(ParsedFeed* parsed) {
  v1::Feed& feed = parsed->feed;
  if (feed.entries().empty()) return;
  EntryExtras& extras = parsed->extras.back();
  extras.is_cut = IsWorthKeeping(*feed.entries().rbegin(), extras, feed);
  if (extras.is_cut) return;
  feed.mutable_entries()->RemoveLast();
  parsed->extras.pop_back();
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

absl::StatusOr<ParsedFeed> ParseJsonFeed(string_view text, const ParseOptions& options,
                                         ParsedFeed parsed) {
  bool cuts_entry = false;
  if (TooDeep(text)) return absl::InvalidArgumentError("document: JSON nested too deeply");
  Json root = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) {
    const RepairedJson mended = RepairJson(text);
    root = Json::parse(mended.text, nullptr, /*allow_exceptions=*/false);
    if (root.is_discarded() || root.empty()) {
      return absl::InvalidArgumentError("document: malformed JSON, no feed");
    }
    if (parsed.feed.fault().empty()) parsed.feed.set_fault(mended.first_fault);
    cuts_entry = mended.cuts_entry;
  }
  const Json& items = root.is_array() ? root : Member(root, "items");
  if (items.is_array() && items.size() > static_cast<size_t>(limits::kMaxDocumentEntries)) {
    return absl::ResourceExhaustedError("document: too many entries");
  }
  JsonReader reader(options, parsed);
  const bool is_list = root.is_array() && !root.empty() && IsWordPressPost(root[0]);
  if (is_list || IsWordPressPost(root)) {
    parsed.feed.set_format(v1::FEED_FORMAT_WORDPRESS_REST);
    parsed.feed.set_version("v2");
    ForEach(root, [&](const Json& post) { reader.ReadPost(post); });
    if (cuts_entry) KeepCutEntry(&parsed);
    BaseTexts(options.base_url, &parsed);
    return parsed;
  }
  if (!items.is_array() || root.is_array()) {
    return absl::InvalidArgumentError("document: JSON that is no feed");
  }
  reader.ReadFeed(root);
  if (cuts_entry) KeepCutEntry(&parsed);
  BaseTexts(options.base_url, &parsed);
  return parsed;
}

}  // namespace dateline::ingestion::parse
