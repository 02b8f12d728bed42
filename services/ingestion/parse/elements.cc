#include "services/ingestion/parse/elements.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;
using B = FeedBuilder;
using E = Element;

std::string Trim(string_view s) { return std::string(absl::StripAsciiWhitespace(s)); }

int ToInt(string_view s) {
  int value = 0;
  return absl::SimpleAtoi(s, &value) && value >= 0 ? value : 0;
}

std::optional<int64_t> ToLength(string_view s) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(s, &value) || value < 0) return std::nullopt;
  return value;
}

void AddCategory(std::vector<Category>& to, Category c) {
  if (c.term.empty()) c.term = c.label;
  if (c.term.empty() || to.size() >= 256) return;
  for (const Category& known : to) {
    if (known.term == c.term && known.scheme == c.scheme) return;
  }
  to.push_back(std::move(c));
}

void AddPerson(std::vector<Person>& to, Person p) {
  if (p.name.empty() && p.email.empty() && p.uri.empty()) return;
  for (const Person& known : to) {
    if (known.name == p.name && known.email == p.email) return;
  }
  if (to.size() < 256) to.push_back(std::move(p));
}

void SetIfEmpty(std::string& to, std::string value) {
  if (to.empty()) to = std::move(value);
}

void SetPoint(Entry& entry, string_view text) {
  const std::vector<string_view> parts =
      absl::StrSplit(text, absl::ByAnyChar(" ,;\t\n"), absl::SkipEmpty());
  GeoPoint p;
  if (parts.size() == 2 && absl::SimpleAtod(parts[0], &p.latitude) &&
      absl::SimpleAtod(parts[1], &p.longitude) && p.latitude >= -90 && p.latitude <= 90 &&
      p.longitude >= -180 && p.longitude <= 180) {
    entry.geo = p;
  }
}

// itunes:duration: seconds, mm:ss or hh:mm:ss.
std::optional<absl::Duration> ToDuration(string_view text) {
  int64_t seconds = 0;
  for (const string_view part : absl::StrSplit(absl::StripAsciiWhitespace(text), ':')) {
    int value = 0;
    if (!absl::SimpleAtoi(part, &value) || value < 0) return std::nullopt;
    seconds = seconds * 60 + value;
    if (seconds > 1'000'000) return std::nullopt;
  }
  return absl::Seconds(seconds);
}

}  // namespace

bool CapturesMarkup(string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<string_view>{
      "title",       "description",      "summary",        "content",  "subtitle",
      "tagline",     "rights",           "copyright",      "info",     "content:encoded",
      "xhtml:body",  "xhtml:div",        "itunes:summary", "dc:title", "dc:description",
      "media:title", "media:description"};
  return kNames->contains(name);
}

Category ElementActions::MakeCategory(const Element& e) {
  Category c;
  c.term = Trim(e.Get("term").empty() ? string_view(e.text) : e.Get("term"));
  c.scheme = Trim(e.Get("scheme").empty() ? e.Get("domain") : e.Get("scheme"));
  c.label = Trim(e.Get("label"));
  return c;
}

void ElementActions::EntryLink(B& b, E& e) {
  Entry& entry = *b.entry_;
  const string_view href = e.Get("href");
  Link link;
  link.href = b.Resolve(e, href.empty() ? string_view(e.text) : href);
  if (link.href.empty()) return;
  link.rel = Trim(e.Get("rel"));
  link.type = Trim(e.Get("type"));
  link.title = Trim(e.Get("title"));
  link.length = ToLength(e.Get("length"));
  const bool alternate = link.rel.empty() || link.rel == "alternate";
  if (link.rel == "enclosure") {
    entry.enclosures.push_back({link.href, link.type, link.length, std::nullopt});
  } else if (link.rel == "replies" && entry.comments_link.empty()) {
    entry.comments_link = link.href;
  }
  // An HTML alternate is preferred to any other.
  const bool is_html = link.type.empty() || link.type == "text/html";
  bool has_html = false;
  for (const Link& l : entry.links) {
    has_html = has_html || ((l.rel.empty() || l.rel == "alternate") &&
                            (l.type.empty() || l.type == "text/html"));
  }
  if (alternate && (entry.link.empty() || (is_html && !has_html))) entry.link = link.href;
  if (entry.links.size() < 256) entry.links.push_back(std::move(link));
}

void ElementActions::FeedLink(B& b, E& e) {
  const string_view href = e.Get("href");
  const std::string url = b.Resolve(e, href.empty() ? string_view(e.text) : href);
  if (url.empty()) return;
  const string_view rel = e.Get("rel");
  if (rel == "self") {
    SetIfEmpty(b.feed_.self_link, url);
  } else if (rel == "hub") {
    b.feed_.hub_links.push_back(url);
  } else if (rel.empty() || rel == "alternate") {
    SetIfEmpty(b.feed_.link, url);
  }
}

