// Attached files, Media RSS, images and places of an entry.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
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
  std::string url = b.Resolve(e, Either(e.Get("url"), e.Get("href")));
  AddEnclosure(b.entry().enclosures,
               {std::move(url), Trim(e.Get("type")), ToLength(e.Get("length")), std::nullopt});
}

Media MediaOf(B& b, E& e) {
  Media m;
  m.url = b.Resolve(e, Either(Either(e.Get("url"), e.Get("href")), e.text));
  m.type = Trim(e.Get("type"));
  m.medium = absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.Get("medium")));
  m.width = ToPixels(e.Get("width"));
  m.height = ToPixels(e.Get("height"));
  m.length = ToLength(e.Get("filesize"));
  if (!e.Get("duration").empty()) m.duration = ToDuration(e.Get("duration"));
  return m;
}

// What stood within has closed already.
void MediaContent(B& b, E& e) {
  Media m = MediaOf(b, e);
  const Media scope = std::exchange(b.draft().content_scope, {});
  m.credit = scope.credit;
  m.rights = scope.rights;
  m.title = scope.title;
  AddMedia(b.entry().media, std::move(m));
}

void MediaGroup(B& b, E&) {
  const Media scope = std::exchange(b.draft().group_scope, {});
  std::vector<Media>& media = b.entry().media;
  for (size_t i = b.draft().group_begin; i < media.size(); ++i) {
    for (const auto field : {&Media::credit, &Media::rights, &Media::title}) {
      if ((media[i].*field).empty()) media[i].*field = scope.*field;
    }
  }
}

// What holds for the one, the group or all media, by what it stands in.
Media& Scope(B& b) {
  const string_view parent = b.Parent();
  return parent == "media:content" ? b.draft().content_scope
         : parent == "media:group" ? b.draft().group_scope
                                   : b.draft().entry_scope;
}

template <std::string Media::*field>
void MediaText(B& b, E& e) {
  std::string text = b.PlainText(e);
  if (std::string& to = Scope(b).*field; to.empty()) to = std::move(text);
}

// Of the entry too, if it has no title of its own.
void MediaTitle(B& b, E& e) {
  const std::string title = b.PlainText(e);
  if (std::string& to = Scope(b).title; to.empty()) to = title;
  const int rank = b.Parent() == "media:content" ? 4 : 3;
  if (title.empty() || b.draft().title_rank <= rank) return;
  b.draft().title_rank = rank;
  b.entry().title = title;
}

// Stands in for a title of the media and for a summary of the entry.
void MediaDescription(B& b, E& e) {
  if (std::string& to = Scope(b).title; to.empty()) {
    Element copy = e;
    to = b.PlainText(copy);
  }
  Text t = b.TakeText(e);
  if (t.value.empty() || b.Parent() == "media:content" || b.draft().summary_rank <= 6) return;
  b.draft().summary_rank = 6;
  b.entry().summary = std::move(t);
}

void Thumbnail(B& b, E& e) {
  Media m = MediaOf(b, e);
  m.medium = "image";
  AddMedia(b.entry().thumbnails, std::move(m));
}

void SitemapMedia(B& b, E& e, string_view medium, std::vector<Media>& to) {
  Media m;
  m.url = b.Resolve(e, e.text);
  m.medium = std::string(medium);
  AddMedia(to, std::move(m));
}

std::optional<double> ToDegrees(string_view text, double bound) {
  double value = 0;
  if (!absl::SimpleAtod(absl::StripAsciiWhitespace(text), &value) || !(value >= -bound) ||
      !(value <= bound)) {
    return std::nullopt;
  }
  return value;
}

void SetPoint(Entry& entry, string_view latitude_text, string_view longitude_text) {
  const auto latitude = ToDegrees(latitude_text, 90);
  const auto longitude = ToDegrees(longitude_text, 180);
  if (latitude && longitude && !entry.geo) entry.geo = GeoPoint{*latitude, *longitude};
}

std::vector<string_view> Numbers(string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" ,;\t\r\n"), absl::SkipEmpty());
}

// Latitude first (GeoRSS).
void Point(B& b, E& e) {
  const auto numbers = Numbers(e.text);
  if (numbers.size() == 2 || numbers.size() == 3) SetPoint(b.entry(), numbers[0], numbers[1]);
}

// gml:pos of a point; lines and polygons have lists of them and are no points.
void GmlPosition(B& b, E& e) {
  if (b.Parent() == "gml:point") Point(b, e);
}

// Longitude first (GML 2).
void GmlCoordinates(B& b, E& e) {
  const auto numbers = Numbers(e.text);
  if (b.Parent() == "gml:point" && numbers.size() >= 2) {
    SetPoint(b.entry(), numbers[1], numbers[0]);
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
      {"media:credit", MediaText<&Media::credit>},
      {"media:copyright", MediaText<&Media::rights>},
      {"itunes:duration", [](B& b, E& e) { b.draft().duration = ToDuration(e.text); }},
      {"simage:loc", [](B& b, E& e) { SitemapMedia(b, e, "image", b.entry().media); }},
      {"svideo:content_loc", [](B& b, E& e) { SitemapMedia(b, e, "video", b.entry().media); }},
      {"svideo:thumbnail_loc",
       [](B& b, E& e) { SitemapMedia(b, e, "image", b.entry().thumbnails); }},
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
