// Elements of the feed itself: a channel, an Atom feed, a sitemap.

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "common/api/proto_time.h"
#include "common/text/language_tag.h"
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

template <auto mutable_field>
void PlainField(B& b, E& e) {
  std::string& to = *(b.feed().*mutable_field)();
  if (to.empty()) to = b.PlainText(e);
}

template <int rank>
void Title(B& b, E& e) {
  std::string title = b.PlainText(e);
  if (title.empty() || rank >= b.feed_draft().title_rank) return;
  b.feed_draft().title_rank = rank;
  b.feed().set_title(std::move(title));
}

// In RSS the bare link is the feed's, an atom:link beside it only stands in for it.
template <int rank>
void FeedLink(B& b, E& e) {
  const string_view href = e.Get("href");
  std::string url = b.LeadsToBase(e)
                        ? b.BaseOf(e)
                        : b.ResolveFeedLink(e, href.empty() ? string_view(e.text) : href);
  if (url.empty()) return;
  v1::Feed& feed = b.feed();
  const std::string rel = RelationOf(e);
  if (rel == "self") {
    SetIfEmpty(*feed.mutable_self_link(), std::move(url));
  } else if (rel == "hub") {
    const auto& known = feed.hub_links();
    if (known.size() < kMaxValues && std::find(known.begin(), known.end(), url) == known.end()) {
      feed.add_hub_links(std::move(url));
    }
  } else if (rel.empty() || rel == "alternate") {
    const int counts = rank + AlternateRank(e.Get("type"));
    if (counts >= b.feed_draft().link_rank) return;
    b.feed_draft().link_rank = counts;
    feed.set_link(std::move(url));
  }
}

template <int rank>
void Updated(B& b, E& e) {
  const auto time = b.MakeDate(e.text, b.feed().mutable_unparsed_dates());
  if (!time.has_value() || rank >= b.feed_draft().updated_rank) return;
  b.feed_draft().updated_rank = rank;
  *b.feed().mutable_update_time() = TimeToProto(*time);
}

void Image(B& b, E& e) {
  const string_view address = !e.Get("href").empty()  ? e.Get("href")
                              : !e.Get("url").empty() ? e.Get("url")
                                                      : string_view(e.text);
  SetIfEmpty(*b.feed().mutable_image(), b.Resolve(e, address));
}

void Generator(B& b, E& e) {
  v1::Feed& feed = b.feed();
  if (!feed.generator().empty()) return;
  feed.set_generator(PlainTitle(e.text));
  const string_view uri = e.Get("uri").empty() ? e.Get("url") : e.Get("uri");
  feed.set_generator_uri(b.Resolve(e, uri));
  feed.set_generator_version(Trim(e.Get("version")));
}

void GeneratorAgent(B& b, E& e) {
  const std::string uri = b.Resolve(e, e.Get("rdf:resource"));
  SetIfEmpty(*b.feed().mutable_generator(), uri);
  SetIfEmpty(*b.feed().mutable_generator_uri(), uri);
}

void Author(B& b, E& e) { AddPersons(e.text, b.feed().mutable_authors()); }

void Webmaster(B& b, E& e) {
  b.feed_draft().webmasters.Clear();
  AddPersons(e.text, &b.feed_draft().webmasters);
}

void AuthorIfNone(B& b, E& e) {
  if (b.feed().authors().empty()) Author(b, e);
}

void CategoryOf(B& b, E& e) { AddCategoryOf(e, b.feed().mutable_categories()); }

void Keywords(B& b, E& e) { AddKeywords(e.text, b.feed().mutable_categories()); }

void Language(B& b, E& e) { b.feed().set_language(text::LanguageTag(e.text)); }

void LanguageIfNone(B& b, E& e) {
  SetIfEmpty(*b.feed().mutable_language(), text::LanguageTag(e.text));
}

void Ttl(B& b, E& e) {
  int minutes = 0;
  if (!absl::SimpleAtoi(e.text, &minutes) || minutes <= 0) return;
  *b.feed().mutable_ttl() = DurationToProto(absl::Minutes(minutes));
}

void SkipHour(B& b, E& e) {
  int hour = 0;
  // Midnight is 0, but Netscape's RSS 0.91 counted from 1 to 24.
  if (!absl::SimpleAtoi(e.text, &hour) || hour < 0 || hour > 24) return;
  auto& hours = *b.feed().mutable_skip_hours();
  if (std::find(hours.begin(), hours.end(), hour % 24) == hours.end()) hours.Add(hour % 24);
}

void SkipDay(B& b, E& e) {
  static constexpr std::array kDays = {string_view("Monday"),    string_view("Tuesday"),
                                       string_view("Wednesday"), string_view("Thursday"),
                                       string_view("Friday"),    string_view("Saturday"),
                                       string_view("Sunday")};
  const string_view text = absl::StripAsciiWhitespace(e.text);
  for (const string_view day : kDays) {
    if (text.size() < 3 || !absl::StartsWithIgnoreCase(day, text)) continue;
    auto& days = *b.feed().mutable_skip_days();
    if (std::find(days.begin(), days.end(), day) == days.end()) days.Add(std::string(day));
  }
}