void ElementActions::EntryMedia(B& b, E& e) {
  Media m;
  if (e.name == "media:content") m = std::exchange(b.pending_media_, {});
  m.url = b.Resolve(e, e.Get("url").empty() ? e.Get("href") : e.Get("url"));
  m.type = Trim(e.Get("type"));
  m.medium = Trim(e.Get("medium"));
  m.width = ToInt(e.Get("width"));
  m.height = ToInt(e.Get("height"));
  if (m.medium.empty()) m.medium = std::string(string_view(m.type).substr(0, m.type.find('/')));
  if (m.url.empty()) return;
  Entry& entry = *b.entry_;
  auto& to = e.name == "media:content" ? entry.media : entry.thumbnails;
  if (to.size() < 256) to.push_back(std::move(m));
}

// Credit, rights and title close before the media:content around them; else they follow theirs.
void ElementActions::MediaText(B& b, E& e) {
  const bool inside = b.Within("media:content");
  if (!inside && b.entry_->media.empty()) return;
  Media& m = inside ? b.pending_media_ : b.entry_->media.back();
  if (e.name == "media:credit") m.credit = CollapseSpace(e.text);
  if (e.name == "media:copyright") m.rights = CollapseSpace(e.text);
  if (e.name == "media:title") m.title = b.PlainText(e);
}

