#include "services/ingestion/parse/entry_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/url/url.h"
#include "services/ingestion/parse/dates.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

bool IsUrl(string_view s) {
  return absl::StartsWithIgnoreCase(s, "http://") || absl::StartsWithIgnoreCase(s, "https://");
}

// What holds for all media holds for one that says nothing else.
void Inherit(const Media& scope, Media& media) {
  for (const auto field : {&Media::credit, &Media::rights, &Media::title}) {
    if ((media.*field).empty()) media.*field = scope.*field;
  }
}

bool IsZeroDate(string_view raw) {
  return std::all_of(raw.begin(), raw.end(), [](char c) {
    return c == '0' || c == '-' || c == ':' || c == ' ' || c == 'T' || c == 'Z';
  });
}

}  // namespace

void AddCategory(std::vector<Category>& to, Category c) {
  if (c.term.empty()) c.term = c.label;
  if (c.term.empty() || to.size() >= kMaxValues) return;
  for (const Category& known : to) {
    if (known.term == c.term && known.scheme == c.scheme) return;
  }
  to.push_back(std::move(c));
}

void AddCategoryOf(std::vector<Category>& to, const Element& e) {
  Category c;
  c.term = CollapseSpace(e.Get("term").empty() ? PlainTitle(e.text) : std::string(e.Get("term")));
  c.scheme = Trim(e.Get("scheme").empty() ? e.Get("domain") : e.Get("scheme"));
  c.label = CollapseSpace(e.Get("label"));
  AddCategory(to, std::move(c));
}

void AddKeywords(std::vector<Category>& to, absl::string_view list) {
  for (const absl::string_view word : absl::StrSplit(list, ',')) {
    AddCategory(to, {PlainTitle(word), "", ""});
  }
}

void AddItunesCategory(std::vector<Category>& to, const Element& e) {
  AddCategory(to, {CollapseSpace(e.Get("text")), "http://www.itunes.com/", ""});
}

void AddPerson(std::vector<Person>& to, Person p) {
  if (p.name.empty() && p.email.empty() && p.uri.empty()) return;
  for (Person& known : to) {
    const bool same = (!p.name.empty() && known.name == p.name) ||
                      (!p.email.empty() && known.email == p.email) ||
                      (p.name.empty() && p.email.empty() && known.uri == p.uri);
    const bool other = (!p.name.empty() && !known.name.empty() && known.name != p.name) ||
                       (!p.email.empty() && !known.email.empty() && known.email != p.email);
    if (!same || other) continue;
    for (const auto field : {&Person::name, &Person::email, &Person::uri}) {
      if ((known.*field).empty()) known.*field = p.*field;
    }
    return;
  }
  if (to.size() < kMaxValues) to.push_back(std::move(p));
}

void AddLink(std::vector<Link>& to, Link link) {
  if (link.href.empty() || to.size() >= kMaxValues) return;
  for (const Link& known : to) {
    if (known.href == link.href && known.rel == link.rel && known.type == link.type) return;
  }
  to.push_back(std::move(link));
}

void AddEnclosure(std::vector<Enclosure>& to, Enclosure file) {
  if (file.url.empty() || to.size() >= kMaxValues) return;
  for (const Enclosure& known : to) {
    if (known.url == file.url) return;
  }
  to.push_back(std::move(file));
}

void AddMedia(std::vector<Media>& to, Media media) {
  if (media.url.empty() || to.size() >= kMaxValues) return;
  for (const string_view medium : {"image", "video", "audio"}) {
    if (media.medium.empty() && absl::StartsWith(media.type, medium)) {
      media.medium = std::string(medium);
    }
  }
  for (const Media& known : to) {
    if (known.url == media.url && known.width == media.width && known.type == media.type) return;
  }
  to.push_back(std::move(media));
}

int AlternateRank(string_view type) {
  if (type.empty()) return 1;
  return absl::StrContains(absl::AsciiStrToLower(type), "html") ? 0 : 2;
}

Date ReadDate(string_view raw, const ParseOptions& options, std::vector<std::string>& unparsed) {
  Date d;
  d.raw = std::string(absl::StripAsciiWhitespace(raw));
  if (d.raw.empty() || IsZeroDate(d.raw)) return Date();
  d.time = ParseDate(d.raw);
  if (d.time.has_value() && *d.time > options.fetched_at + absl::Hours(24)) d.time.reset();
  if (!d.time.has_value() && unparsed.size() < kMaxValues &&
      std::find(unparsed.begin(), unparsed.end(), d.raw) == unparsed.end()) {
    unparsed.push_back(d.raw);
  }
  return d;
}

std::string LanguageTag(string_view text) {
  std::string tag(absl::StripAsciiWhitespace(text));
  std::replace(tag.begin(), tag.end(), '_', '-');
  const bool plausible =
      tag.size() >= 2 && tag.size() <= 35 && tag.front() != '-' && tag.back() != '-' &&
      std::all_of(tag.begin(), tag.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
      });
  return plausible ? tag : "";
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

Entry CompleteEntry(EntryDraft draft, bool atom, string_view document_base) {
  Entry& e = draft.entry;
  if (!draft.original_link.empty()) e.link = draft.original_link;
  if (e.link.empty() && e.id_is_permalink) e.link = url::ResolveUrl("", e.id).value_or("");
  if (e.link.empty()) e.link = draft.fallback_link;
  e.id_is_permalink = e.id_is_permalink && IsUrl(e.id);
  for (Text* t : {&e.summary, &e.content}) {
    if (t->value.empty() || !t->base_url.empty()) continue;
    t->base_url = !atom && !e.link.empty() ? e.link : std::string(document_base);
  }
  if (!e.enclosures.empty()) {
    Enclosure& first = e.enclosures.front();
    if (!draft.original_enclosure.empty()) first.url = draft.original_enclosure;
    if (!first.duration.has_value()) first.duration = draft.duration;
  }
  for (Media& media : e.media) Inherit(draft.entry_scope, media);
  e.credit = draft.entry_scope.credit;
  if (draft.latitude.has_value() && draft.longitude.has_value() && !e.geo.has_value()) {
    e.geo = GeoPoint{*draft.latitude, *draft.longitude};
  }
  if (e.authors.empty()) e.authors = std::move(draft.source_authors);
  return std::move(e);
}

void CompleteFeed(Feed& feed, const FeedDraft& draft, bool atom) {
  if (feed.authors.empty()) AddPerson(feed.authors, draft.webmaster);
  const auto& wordpress_authors = draft.wordpress_authors;
  for (Entry& e : feed.entries) {
    // RFC 4287, section 4.2.1: an entry without authors has its feed's.
    if (atom && e.authors.empty()) e.authors = feed.authors;
    for (Person& author : e.authors) {
      const auto it = wordpress_authors.find(author.name);
      if (it == wordpress_authors.end()) continue;
      if (!it->second.name.empty()) author.name = it->second.name;
      if (author.email.empty()) author.email = it->second.email;
    }
  }
}

}  // namespace dateline::ingestion::parse
