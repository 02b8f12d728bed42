// Elements of an item, entry, post or sitemap address, but for its media.

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/entry_rules.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;
using B = FeedBuilder;
using E = Element;

// Sets a value unless it is empty or there is one from an element that counts as much or more.
template <typename T>
void Rank(int rank, int& known_rank, T value, bool empty, T& to) {
  if (empty || rank >= known_rank) return;
  known_rank = rank;
  to = std::move(value);
}

template <int rank>
void Title(B& b, E& e) {
  const std::string written = Trim(e.text);
  std::string title = b.PlainText(e);
  if (title.empty() || rank >= b.draft().title_rank) return;
  b.entry().title_html = written;
  Rank(rank, b.draft().title_rank, std::move(title), false, b.entry().title);
}

template <int rank>
void Summary(B& b, E& e) {
  Text t = b.TakeText(e);
  const bool empty = t.value.empty();
  Rank(rank, b.draft().summary_rank, std::move(t), empty, b.entry().summary);
}

template <int rank>
void Content(B& b, E& e) {
  if (const string_view source = e.Get("src"); !source.empty()) {
    std::string url = b.Resolve(e, source);
    if (b.draft().fallback_link.empty()) b.draft().fallback_link = url;
    AddLink(b.entry().links,
            {std::move(url), "content", Trim(e.Get("type")), "", "", std::nullopt});
  }
  Text t = b.TakeText(e);
  const bool empty = t.value.empty();
  Rank(rank, b.draft().content_rank, std::move(t), empty, b.entry().content);
}

template <int rank>
void Published(B& b, E& e) {
  Date d = b.MakeDate(e.text, b.entry().unparsed_dates);
  const bool empty = !d.time.has_value();
  Rank(rank, b.draft().published_rank, std::move(d), empty, b.entry().published);
}

template <int rank>
void Updated(B& b, E& e) {
  Date d = b.MakeDate(e.text, b.entry().unparsed_dates);
  const bool empty = !d.time.has_value();
  Rank(rank, b.draft().updated_rank, std::move(d), empty, b.entry().updated);
}

void SetId(B& b, E& e) {
  if (std::string id = Trim(e.text); !id.empty()) b.entry().id = std::move(id);
}

void SetIdIfNone(B& b, E& e) {
  if (b.entry().id.empty()) b.entry().id = Trim(e.text);
}

void Guid(B& b, E& e) {
  const std::string id = Trim(e.text);
  if (id.empty()) return;
  b.entry().id = id;
  b.entry().id_is_permalink =
      !absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(e.Get("ispermalink")), "false");
}

void CommentsLink(B& b, const Link& link) {
  const bool is_feed =
      absl::StrContains(link.type, "xml") && !absl::StrContains(link.type, "xhtml");
  if (is_feed && b.entry().comments_feed_link.empty()) b.entry().comments_feed_link = link.href;
  Rank(is_feed ? 2 : 1, b.draft().comments_rank, link.href, false, b.entry().comments_link);
}

// atom:link has its address in an attribute and RSS's link in its text, but some mix them up. In
// RSS the bare one is the entry's.
template <int rank>
void EntryLink(B& b, E& e) {
  const string_view href = e.Get("href");
  Link link;
  std::string reference = Trim(href.empty() ? string_view(e.text) : href);
  if (href.empty()) reference = absl::StrReplaceAll(reference, {{"&amp;", "&"}});
  link.href = b.Resolve(e, reference);
  if (link.href.empty()) return;
  link.rel = absl::AsciiStrToLower(absl::StripAsciiWhitespace(e.Get("rel")));
  if (link.rel.empty()) link.rel = "alternate";
  link.type = Trim(e.Get("type"));
  link.title = CollapseSpace(e.Get("title"));
  link.hreflang = Trim(e.Get("hreflang"));
  link.length = ToLength(e.Get("length"));
  if (link.rel == "enclosure") {
    AddEnclosure(b.entry().enclosures, {link.href, link.type, link.length, std::nullopt});
  } else if (link.rel == "replies") {
    CommentsLink(b, link);
    if (const auto count = ToLength(e.Get("thr:count"))) b.entry().comment_count = count;
  } else if (link.rel == "alternate") {
    Rank(rank + AlternateRank(link.type), b.draft().link_rank, link.href, false, b.entry().link);
  }
  AddLink(b.entry().links, std::move(link));
}

void Comments(B& b, E& e) {
  std::string url = b.Resolve(e, e.text);
  const bool empty = url.empty();
  Rank(0, b.draft().comments_rank, std::move(url), empty, b.entry().comments_link);
}

void CategoryOf(B& b, E& e) { AddCategoryOf(b.entry().categories, e); }

void Keywords(B& b, E& e) { AddKeywords(b.entry().categories, e.text); }

void ItunesCategory(B& b, E& e) { AddItunesCategory(b.entry().categories, e); }

void Author(B& b, E& e) { AddPerson(b.entry().authors, ParsePerson(e.text)); }

void AuthorIfNone(B& b, E& e) {
  if (b.entry().authors.empty()) AddPerson(b.entry().authors, ParsePerson(e.text));
}

void Rights(B& b, E& e) {
  if (std::string rights = b.PlainText(e); b.entry().rights.empty()) {
    b.entry().rights = std::move(rights);
  }
}

