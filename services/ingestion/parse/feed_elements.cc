// Elements of the feed itself: a channel, an Atom feed, a sitemap.

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/entry_rules.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;
using B = FeedBuilder;
using E = Element;

void SetIfEmpty(std::string& to, std::string value) {
  if (to.empty()) to = std::move(value);
}

template <std::string Feed::*field>
void PlainField(B& b, E& e) {
  if ((b.feed().*field).empty()) b.feed().*field = b.PlainText(e);
}

// In RSS the bare link is the feed's, an atom:link beside it only stands in for it.
template <int rank>
void FeedLink(B& b, E& e) {
  const string_view href = e.Get("href");
  std::string url = b.ResolveFeedLink(e, href.empty() ? string_view(e.text) : href);
  if (url.empty()) return;
  Feed& feed = b.feed();
  const std::string rel = absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.Get("rel")));
  if (rel == "self") {
    SetIfEmpty(feed.self_link, std::move(url));
  } else if (rel == "hub") {
    if (std::find(feed.hub_links.begin(), feed.hub_links.end(), url) == feed.hub_links.end() &&
        feed.hub_links.size() < kMaxValues) {
      feed.hub_links.push_back(std::move(url));
    }
  } else if (rel.empty() || rel == "alternate") {
    const int counts = rank + AlternateRank(e.Get("type"));
    if (counts >= b.feed_draft().link_rank) return;
    b.feed_draft().link_rank = counts;
    feed.link = std::move(url);
  }
}

template <int rank>
void Updated(B& b, E& e) {
  Date d = b.MakeDate(e.text, b.feed().unparsed_dates);
  if (!d.time.has_value() || rank >= b.feed_draft().updated_rank) return;
  b.feed_draft().updated_rank = rank;
  b.feed().updated = std::move(d);
}

void Image(B& b, E& e) {
  const string_view address = !e.Get("href").empty()  ? e.Get("href")
                              : !e.Get("url").empty() ? e.Get("url")
                                                      : string_view(e.text);
  SetIfEmpty(b.feed().image, b.Resolve(e, address));
}

void Generator(B& b, E& e) {
  Feed& feed = b.feed();
  if (!feed.generator.empty()) return;
  feed.generator = PlainTitle(e.text);
  const string_view uri = e.Get("uri").empty() ? e.Get("url") : e.Get("uri");
  feed.generator_uri = b.Resolve(e, uri);
  feed.generator_version = Trim(e.Get("version"));
}

void GeneratorAgent(B& b, E& e) {
  const std::string uri = b.Resolve(e, e.Get("rdf:resource"));
  SetIfEmpty(b.feed().generator, uri);
  SetIfEmpty(b.feed().generator_uri, uri);
}

void Author(B& b, E& e) { AddPerson(b.feed().authors, ParsePerson(e.text)); }

void AuthorIfNone(B& b, E& e) {
  if (b.feed().authors.empty()) AddPerson(b.feed().authors, ParsePerson(e.text));
}

void CategoryOf(B& b, E& e) { AddCategoryOf(b.feed().categories, e); }

void Keywords(B& b, E& e) { AddKeywords(b.feed().categories, e.text); }

void ItunesCategory(B& b, E& e) { AddItunesCategory(b.feed().categories, e); }

void Language(B& b, E& e) { b.feed().language = LanguageTag(e.text); }

void LanguageIfNone(B& b, E& e) { SetIfEmpty(b.feed().language, LanguageTag(e.text)); }

void Ttl(B& b, E& e) {
  int minutes = 0;
  if (absl::SimpleAtoi(e.text, &minutes) && minutes > 0) b.feed().ttl = absl::Minutes(minutes);
}

void SkipHour(B& b, E& e) {
  int hour = 0;
  // Midnight is 0, but Netscape's RSS 0.91 counted from 1 to 24.
  if (!absl::SimpleAtoi(e.text, &hour) || hour < 0 || hour > 24) return;
  auto& hours = b.feed().skip_hours;
  if (std::find(hours.begin(), hours.end(), hour % 24) == hours.end()) hours.push_back(hour % 24);
}

void SkipDay(B& b, E& e) {
  static constexpr std::array kDays = {string_view("Monday"),    string_view("Tuesday"),
                                       string_view("Wednesday"), string_view("Thursday"),
                                       string_view("Friday"),    string_view("Saturday"),
                                       string_view("Sunday")};
  const string_view text = absl::StripAsciiWhitespace(e.text);
  for (const string_view day : kDays) {
    if (text.size() < 3 || !absl::StartsWithIgnoreCase(day, text)) continue;
    auto& days = b.feed().skip_days;
    if (std::find(days.begin(), days.end(), day) == days.end()) days.emplace_back(day);
  }
}

