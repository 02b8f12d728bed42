#include "services/ingestion/parse/feed_test_util.h"

#include <array>
#include <functional>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/proto_time.h"
#include "gtest/gtest.h"
#include "services/ingestion/parse/parser.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

constexpr string_view kNamespaces =
    R"( xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/")"
    R"( xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/")"
    R"( xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:georss="http://www.georss.org/georss")"
    R"( xmlns:gml="http://www.opengis.net/gml" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#")"
    R"( xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/")"
    R"( xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:thr="http://purl.org/syndication/thread/1.0")"
    R"( xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0")"
    R"( xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:xhtml="http://www.w3.org/1999/xhtml")"
    R"( xmlns:admin="http://webns.net/mvcb/" xmlns:cc="http://web.resource.org/cc/")";

std::string Number(double value) { return absl::StrCat(value); }
std::string Yes(bool value) { return value ? "yes" : "no"; }
std::string Time(bool is_set, const google::protobuf::Timestamp& time) {
  if (!is_set) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", TimeFromProto(time), absl::UTCTimeZone());
}
std::string Seconds(bool is_set, const google::protobuf::Duration& duration) {
  return is_set ? absl::StrCat(duration.seconds()) : "";
}
// A number that is 0 for unknown.
std::string Known(int64_t number) { return number == 0 ? "" : absl::StrCat(number); }

// The rest of a path and what it leads to.
using Fields = std::map<std::string, std::string, std::less<>>;

void Put(Fields& out, const std::string& path, const v1::FeedPerson& p) {
  out[path + ".name"] = p.name();
  out[path + ".email"] = p.email();
  out[path + ".uri"] = p.uri();
}

void Put(Fields& out, const std::string& path, const v1::FeedCategory& c) {
  out[path + ".term"] = c.term();
  out[path + ".scheme"] = c.scheme();
  out[path + ".label"] = c.label();
}

void Put(Fields& out, const std::string& path, const v1::FeedLink& l) {
  out[path + ".href"] = l.href();
  out[path + ".rel"] = l.rel();
  out[path + ".type"] = l.type();
  out[path + ".title"] = l.title();
  out[path + ".hreflang"] = l.hreflang();
  out[path + ".length"] = Known(l.length());
}

void Put(Fields& out, const std::string& path, const v1::FeedEnclosure& e) {
  out[path + ".url"] = e.url();
  out[path + ".type"] = e.type();
  out[path + ".length"] = Known(e.length());
  out[path + ".duration"] = Seconds(e.has_duration(), e.duration());
}

void Put(Fields& out, const std::string& path, const v1::FeedMedia& m) {
  out[path + ".url"] = m.url();
  out[path + ".type"] = m.type();
  out[path + ".medium"] = m.medium();
  out[path + ".width"] = absl::StrCat(m.width());
  out[path + ".height"] = absl::StrCat(m.height());
  out[path + ".credit"] = m.credit();
  out[path + ".rights"] = m.rights();
  out[path + ".title"] = m.title();
  out[path + ".length"] = Known(m.length());
  out[path + ".duration"] = Seconds(m.has_duration(), m.duration());
}

void Put(Fields& out, const std::string& path, const std::string& s) { out[path] = s; }
void Put(Fields& out, const std::string& path, int n) { out[path] = absl::StrCat(n); }

void Put(Fields& out, const std::string& path, const Text& t) {
  out[path] = t.value;
  out[path + ".html"] = Yes(t.is_html);
  out[path + ".base"] = t.base_url;
}

template <typename T>
void PutAll(Fields& out, const std::string& path, const T& values) {
  out[path] = absl::StrCat(values.size());
  for (int i = 0; i < values.size(); ++i) Put(out, absl::StrCat(path, "[", i, "]"), values[i]);
}

Fields FieldsOf(const v1::FeedEntry& e, const EntryExtras& extras) {
  Fields out;
  out = {{"id", e.id()},
         {"permalink", Yes(e.id_is_permalink())},
         {"link", e.link()},
         {"comments", e.comments_link()},
         {"comments_feed", e.comments_feed_link()},
         {"comment_count", Known(e.comment_count())},
         {"title", e.title()},
         {"published", Time(e.has_publish_time(), e.publish_time())},
         {"updated", Time(e.has_update_time(), e.update_time())},
         {"language", e.language()},
         {"source.title", e.source_feed().title()},
         {"source.link", e.source_feed().link()},
         {"source.id", e.source_feed().id()},
         {"credit", e.credit()},
         {"rights", e.rights()},
         {"latitude", e.has_geo_point() ? Number(e.geo_point().latitude()) : ""},
         {"longitude", e.has_geo_point() ? Number(e.geo_point().longitude()) : ""},
         {"status", e.status()},
         {"post_type", e.post_type()},
         {"protected", Yes(extras.is_protected)},
         {"cut", Yes(extras.is_cut)}};
  Put(out, "summary", extras.summary);
  Put(out, "content", extras.content);
  PutAll(out, "links", e.links());
  PutAll(out, "authors", e.authors());
  PutAll(out, "contributors", e.contributors());
  PutAll(out, "categories", e.categories());
  PutAll(out, "enclosures", e.enclosures());
  PutAll(out, "media", e.media());
  PutAll(out, "thumbnails", e.thumbnails());
  PutAll(out, "unparsed", e.unparsed_dates());
  return out;
}