void License(B& b, E& e) {
  if (!b.entry().rights.empty()) return;
  const string_view resource = e.Get("rdf:resource");
  b.entry().rights = Trim(resource.empty() ? string_view(e.text) : resource);
}

void Language(B& b, E& e) {
  if (std::string tag = LanguageTag(e.text); !tag.empty()) b.entry().language = std::move(tag);
}

void CommentCount(B& b, E& e) { b.entry().comment_count = ToLength(e.text); }

// RSS's source; Atom's is a feed of its own, see nested_elements.cc.
void Source(B& b, E& e) {
  if (b.atom()) return;
  if (b.entry().source.title.empty()) b.entry().source.title = PlainTitle(e.text);
  if (b.entry().source.link.empty()) b.entry().source.link = b.Resolve(e, e.Get("url"));
}

}  // namespace

ActionTable EntryActions() {
  return {
      {"title", Title<0>},
      {"news:title", Title<0>},
      {"dc:title", Title<1>},
      {"dcterms:title", Title<1>},
      {"atom:title", Title<1>},
      {"itunes:title", Title<2>},
      {"link", EntryLink<0>},
      {"loc", EntryLink<0>},
      {"atom:link", EntryLink<10>},
      {"guid", Guid},
      {"id", SetId},
      {"atom:id", SetIdIfNone},
      {"dc:identifier", SetIdIfNone},
      {"dcterms:identifier", SetIdIfNone},
      {"feedburner:origlink", [](B& b, E& e) { b.draft().original_link = b.Resolve(e, e.text); }},
      {"feedburner:origenclosurelink",
       [](B& b, E& e) { b.draft().original_enclosure = b.Resolve(e, e.text); }},
      {"description", Summary<0>},
      {"summary", Summary<0>},
      {"atom:summary", Summary<1>},
      {"excerpt:encoded", Summary<1>},
      {"itunes:summary", Summary<2>},
      {"dc:description", Summary<3>},
      {"dcterms:abstract", Summary<4>},
      {"itunes:subtitle", Summary<5>},
      {"googleplay:description", Summary<5>},
      {"content:encoded", Content<0>},
      {"content", Content<1>},
      {"atom:content", Content<1>},
      {"x:content", Content<2>},
      {"xhtml:body", Content<3>},
      {"xhtml:div", Content<3>},
      {"body", Content<4>},
      {"fulltext", Content<4>},
      {"fullitem", Content<4>},
      {"dc:creator", Author},
      {"dc:author", Author},
      {"dcterms:creator", Author},
      {"itunes:author", AuthorIfNone},
      {"googleplay:author", AuthorIfNone},
      {"dc:contributor",
       [](B& b, E& e) { AddPerson(b.entry().contributors, ParsePerson(e.text)); }},
      {"dcterms:contributor",
       [](B& b, E& e) { AddPerson(b.entry().contributors, ParsePerson(e.text)); }},
      {"category", CategoryOf},
      {"atom:category", CategoryOf},
      {"dc:subject", CategoryOf},
      {"dcterms:subject", CategoryOf},
      {"media:category", CategoryOf},
      {"news:genres", Keywords},
      {"news:keywords", Keywords},
      {"itunes:keywords", Keywords},
      {"media:keywords", Keywords},
      {"itunes:category", ItunesCategory},
      {"googleplay:category", ItunesCategory},
      {"pubdate", Published<0>},
      {"published", Published<0>},
      {"issued", Published<0>},
      {"news:publication_date", Published<0>},
      {"atom:published", Published<1>},
      {"dcterms:issued", Published<2>},
      {"dc:date", Published<3>},
      {"wp:post_date_gmt", Published<4>},
      {"dcterms:created", Published<5>},
      {"created", Published<5>},
      {"dcterms:date", Published<6>},
      {"dcterms:available", Published<7>},
      {"date", Published<8>},
      {"updated", Updated<0>},
      {"modified", Updated<0>},
      {"lastmod", Updated<0>},
      {"atom:updated", Updated<1>},
      {"dcterms:modified", Updated<2>},
      {"lastbuilddate", Updated<3>},
      {"wp:post_modified_gmt", Updated<4>},
      {"dc:language", Language},
      {"dcterms:language", Language},
      {"language", Language},
      {"news:language", Language},
      {"comments", Comments},
      {"wfw:commentrss", [](B& b, E& e) { b.entry().comments_feed_link = b.Resolve(e, e.text); }},
      {"slash:comments", CommentCount},
      {"thr:total", CommentCount},
      {"rights", Rights},
      {"copyright", Rights},
      {"dc:rights", Rights},
      {"dcterms:rights", Rights},
      {"atom:rights", Rights},
      {"creativecommons:license", License},
      {"cc:license", License},
      {"source", Source},
      {"news:news", [](B& b, E&) { b.feed().format = FeedFormat::NEWS_SITEMAP; }},
      {"news:name", [](B& b, E& e) { b.entry().source.title = CollapseSpace(e.text); }},
      {"wp:status", [](B& b, E& e) { b.entry().wordpress.status = Trim(e.text); }},
      {"wp:post_type",
       [](B& b, E& e) {
         b.entry().wordpress.post_type = Trim(e.text);
         b.feed().format = FeedFormat::WXR;
       }},
      {"wp:post_password",
       [](B& b, E& e) { b.entry().wordpress.password_protected = !Trim(e.text).empty(); }},
  };
}

}  // namespace dateline::ingestion::parse