ElementActions::Action ElementActions::FindEntryAction(string_view name) {
  static const auto* const kActions = new absl::flat_hash_map<string_view, Action>{
      {"title",
       [](B& b, E& e) {
         b.entry_->title = b.PlainText(e);
         b.entry_->title_html = b.MakeText(e).value;
       }},
      {"dc:title", [](B& b, E& e) { SetIfEmpty(b.entry_->title, b.PlainText(e)); }},
      {"media:title", MediaText},
      {"news:title", [](B& b, E& e) { b.entry_->title = b.PlainText(e); }},
      {"link", EntryLink},
      {"atom:link", EntryLink},
      {"loc", EntryLink},
      {"guid",
       [](B& b, E& e) {
         b.entry_->id = Trim(e.text);
         b.entry_->id_is_permalink = !absl::EqualsIgnoreCase(e.Get("isPermaLink"), "false");
       }},
      {"id", [](B& b, E& e) { b.entry_->id = Trim(e.text); }},
      {"dc:identifier", [](B& b, E& e) { SetIfEmpty(b.entry_->id, Trim(e.text)); }},
      {"feedburner:origLink", [](B& b, E& e) { b.orig_link_ = b.Resolve(e, e.text); }},
      {"description", [](B& b, E& e) { b.entry_->summary = b.MakeText(e); }},
      {"summary", [](B& b, E& e) { b.entry_->summary = b.MakeText(e); }},
      {"dc:description",
       [](B& b, E& e) {
         if (b.entry_->summary.value.empty()) b.entry_->summary = b.MakeText(e);
       }},
      {"itunes:summary",
       [](B& b, E& e) {
         if (b.entry_->summary.value.empty()) b.entry_->summary = b.MakeText(e);
       }},
      {"excerpt:encoded",
       [](B& b, E& e) {
         if (Text t = b.MakeText(e); !t.value.empty()) b.entry_->summary = std::move(t);
       }},
      {"content:encoded",
       [](B& b, E& e) {
         if (Text t = b.MakeText(e); !t.value.empty()) b.entry_->content = std::move(t);
       }},
      {"content",
       [](B& b, E& e) {
         if (!e.Get("src").empty() && b.entry_->link.empty()) {
           b.entry_->link = b.Resolve(e, e.Get("src"));
         }
         if (b.entry_->content.value.empty()) b.entry_->content = b.MakeText(e);
       }},
      {"xhtml:body",
       [](B& b, E& e) {
         if (b.entry_->content.value.empty()) b.entry_->content = b.MakeText(e);
       }},
      {"dc:creator", [](B& b, E& e) { AddPerson(b.entry_->authors, ParsePerson(e.text)); }},
      {"itunes:author",
       [](B& b, E& e) {
         if (b.entry_->authors.empty()) AddPerson(b.entry_->authors, ParsePerson(e.text));
       }},
      {"dc:contributor",
       [](B& b, E& e) { AddPerson(b.entry_->contributors, ParsePerson(e.text)); }},
      {"category", [](B& b, E& e) { AddCategory(b.entry_->categories, MakeCategory(e)); }},
      {"dc:subject", [](B& b, E& e) { AddCategory(b.entry_->categories, MakeCategory(e)); }},
      {"pubDate", [](B& b, E& e) { b.entry_->published = b.MakeDate(e.text); }},
      {"published", [](B& b, E& e) { b.entry_->published = b.MakeDate(e.text); }},
      {"issued", [](B& b, E& e) { b.entry_->published = b.MakeDate(e.text); }},
      {"news:publication_date", [](B& b, E& e) { b.entry_->published = b.MakeDate(e.text); }},
      {"dc:date",
       [](B& b, E& e) {
         if (!b.entry_->published.time.has_value()) b.entry_->published = b.MakeDate(e.text);
       }},
      {"dcterms:created",
       [](B& b, E& e) {
         if (!b.entry_->published.time.has_value()) b.entry_->published = b.MakeDate(e.text);
       }},
      {"updated", [](B& b, E& e) { b.entry_->updated = b.MakeDate(e.text); }},
      {"atom:updated", [](B& b, E& e) { b.entry_->updated = b.MakeDate(e.text); }},
      {"modified", [](B& b, E& e) { b.entry_->updated = b.MakeDate(e.text); }},
      {"lastmod", [](B& b, E& e) { b.entry_->updated = b.MakeDate(e.text); }},
      {"dcterms:modified", [](B& b, E& e) { b.entry_->updated = b.MakeDate(e.text); }},
      {"dc:language", [](B& b, E& e) { b.entry_->language = Trim(e.text); }},
      {"comments", [](B& b, E& e) { b.entry_->comments_link = b.Resolve(e, e.text); }},
      {"rights", [](B& b, E& e) { b.entry_->rights = b.PlainText(e); }},
      {"dc:rights", [](B& b, E& e) { b.entry_->rights = b.PlainText(e); }},
      {"enclosure",
       [](B& b, E& e) {
         std::string url = b.Resolve(e, e.Get("url"));
         if (url.empty()) return;
         for (const Enclosure& known : b.entry_->enclosures) {
           if (known.url == url) return;
         }
         b.entry_->enclosures.push_back(
             {std::move(url), Trim(e.Get("type")), ToLength(e.Get("length")), std::nullopt});
       }},
      {"media:content", EntryMedia},
      {"media:thumbnail", EntryMedia},
      {"itunes:image", EntryMedia},
      {"media:credit", MediaText},
      {"media:copyright", MediaText},
      {"itunes:duration",
       [](B& b, E& e) {
         if (!b.entry_->enclosures.empty())
           b.entry_->enclosures.back().duration = ToDuration(e.text);
       }},
      {"georss:point", [](B& b, E& e) { SetPoint(*b.entry_, e.text); }},
      {"gml:pos", [](B& b, E& e) { SetPoint(*b.entry_, e.text); }},
      {"source",
       [](B& b, E& e) {
         if (b.atom_) return;
         b.entry_->source.title = CollapseSpace(e.text);
         b.entry_->source.link = b.Resolve(e, e.Get("url"));
       }},
      {"wp:status", [](B& b, E& e) { b.entry_->wordpress.status = Trim(e.text); }},
      {"wp:post_type", [](B& b, E& e) { b.entry_->wordpress.post_type = Trim(e.text); }},
      {"wp:post_password",
       [](B& b, E& e) { b.entry_->wordpress.password_protected = !Trim(e.text).empty(); }},
  };
  const auto it = kActions->find(name);
  return it == kActions->end() ? nullptr : it->second;
}