string_view FormatName(v1::FeedFormat format) {
  static constexpr std::array kNames = {
      string_view("none"),   string_view("rss090"), string_view("rss091"), string_view("rss092"),
      string_view("rss10"),  string_view("rss20"),  string_view("atom03"), string_view("atom10"),
      string_view("json10"), string_view("json11"), string_view("wxr"),    string_view("sitemap"),
      string_view("news"),   string_view("wp_rest")};
  return kNames[static_cast<size_t>(format)];
}

Fields FieldsOf(const v1::Feed& f) {
  Fields out;
  out = {{"format", std::string(FormatName(f.format()))},
         {"version", f.version()},
         {"title", f.title()},
         {"subtitle", f.subtitle()},
         {"link", f.link()},
         {"self", f.self_link()},
         {"id", f.id()},
         {"language", f.language()},
         {"image", f.image()},
         {"image_title", f.image_title()},
         {"image_link", f.image_link()},
         {"icon", f.icon()},
         {"generator", f.generator()},
         {"generator_uri", f.generator_uri()},
         {"generator_version", f.generator_version()},
         {"rights", f.rights()},
         {"updated", Time(f.has_update_time(), f.update_time())},
         {"ttl", Seconds(f.has_ttl(), f.ttl())},
         {"period", f.update_period()},
         {"frequency", absl::StrCat(f.update_frequency())},
         {"update_base", Time(f.has_update_base_time(), f.update_base_time())},
         {"well_formed", Yes(f.well_formed())},
         {"fault", f.fault()},
         {"entries", absl::StrCat(f.entries_size())}};
  PutAll(out, "hubs", f.hub_links());
  PutAll(out, "authors", f.authors());
  PutAll(out, "contributors", f.contributors());
  PutAll(out, "categories", f.categories());
  PutAll(out, "skip_hours", f.skip_hours());
  PutAll(out, "skip_days", f.skip_days());
  PutAll(out, "unparsed", f.unparsed_dates());
  return out;
}

std::string Look(const Fields& fields, string_view path) {
  const auto it = fields.find(path);
  return it == fields.end() ? "?" : it->second;
}

}  // namespace

std::string RssItem(string_view inner) {
  return RssChannel(absl::StrCat("<item>", inner, "</item>"));
}

std::string RssChannel(string_view inner) {
  return absl::StrCat("<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"",
                      kNamespaces, "><channel>", inner, "</channel></rss>");
}

std::string AtomEntry(string_view inner) {
  return AtomFeed(absl::StrCat("<entry>", inner, "</entry>"));
}

std::string AtomFeed(string_view inner) {
  return absl::StrCat("<feed xmlns=\"http://www.w3.org/2005/Atom\"", kNamespaces, ">", inner,
                      "</feed>");
}

std::string RdfItem(string_view inner) {
  return absl::StrCat("<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\"", kNamespaces,
                      "><channel rdf:about=\"https://a.example/\"><title>T</title></channel>"
                      "<item rdf:about=\"https://a.example/1\">",
                      inner, "</item></rdf:RDF>");
}

std::string FieldOf(const ParsedFeed& parsed, string_view path) {
  const std::vector<string_view> parts = absl::StrSplit(path, absl::MaxSplits('.', 1));
  int index = 0;
  if (parts.size() == 2 && absl::SimpleAtoi(parts[0], &index)) {
    if (index < 0 || index >= parsed.feed.entries_size()) return "?";
    return Look(FieldsOf(parsed.feed.entries(index), parsed.extras[static_cast<size_t>(index)]),
                parts[1]);
  }
  return Look(FieldsOf(parsed.feed), path);
}

void ExpectFeeds(absl::Span<const FeedCase> cases) {
  const absl::Time fetched = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
  for (const FeedCase& c : cases) {
    const auto feed = ParseFeed(
        c.document,
        {.content_type = "", .base_url = "https://doc.example/feed.xml", .fetched_at = fetched});
    for (string_view line : absl::StrSplit(c.want, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (line.empty()) continue;
      const std::vector<string_view> sides = absl::StrSplit(line, absl::MaxSplits('=', 1));
      ASSERT_EQ(sides.size(), 2U) << c.name << ": " << line;
      const string_view path = absl::StripAsciiWhitespace(sides[0]);
      const string_view want = absl::StripAsciiWhitespace(sides[1]);
      if (path == "failure") {
        EXPECT_EQ(feed.ok() ? "read" : std::string(feed.status().message()), want) << c.name;
        continue;
      }
      ASSERT_TRUE(feed.ok()) << c.name << ": " << feed.status();
      EXPECT_EQ(FieldOf(*feed, path), want) << c.name << ": " << path << "\n" << c.document;
    }
  }
}

}  // namespace dateline::ingestion::parse