void UpdatePeriod(B& b, E& e) {
  b.feed().set_update_period(absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.text)));
}

void UpdateFrequency(B& b, E& e) {
  int frequency = 0;
  if (absl::SimpleAtoi(e.text, &frequency) && frequency > 0) {
    b.feed().set_update_frequency(frequency);
  }
}

void UpdateBase(B& b, E& e) {
  b.feed().clear_update_base_time();
  if (const auto time = b.MakeDate(e.text, b.feed().mutable_unparsed_dates())) {
    *b.feed().mutable_update_base_time() = TimeToProto(*time);
  }
}

void WxrVersion(B& b, E& e) {
  b.feed().set_format(v1::FEED_FORMAT_WXR);
  b.feed().set_version(Trim(e.text));
}

}  // namespace

ActionTable FeedActions() {
  return {
      {"title", Title<0>},
      {"dc:title", Title<1>},
      {"atom:title", Title<1>},
      {"description",
       [](B& b, E& e) {
         if (std::string text = b.PlainText(e); !text.empty())
           b.feed().set_subtitle(std::move(text));
       }},
      {"subtitle", PlainField<&v1::Feed::mutable_subtitle>},
      {"atom:subtitle", PlainField<&v1::Feed::mutable_subtitle>},
      {"atom:tagline", PlainField<&v1::Feed::mutable_subtitle>},
      {"tagline", PlainField<&v1::Feed::mutable_subtitle>},
      {"itunes:subtitle", PlainField<&v1::Feed::mutable_subtitle>},
      {"itunes:summary", PlainField<&v1::Feed::mutable_subtitle>},
      {"dc:description", PlainField<&v1::Feed::mutable_subtitle>},
      {"googleplay:description", PlainField<&v1::Feed::mutable_subtitle>},
      {"link", FeedLink<0>},
      {"atom:link", FeedLink<10>},
      {"id", [](B& b, E& e) { b.feed().set_id(Trim(e.text)); }},
      {"atom:id", [](B& b, E& e) { SetIfEmpty(*b.feed().mutable_id(), Trim(e.text)); }},
      {"dc:identifier", [](B& b, E& e) { SetIfEmpty(*b.feed().mutable_id(), Trim(e.text)); }},
      {"language", Language},
      {"dc:language", LanguageIfNone},
      {"dcterms:language", LanguageIfNone},
      {"generator", Generator},
      {"atom:generator", Generator},
      {"admin:generatoragent", GeneratorAgent},
      {"rights", PlainField<&v1::Feed::mutable_rights>},
      {"copyright", PlainField<&v1::Feed::mutable_rights>},
      {"dc:rights", PlainField<&v1::Feed::mutable_rights>},
      {"dcterms:rights", PlainField<&v1::Feed::mutable_rights>},
      {"atom:rights", PlainField<&v1::Feed::mutable_rights>},
      {"atom:copyright", PlainField<&v1::Feed::mutable_rights>},
      {"logo", Image},
      {"atom:logo", Image},
      {"itunes:image", Image},
      {"googleplay:image", Image},
      {"itunes:link",
       [](B& b, E& e) {
         if (e.Get("rel") == "image") Image(b, e);
       }},
      {"media:thumbnail", Image},
      {"icon", [](B& b, E& e) { SetIfEmpty(*b.feed().mutable_icon(), b.Resolve(e, e.text)); }},
      {"atom:icon", [](B& b, E& e) { SetIfEmpty(*b.feed().mutable_icon(), b.Resolve(e, e.text)); }},
      {"webfeeds:icon",
       [](B& b, E& e) { SetIfEmpty(*b.feed().mutable_icon(), b.Resolve(e, e.text)); }},
      {"dc:creator", Author},
      {"dcterms:creator", Author},
      {"managingeditor", Author},
      {"itunes:author", AuthorIfNone},
      {"googleplay:author", AuthorIfNone},
      {"googleplay:owner", AuthorIfNone},
      {"webmaster", Webmaster},
      {"dc:publisher", Webmaster},
      {"dc:contributor", [](B& b, E& e) { AddPersons(e.text, b.feed().mutable_contributors()); }},
      {"category", CategoryOf},
      {"atom:category", CategoryOf},
      {"dc:subject", CategoryOf},
      {"media:category", CategoryOf},
      {"itunes:keywords", Keywords},
      {"lastbuilddate", Updated<0>},
      {"updated", Updated<0>},
      {"modified", Updated<0>},
      {"atom:updated", Updated<1>},
      {"atom:modified", Updated<1>},
      {"dcterms:modified", Updated<2>},
      {"dc:date", Updated<3>},
      {"pubdate", Updated<4>},
      {"dcterms:issued", Updated<5>},
      {"dcterms:created", Updated<6>},
      {"ttl", Ttl},
      {"sy:updateperiod", UpdatePeriod},
      {"sy:updatefrequency", UpdateFrequency},
      {"sy:updatebase", UpdateBase},
      {"hour", SkipHour},
      {"day", SkipDay},
      {"wp:wxr_version", WxrVersion},
  };
}

}  // namespace dateline::ingestion::parse