ElementActions::Action ElementActions::FindFeedAction(string_view name) {
  static const auto* const kActions = new absl::flat_hash_map<string_view, Action>{
      {"title", [](B& b, E& e) { SetIfEmpty(b.feed_.title, b.PlainText(e)); }},
      {"description", [](B& b, E& e) { SetIfEmpty(b.feed_.subtitle, b.PlainText(e)); }},
      {"subtitle", [](B& b, E& e) { SetIfEmpty(b.feed_.subtitle, b.PlainText(e)); }},
      {"tagline", [](B& b, E& e) { SetIfEmpty(b.feed_.subtitle, b.PlainText(e)); }},
      {"link", FeedLink},
      {"atom:link", FeedLink},
      {"id", [](B& b, E& e) { b.feed_.id = Trim(e.text); }},
      {"language", [](B& b, E& e) { b.feed_.language = Trim(e.text); }},
      {"dc:language", [](B& b, E& e) { SetIfEmpty(b.feed_.language, Trim(e.text)); }},
      {"generator", [](B& b, E& e) { b.feed_.generator = CollapseSpace(e.text); }},
      {"rights", [](B& b, E& e) { SetIfEmpty(b.feed_.rights, b.PlainText(e)); }},
      {"copyright", [](B& b, E& e) { SetIfEmpty(b.feed_.rights, b.PlainText(e)); }},
      {"dc:rights", [](B& b, E& e) { SetIfEmpty(b.feed_.rights, b.PlainText(e)); }},
      {"logo", [](B& b, E& e) { b.feed_.image = b.Resolve(e, e.text); }},
      {"icon", [](B& b, E& e) { b.feed_.icon = b.Resolve(e, e.text); }},
      {"itunes:image", [](B& b, E& e) { SetIfEmpty(b.feed_.image, b.Resolve(e, e.Get("href"))); }},
      {"dc:creator", [](B& b, E& e) { AddPerson(b.feed_.authors, ParsePerson(e.text)); }},
      {"managingEditor", [](B& b, E& e) { AddPerson(b.feed_.authors, ParsePerson(e.text)); }},
      {"category", [](B& b, E& e) { AddCategory(b.feed_.categories, MakeCategory(e)); }},
      {"lastBuildDate", [](B& b, E& e) { b.feed_.updated = b.MakeDate(e.text); }},
      {"updated", [](B& b, E& e) { b.feed_.updated = b.MakeDate(e.text); }},
      {"modified", [](B& b, E& e) { b.feed_.updated = b.MakeDate(e.text); }},
      {"pubDate",
       [](B& b, E& e) {
         if (b.feed_.updated.raw.empty()) b.feed_.updated = b.MakeDate(e.text);
       }},
      {"ttl",
       [](B& b, E& e) {
         if (const int minutes = ToInt(e.text); minutes > 0) b.feed_.ttl = absl::Minutes(minutes);
       }},
      {"sy:updatePeriod", [](B& b, E& e) { b.feed_.update_period = Trim(e.text); }},
      {"sy:updateFrequency", [](B& b, E& e) { b.feed_.update_frequency = ToInt(e.text); }},
      {"hour",
       [](B& b, E& e) {
         const int hour = ToInt(e.text) % 24;
         if (b.feed_.skip_hours.size() < 24) b.feed_.skip_hours.push_back(hour);
       }},
      {"day",
       [](B& b, E& e) {
         if (b.feed_.skip_days.size() < 7) b.feed_.skip_days.push_back(Trim(e.text));
       }},
      {"wp:wxr_version",
       [](B& b, E& e) {
         b.feed_.format = FeedFormat::WXR;
         b.feed_.version = Trim(e.text);
       }},
  };
  const auto it = kActions->find(name);
  return it == kActions->end() ? nullptr : it->second;
}

bool ElementActions::ClosePerson(B& b, E& e) {
  const string_view parent = b.Parent();
  if (parent == "author" || parent == "contributor") {
    if (e.name == "name") b.person_.name = CollapseSpace(e.text);
    if (e.name == "email") b.person_.email = Trim(e.text);
    if (e.name == "uri" || e.name == "url") b.person_.uri = b.Resolve(e, e.text);
    return true;
  }
  if (e.name != "author" && e.name != "contributor") return false;
  if (b.person_.name.empty() && b.person_.email.empty()) {
    const std::string uri = b.person_.uri;
    b.person_ = ParsePerson(e.text);
    b.person_.uri = uri;
  }
  if (b.Within("source")) return true;
  if (e.name == "contributor") {
    if (b.entry_.has_value()) AddPerson(b.entry_->contributors, b.person_);
  } else {
    AddPerson(b.entry_.has_value() ? b.entry_->authors : b.feed_.authors, b.person_);
  }
  return true;
}

bool ElementActions::CloseSource(B& b, E& e) {
  if (b.Parent() != "source" || !b.entry_.has_value()) return b.Within("source");
  SourceFeed& source = b.entry_->source;
  if (e.name == "title") source.title = b.PlainText(e);
  if (e.name == "id") source.id = Trim(e.text);
  if (e.name == "link" && (e.Get("rel").empty() || e.Get("rel") == "alternate")) {
    source.link = b.Resolve(e, e.Get("href"));
  }
  return true;
}

void ElementActions::Close(B& b, E& e) {
  if (ClosePerson(b, e) || CloseSource(b, e)) return;
  if (b.Within("image") || b.Within("textinput") || b.Within("textInput")) {
    if (e.name == "url" && b.Parent() == "image" && !b.entry_.has_value()) {
      b.feed_.image = b.Resolve(e, e.text);
    }
    return;
  }
  if (absl::StartsWith(e.name, "news:")) b.feed_.format = FeedFormat::NEWS_SITEMAP;
  if (b.entry_.has_value()) {
    if (const Action action = FindEntryAction(e.name)) action(b, e);
  } else {
    if (b.open_.size() == 1 && !e.language.empty()) SetIfEmpty(b.feed_.language, e.language);
    if (const Action action = FindFeedAction(e.name)) action(b, e);
  }
}

}  // namespace dateline::ingestion::parse