void UpdatePeriod(B& b, E& e) {
  b.feed().update_period = absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.text));
}

void UpdateFrequency(B& b, E& e) {
  int frequency = 0;
  if (absl::SimpleAtoi(e.text, &frequency) && frequency > 0) {
    b.feed().update_frequency = frequency;
  }
}

void WxrVersion(B& b, E& e) {
  b.feed().format = FeedFormat::WXR;
  b.feed().version = Trim(e.text);
}

}  // namespace

ActionTable FeedActions() {
  return {
      {"title", PlainField<&Feed::title>},
      {"dc:title", PlainField<&Feed::title>},
      {"description",
       [](B& b, E& e) {
         if (std::string text = b.PlainText(e); !text.empty()) b.feed().subtitle = std::move(text);
       }},
      {"subtitle", PlainField<&Feed::subtitle>},
      {"atom:subtitle", PlainField<&Feed::subtitle>},
      {"tagline", PlainField<&Feed::subtitle>},
      {"itunes:subtitle", PlainField<&Feed::subtitle>},
      {"itunes:summary", PlainField<&Feed::subtitle>},
      {"dc:description", PlainField<&Feed::subtitle>},
      {"googleplay:description", PlainField<&Feed::subtitle>},
      {"link", FeedLink<0>},
      {"atom:link", FeedLink<10>},
      {"id", [](B& b, E& e) { b.feed().id = Trim(e.text); }},
      {"atom:id", [](B& b, E& e) { SetIfEmpty(b.feed().id, Trim(e.text)); }},
      {"dc:identifier", [](B& b, E& e) { SetIfEmpty(b.feed().id, Trim(e.text)); }},
      {"language", Language},
      {"dc:language", LanguageIfNone},
      {"dcterms:language", LanguageIfNone},
      {"generator", Generator},
      {"admin:generatoragent", GeneratorAgent},
      {"rights", PlainField<&Feed::rights>},
      {"copyright", PlainField<&Feed::rights>},
      {"dc:rights", PlainField<&Feed::rights>},
      {"dcterms:rights", PlainField<&Feed::rights>},
      {"atom:rights", PlainField<&Feed::rights>},
      {"logo", Image},
      {"atom:logo", Image},
      {"itunes:image", Image},
      {"googleplay:image", Image},
      {"itunes:link",
       [](B& b, E& e) {
         if (e.Get("rel") == "image") Image(b, e);
       }},
      {"media:thumbnail", Image},
      {"icon", [](B& b, E& e) { SetIfEmpty(b.feed().icon, b.Resolve(e, e.text)); }},
      {"atom:icon", [](B& b, E& e) { SetIfEmpty(b.feed().icon, b.Resolve(e, e.text)); }},
      {"webfeeds:icon", [](B& b, E& e) { SetIfEmpty(b.feed().icon, b.Resolve(e, e.text)); }},
      {"dc:creator", Author},
      {"dcterms:creator", Author},
      {"managingeditor", Author},
      {"itunes:author", AuthorIfNone},
      {"googleplay:author", AuthorIfNone},
      {"googleplay:owner", AuthorIfNone},
      {"webmaster", [](B& b, E& e) { b.feed_draft().webmaster = ParsePerson(e.text); }},
      {"dc:publisher", [](B& b, E& e) { b.feed_draft().webmaster = ParsePerson(e.text); }},
      {"dc:contributor", [](B& b, E& e) { AddPerson(b.feed().contributors, ParsePerson(e.text)); }},
      {"category", CategoryOf},
      {"atom:category", CategoryOf},
      {"dc:subject", CategoryOf},
      {"itunes:category", ItunesCategory},
      {"googleplay:category", ItunesCategory},
      {"media:category", CategoryOf},
      {"itunes:keywords", Keywords},
      {"lastbuilddate", Updated<0>},
      {"updated", Updated<0>},
      {"modified", Updated<0>},
      {"atom:updated", Updated<1>},
      {"dcterms:modified", Updated<2>},
      {"dc:date", Updated<3>},
      {"pubdate", Updated<4>},
      {"dcterms:issued", Updated<5>},
      {"dcterms:created", Updated<6>},
      {"ttl", Ttl},
      {"sy:updateperiod", UpdatePeriod},
      {"sy:updatefrequency", UpdateFrequency},
      {"sy:updatebase",
       [](B& b, E& e) { b.feed().update_base = b.MakeDate(e.text, b.feed().unparsed_dates); }},
      {"hour", SkipHour},
      {"day", SkipDay},
      {"wp:wxr_version", WxrVersion},
  };
}

}  // namespace dateline::ingestion::parse
