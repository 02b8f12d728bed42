// Attached files, Media RSS, images and places of an entry.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/api/proto_time.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/entry_rules.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;
using B = FeedBuilder;
using E = Element;

string_view Either(string_view first, string_view second) { return first.empty() ? second : first; }

// Pixels; a unit may follow.
int ToPixels(string_view s) {
  s = absl::StripAsciiWhitespace(s);
  size_t digits = 0;
  while (digits < s.size() && absl::ascii_isdigit(static_cast<unsigned char>(s[digits])) != 0) {
    ++digits;
  }
  int value = 0;
  return absl::SimpleAtoi(s.substr(0, digits), &value) ? value : 0;
}

void File(B& b, E& e) {
  v1::FeedEnclosure file;
  file.set_url(b.Resolve(e, Either(e.Get("url"), e.Get("href"))));
  file.set_type(Trim(e.Get("type")));
  file.set_length(ToLength(e.Get("length")).value_or(0));
  AddEnclosure(std::move(file), b.entry().mutable_enclosures());
}

v1::FeedMedia MediaOf(B& b, E& e) {
  v1::FeedMedia m;
  m.set_url(b.Resolve(e, Either(Either(e.Get("url"), e.Get("href")), e.text)));
  m.set_type(Trim(e.Get("type")));
  m.set_medium(absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.Get("medium"))));
  m.set_width(ToPixels(e.Get("width")));
  m.set_height(ToPixels(e.Get("height")));
  m.set_length(ToLength(e.Get("filesize")).value_or(0));
  if (e.Get("duration").empty()) return m;
  if (const auto duration = ToDuration(e.Get("duration"))) {
    *m.mutable_duration() = DurationToProto(*duration);
  }
  return m;
}

// What stood within has closed already.
void MediaContent(B& b, E& e) {
  v1::FeedMedia m = MediaOf(b, e);
  Inherit(b.draft().content_scope, &m);
  b.draft().content_scope.Clear();
  AddMedia(std::move(m), b.entry().mutable_media());
}

void MediaGroup(B& b, E&) {
  for (int i = b.draft().group_begin; i < b.entry().media_size(); ++i) {
    Inherit(b.draft().group_scope, b.entry().mutable_media(i));
  }
  b.draft().group_scope.Clear();
}

// What holds for the one, the group or all media, by what it stands in.
v1::FeedMedia& Scope(B& b) {
  const string_view parent = b.Parent();
  return parent == "media:content" ? b.draft().content_scope
         : parent == "media:group" ? b.draft().group_scope
                                   : b.draft().entry_scope;
}

template <auto mutable_field>
void MediaText(B& b, E& e) {
  std::string text = b.PlainText(e);
  if (std::string& to = *(Scope(b).*mutable_field)(); to.empty()) to = std::move(text);
}

// Of the entry too, if it has no title of its own.
void MediaTitle(B& b, E& e) {
  const std::string title = b.PlainText(e);
  if (Scope(b).title().empty()) Scope(b).set_title(title);
  const int rank = b.Parent() == "media:content" ? 4 : 3;
  if (title.empty() || b.draft().title_rank <= rank) return;
  b.draft().title_rank = rank;
  b.entry().set_title(title);
}

// Stands in for a title of the media and for a summary of the entry.
void MediaDescription(B& b, E& e) {
  if (Scope(b).title().empty()) {
    Element copy = e;
    Scope(b).set_title(b.PlainText(copy));
  }
  const bool may_be_markup = e.has_markup || !e.Get("type").empty();
  Text t = b.TakeText(e);
  // Media RSS has it plain if it does not say otherwise; many feeds put markup there nevertheless.
  if (!may_be_markup) t.is_html = LooksLikeHtml(t.value);
  const int rank = b.Parent() == "media:content" ? 7 : 6;
  if (t.value.empty() || b.draft().summary_rank <= rank) return;
  b.draft().summary_rank = rank;
  b.extras().summary = std::move(t);
}

void Thumbnail(B& b, E& e) {
  v1::FeedMedia m = MediaOf(b, e);
  m.set_medium("image");
  AddMedia(std::move(m), b.entry().mutable_thumbnails());
}

void SitemapMedia(B& b, E& e, const char* medium, Media* to) {
  v1::FeedMedia m;
  m.set_url(b.Resolve(e, e.text));
  m.set_medium(medium);
  AddMedia(std::move(m), to);
}

std::optional<double> ToDegrees(string_view text, double bound) {
  double value = 0;
  if (!absl::SimpleAtod(absl::StripAsciiWhitespace(text), &value) || !(value >= -bound) ||
      !(value <= bound)) {
    return std::nullopt;
  }
  return value;
}

void SetPoint(string_view latitude_text, string_view longitude_text, v1::FeedEntry* entry) {
  const auto latitude = ToDegrees(latitude_text, 90);
  const auto longitude = ToDegrees(longitude_text, 180);
  if (!latitude || !longitude || entry->has_geo_point()) return;
  entry->mutable_geo_point()->set_latitude(*latitude);
  entry->mutable_geo_point()->set_longitude(*longitude);
}

std::vector<string_view> Numbers(string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" ,;\t\r\n"), absl::SkipEmpty());
}

// Latitude first (GeoRSS).
void Point(B& b, E& e) {
  const auto numbers = Numbers(e.text);
  if (numbers.size() == 2 || numbers.size() == 3) SetPoint(numbers[0], numbers[1], &b.entry());
}

// gml:pos of a point; lines and polygons have lists of them and are no points.
void GmlPosition(B& b, E& e) {
  if (b.Parent() == "gml:point") Point(b, e);
}

// Longitude first (GML 2).
void GmlCoordinates(B& b, E& e) {
  const auto numbers = Numbers(e.text);
  if (b.Parent() == "gml:point" && numbers.size() >= 2) {
    SetPoint(numbers[1], numbers[0], &b.entry());
  }
}

}  // namespace

ActionTable EntryMediaActions() {
  return {
      {"enclosure", File},
      {"media:content", MediaContent},
      {"media:group", MediaGroup},
      {"media:thumbnail", Thumbnail},
      {"itunes:image", Thumbnail},
      {"googleplay:image", Thumbnail},
      {"itunes:link",
       [](B& b, E& e) {
         if (e.Get("rel") == "image") Thumbnail(b, e);
       }},
      {"media:title", MediaTitle},
      {"media:description", MediaDescription},
      {"media:credit", MediaText<&v1::FeedMedia::mutable_credit>},
      {"media:copyright", MediaText<&v1::FeedMedia::mutable_rights>},
      {"itunes:duration", [](B& b, E& e) { b.draft().duration = ToDuration(e.text); }},
      {"simage:loc", [](B& b, E& e) { SitemapMedia(b, e, "image", b.entry().mutable_media()); }},
      {"svideo:content_loc",
       [](B& b, E& e) { SitemapMedia(b, e, "video", b.entry().mutable_media()); }},
      {"svideo:thumbnail_loc",
       [](B& b, E& e) { SitemapMedia(b, e, "image", b.entry().mutable_thumbnails()); }},
      {"georss:point", Point},
      {"gml:pos", GmlPosition},
      {"gml:coordinates", GmlCoordinates},
      {"geo:lat", [](B& b, E& e) { b.draft().latitude = ToDegrees(e.text, 90); }},
      {"geo:long", [](B& b, E& e) { b.draft().longitude = ToDegrees(e.text, 180); }},
      {"geo:lon", [](B& b, E& e) { b.draft().longitude = ToDegrees(e.text, 180); }},
      {"geo:lat_long", Point},
  };
}

}  // namespace dateline::ingestion::parse
