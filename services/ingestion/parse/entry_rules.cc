#include "services/ingestion/parse/entry_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/api/proto_time.h"
#include "common/url/url.h"
#include "services/ingestion/parse/dates.h"
#include "services/ingestion/parse/medium.h"
#include "services/ingestion/parse/persons.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool IsUrl(string_view s) {
  return absl::StartsWithIgnoreCase(s, "http://") || absl::StartsWithIgnoreCase(s, "https://");
}

// sy:updatePeriod is the time in which the feed is updated updateFrequency times.
absl::Duration UpdateInterval(const v1::Feed& feed) {
  absl::Duration period = absl::ZeroDuration();
  if (feed.update_period() == "hourly") period = absl::Hours(1);
  if (feed.update_period() == "daily") period = absl::Hours(24);
  if (feed.update_period() == "weekly") period = absl::Hours(24 * 7);
  if (feed.update_period() == "monthly") period = absl::Hours(24 * 30);
  if (feed.update_period() == "yearly") period = absl::Hours(24 * 365);
  return period / std::max(1, feed.update_frequency());
}

// Zeros, or what PHP makes of them ("Wed, 30 Nov -0001 00:00:00 +0000").
bool IsZeroDate(string_view raw) {
  if (absl::StrContains(raw, " -0001 ") || absl::StartsWith(raw, "-0001-")) return true;
  return std::all_of(raw.begin(), raw.end(), [](char c) {
    return c == '0' || c == '-' || c == ':' || c == ' ' || c == 'T' || c == 'Z';
  });
}

}  // namespace

void AddCategory(std::string term, std::string scheme, std::string label, Categories* to) {
  if (term.empty()) term = label;
  if (term.empty() || to->size() >= kMaxValues) return;
  for (const v1::FeedCategory& known : *to) {
    if (known.term() == term && known.scheme() == scheme) return;
  }
  v1::FeedCategory& category = *to->Add();
  category.set_term(std::move(term));
  if (!scheme.empty()) category.set_scheme(std::move(scheme));
  if (!label.empty()) category.set_label(std::move(label));
}

void AddCategoryOf(const Element& e, Categories* to) {
  AddCategory(
      CollapseSpace(e.Get("term").empty() ? PlainTitle(e.text) : std::string(e.Get("term"))),
      Trim(e.Get("scheme").empty() ? e.Get("domain") : e.Get("scheme")),
      CollapseSpace(e.Get("label")), to);
}

void AddKeywords(absl::string_view list, Categories* to) {
  for (const absl::string_view word : absl::StrSplit(list, ',')) {
    AddCategory(PlainTitle(word), "", "", to);
  }
}

void AddItunesCategory(const Element& e, Categories* to) {
  AddCategory(CollapseSpace(e.Get("text")), "http://www.itunes.com/", "", to);
}

void AddPerson(v1::FeedPerson p, Persons* to) {
  if (p.name().empty() && p.email().empty() && p.uri().empty()) return;
  for (v1::FeedPerson& known : *to) {
    const bool same = (!p.name().empty() && known.name() == p.name()) ||
                      (!p.email().empty() && known.email() == p.email()) ||
                      (p.name().empty() && p.email().empty() && known.uri() == p.uri());
    const bool other = (!p.name().empty() && !known.name().empty() && known.name() != p.name()) ||
                       (!p.email().empty() && !known.email().empty() && known.email() != p.email());
    if (!same || other) continue;
    if (known.name().empty()) known.set_name(p.name());
    if (known.email().empty()) known.set_email(p.email());
    if (known.uri().empty()) known.set_uri(p.uri());
    return;
  }
  if (to->size() < kMaxValues) *to->Add() = std::move(p);
}

void AddPersons(string_view text, Persons* to) {
  for (v1::FeedPerson& person : ParsePersons(text)) AddPerson(std::move(person), to);
}

std::string RelationOf(const Element& link) {
  std::string rel = absl::AsciiStrToLower(absl::StripAsciiWhitespace(link.Get("rel")));
  string_view word = rel;
  if (absl::ConsumePrefix(&word, "http://") || absl::ConsumePrefix(&word, "https://")) {
    absl::ConsumePrefix(&word, "www.");
    if (!absl::ConsumePrefix(&word, "iana.org/assignments/relation/")) return rel;
  }
  return std::string(word);
}

void AddLink(v1::FeedLink link, google::protobuf::RepeatedPtrField<v1::FeedLink>* to) {
  if (link.href().empty() || to->size() >= kMaxValues) return;
  for (const v1::FeedLink& known : *to) {
    if (known.href() == link.href() && known.rel() == link.rel() && known.type() == link.type()) {
      return;
    }
  }
  *to->Add() = std::move(link);
}

void AddEnclosure(v1::FeedEnclosure file,
                  google::protobuf::RepeatedPtrField<v1::FeedEnclosure>* to) {
  if (file.url().empty() || to->size() >= kMaxValues) return;
  for (const v1::FeedEnclosure& known : *to) {
    if (known.url() == file.url()) return;
  }
  *to->Add() = std::move(file);
}

void AddMedia(v1::FeedMedia media, Media* to) {
  if (media.url().empty() || to->size() >= kMaxValues) return;
  if (media.medium().empty()) media.set_medium(std::string(MediumOf(media.type(), media.url())));
  for (const v1::FeedMedia& known : *to) {
    if (known.url() == media.url() && known.width() == media.width() &&
        known.type() == media.type()) {
      return;
    }
  }
  *to->Add() = std::move(media);
}

void Inherit(const v1::FeedMedia& scope, v1::FeedMedia* media) {
  if (media->credit().empty()) media->set_credit(scope.credit());
  if (media->rights().empty()) media->set_rights(scope.rights());
  if (media->title().empty()) media->set_title(scope.title());
}

int AlternateRank(string_view type) {
  if (type.empty()) return 1;
  return absl::StrContains(absl::AsciiStrToLower(type), "html") ? 0 : 2;
}

std::optional<absl::Time> ReadDate(string_view raw, const ParseOptions& options,
                                   DateTexts* unparsed) {
  raw = absl::StripAsciiWhitespace(raw);
  if (raw.empty() || IsZeroDate(raw)) return std::nullopt;
  bool is_doubtful = false;
  std::optional<absl::Time> time = ParseDate(raw, &is_doubtful);
  if (time.has_value() && *time > options.fetched_at + absl::Hours(24)) time.reset();
  if ((!time.has_value() || is_doubtful) && unparsed->size() < kMaxValues &&
      std::find(unparsed->begin(), unparsed->end(), raw) == unparsed->end()) {
    unparsed->Add(std::string(raw));
  }
  return time;
}

std::optional<int64_t> ToLength(string_view text) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < 0) return std::nullopt;
  return value;
}

std::optional<absl::Duration> ToDuration(string_view text) {
  int64_t seconds = 0;
  int parts = 0;
  for (string_view part : absl::StrSplit(absl::StripAsciiWhitespace(text), ':')) {
    part = part.substr(0, part.find('.'));
    int value = 0;
    if (++parts > 3 || !absl::SimpleAtoi(part, &value) || value < 0) return std::nullopt;
    seconds = seconds * 60 + value;
    if (seconds > 10'000'000) return std::nullopt;
  }
  return absl::Seconds(seconds);
}

void CompleteEntry(EntryDraft draft, ParsedFeed* to) {
  v1::FeedEntry& e = draft.entry;
  if (!draft.original_link.empty()) e.set_link(draft.original_link);
  if (e.link().empty() && e.id_is_permalink()) {
    e.set_link(url::ResolveUrl("", e.id()).value_or(""));
  }
  if (e.link().empty()) e.set_link(draft.fallback_link);
  e.set_id_is_permalink(e.id_is_permalink() && IsUrl(e.id()));
  if (!e.enclosures().empty()) {
    v1::FeedEnclosure& first = *e.mutable_enclosures(0);
    if (!draft.original_enclosure.empty()) first.set_url(draft.original_enclosure);
    if (!first.has_duration() && draft.duration.has_value()) {
      *first.mutable_duration() = DurationToProto(*draft.duration);
    }
  }
  e.set_credit(draft.entry_scope.credit());
  for (v1::FeedMedia& media : *e.mutable_media()) {
    Inherit(draft.entry_scope, &media);
    if (e.credit().empty()) e.set_credit(media.credit());
  }
  if (draft.latitude.has_value() && draft.longitude.has_value() && !e.has_geo_point()) {
    e.mutable_geo_point()->set_latitude(*draft.latitude);
    e.mutable_geo_point()->set_longitude(*draft.longitude);
  }
  if (e.authors().empty()) *e.mutable_authors() = std::move(draft.source_authors);
  if (e.source_feed().ByteSizeLong() == 0) e.clear_source_feed();
  *to->feed.add_entries() = std::move(e);
  to->extras.push_back(std::move(draft.extras));
}

bool IsWorthKeeping(const v1::FeedEntry& entry, const EntryExtras& extras, const v1::Feed& feed) {
  const bool have_ids = std::any_of(feed.entries().begin(), feed.entries().end(),
                                    [](const v1::FeedEntry& e) { return !e.id().empty(); });
  if (entry.id().empty() && (have_ids || entry.link().empty())) return false;
  return feed.format() == v1::FEED_FORMAT_SITEMAP || !entry.title().empty() ||
         !extras.content.value.empty() || !extras.summary.value.empty();
}

void CompleteFeed(const FeedDraft& draft, bool atom, v1::Feed* feed) {
  if (feed->authors().empty()) *feed->mutable_authors() = draft.webmasters;
  const auto& wordpress_authors = draft.wordpress_authors;
  for (v1::FeedEntry& e : *feed->mutable_entries()) {
    // RFC 4287, section 4.2.1: an entry without authors has its feed's.
    if (atom && e.authors().empty()) *e.mutable_authors() = feed->authors();
    for (v1::FeedPerson& author : *e.mutable_authors()) {
      const auto it = wordpress_authors.find(author.name());
      if (it == wordpress_authors.end()) continue;
      if (!it->second.name().empty()) author.set_name(it->second.name());
      if (author.email().empty()) author.set_email(it->second.email());
    }
  }
  if (const absl::Duration interval = UpdateInterval(*feed); interval > absl::ZeroDuration()) {
    *feed->mutable_update_interval() = DurationToProto(interval);
  }
}

void BaseTexts(const std::string& document_url, ParsedFeed* parsed) {
  const std::string& feed = parsed->feed.link().empty() ? document_url : parsed->feed.link();
  for (size_t i = 0; i < parsed->extras.size(); ++i) {
    const std::string& link = parsed->feed.entries(static_cast<int>(i)).link();
    for (Text* t : {&parsed->extras[i].summary, &parsed->extras[i].content}) {
      if (!t->value.empty() && t->base_url.empty()) t->base_url = link.empty() ? feed : link;
    }
  }
}

}  // namespace dateline::ingestion::parse
