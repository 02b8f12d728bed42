// Elements of an item, entry, post or sitemap address, but for its media.

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
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

// Sets a text unless it is empty or there is one from an element that counts as much or more.
void Rank(int rank, int& known_rank, std::string value, std::string* to) {
  if (value.empty() || rank >= known_rank) return;
  known_rank = rank;
  *to = std::move(value);
}
void Rank(int rank, int& known_rank, Text value, Text* to) {
  if (value.value.empty() || rank >= known_rank) return;
  known_rank = rank;
  *to = std::move(value);
}

template <int rank>
void Title(B& b, E& e) {
  Rank(rank, b.draft().title_rank, b.PlainText(e), b.entry().mutable_title());
}

template <int rank>
void Summary(B& b, E& e) {
  Rank(rank, b.draft().summary_rank, b.TakeText(e), &b.extras().summary);
}

template <int rank>
void Content(B& b, E& e) {
  if (const string_view source = e.Get("src"); !source.empty()) {
    std::string url = b.Resolve(e, source);
    if (b.draft().fallback_link.empty()) b.draft().fallback_link = url;
    v1::FeedLink link;
    link.set_href(std::move(url));
    link.set_rel("content");
    link.set_type(Trim(e.Get("type")));
    AddLink(std::move(link), b.entry().mutable_links());
  }
  Rank(rank, b.draft().content_rank, b.TakeText(e), &b.extras().content);
}

template <int rank>
void Published(B& b, E& e) {
  const auto time = b.MakeDate(e.text, b.entry().mutable_unparsed_dates());
  if (!time.has_value() || rank >= b.draft().published_rank) return;
  b.draft().published_rank = rank;
  *b.entry().mutable_publish_time() = TimeToProto(*time);
}

template <int rank>
void Updated(B& b, E& e) {
  const auto time = b.MakeDate(e.text, b.entry().mutable_unparsed_dates());
  if (!time.has_value() || rank >= b.draft().updated_rank) return;
  b.draft().updated_rank = rank;
  *b.entry().mutable_update_time() = TimeToProto(*time);
}

void SetId(B& b, E& e) {
  if (std::string id = Trim(e.text); !id.empty()) b.entry().set_id(std::move(id));
}

void SetIdIfNone(B& b, E& e) {
  if (b.entry().id().empty()) b.entry().set_id(Trim(e.text));
}

void Guid(B& b, E& e) {
  std::string id = Trim(e.text);
  if (id.empty()) return;
  b.entry().set_id(std::move(id));
  b.entry().set_id_is_permalink(
      !absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(e.Get("ispermalink")), "false"));
}

void CommentsLink(B& b, const v1::FeedLink& link) {
  // Without a type it is an Atom feed (RFC 4685, section 4).
  const bool is_feed = link.type().empty() || (absl::StrContains(link.type(), "xml") &&
                                               !absl::StrContains(link.type(), "xhtml"));
  if (is_feed && b.entry().comments_feed_link().empty()) {
    b.entry().set_comments_feed_link(link.href());
  }
  Rank(is_feed ? 2 : 1, b.draft().comments_rank, link.href(), b.entry().mutable_comments_link());
}

// atom:link has its address in an attribute and RSS's link in its text, but some mix them up. In
// RSS the bare one is the entry's.
template <int rank>
void EntryLink(B& b, E& e) {
  const string_view href = e.Get("href");
  std::string reference = Trim(href.empty() ? string_view(e.text) : href);
  if (href.empty()) reference = absl::StrReplaceAll(reference, {{"&amp;", "&"}});
  std::string url = b.LeadsToBase(e) ? b.BaseOf(e) : b.Resolve(e, reference);
  if (url.empty()) return;
  v1::FeedLink link;
  link.set_href(std::move(url));
  link.set_rel(RelationOf(e));
  if (link.rel().empty()) link.set_rel("alternate");
  link.set_type(Trim(e.Get("type")));
  link.set_title(CollapseSpace(e.Get("title")));
  link.set_hreflang(Trim(e.Get("hreflang")));
  link.set_length(ToLength(e.Get("length")).value_or(0));
  if (link.rel() == "enclosure") {
    v1::FeedEnclosure file;
    file.set_url(link.href());
    file.set_type(link.type());
    file.set_length(link.length());
    AddEnclosure(std::move(file), b.entry().mutable_enclosures());
  } else if (link.rel() == "replies") {
    CommentsLink(b, link);
    if (const auto count = ToLength(e.Get("thr:count"))) b.entry().set_comment_count(*count);
  } else if (link.rel() == "alternate") {
    Rank(rank + AlternateRank(link.type()), b.draft().link_rank, link.href(),
         b.entry().mutable_link());
  }
  AddLink(std::move(link), b.entry().mutable_links());
}

void Comments(B& b, E& e) {
  Rank(0, b.draft().comments_rank, b.Resolve(e, e.text), b.entry().mutable_comments_link());
}

void CategoryOf(B& b, E& e) { AddCategoryOf(e, b.entry().mutable_categories()); }

void Keywords(B& b, E& e) { AddKeywords(e.text, b.entry().mutable_categories()); }

void Author(B& b, E& e) { AddPersons(e.text, b.entry().mutable_authors()); }

void AuthorIfNone(B& b, E& e) {
  if (b.entry().authors().empty()) Author(b, e);
}

void Contributor(B& b, E& e) { AddPersons(e.text, b.entry().mutable_contributors()); }

void Rights(B& b, E& e) {
  if (std::string rights = b.PlainText(e); b.entry().rights().empty()) {
    b.entry().set_rights(std::move(rights));
  }
}

void License(B& b, E& e) {
  if (!b.entry().rights().empty()) return;
  const string_view resource = e.Get("rdf:resource");
  b.entry().set_rights(Trim(resource.empty() ? string_view(e.text) : resource));
}

void Language(B& b, E& e) {
  if (std::string tag = text::LanguageTag(e.text); !tag.empty())
    b.entry().set_language(std::move(tag));
}

void CommentCount(B& b, E& e) { b.entry().set_comment_count(ToLength(e.text).value_or(0)); }

// RSS's source; Atom's is a feed of its own, see nested_elements.cc.
void Source(B& b, E& e) {
  if (b.atom()) return;
  v1::FeedSource& source = *b.entry().mutable_source_feed();
  if (source.title().empty()) source.set_title(PlainTitle(e.text));
  if (source.link().empty()) source.set_link(b.Resolve(e, e.Get("url")));
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
      {"dc:contributor", Contributor},
      {"dcterms:contributor", Contributor},
      {"category", CategoryOf},
      {"atom:category", CategoryOf},
      {"dc:subject", CategoryOf},
      {"dcterms:subject", CategoryOf},
      {"media:category", CategoryOf},
      {"news:genres", Keywords},
      {"news:keywords", Keywords},
      {"itunes:keywords", Keywords},
      {"media:keywords", Keywords},
      {"pubdate", Published<0>},
      {"published", Published<0>},
      {"issued", Published<0>},
      {"news:publication_date", Published<0>},
      {"atom:published", Published<1>},
      {"atom:issued", Published<1>},
      {"dcterms:issued", Published<2>},
      {"dc:date", Published<3>},
      {"wp:post_date_gmt", Published<4>},
      {"dcterms:created", Published<5>},
      {"created", Published<5>},
      {"atom:created", Published<5>},
      {"dcterms:date", Published<6>},
      {"dcterms:available", Published<7>},
      {"date", Published<8>},
      // In the time of the blog, which the export does not name; a post that was written by a
      // program may have no other.
      {"wp:post_date", Published<9>},
      {"updated", Updated<0>},
      {"modified", Updated<0>},
      {"lastmod", Updated<0>},
      {"atom:updated", Updated<1>},
      {"atom:modified", Updated<1>},
      {"dcterms:modified", Updated<2>},
      {"lastbuilddate", Updated<3>},
      {"wp:post_modified_gmt", Updated<4>},
      {"wp:post_modified", Updated<5>},
      {"dc:language", Language},
      {"dcterms:language", Language},
      {"language", Language},
      {"news:language", Language},
      {"comments", Comments},
      {"wfw:commentrss",
       [](B& b, E& e) { b.entry().set_comments_feed_link(b.Resolve(e, e.text)); }},
      {"slash:comments", CommentCount},
      {"thr:total", CommentCount},
      {"rights", Rights},
      {"copyright", Rights},
      {"dc:rights", Rights},
      {"dcterms:rights", Rights},
      {"atom:rights", Rights},
      {"atom:copyright", Rights},
      {"creativecommons:license", License},
      {"cc:license", License},
      {"source", Source},
      {"news:news", [](B& b, E&) { b.feed().set_format(v1::FEED_FORMAT_NEWS_SITEMAP); }},
      {"news:name",
       [](B& b, E& e) { b.entry().mutable_source_feed()->set_title(CollapseSpace(e.text)); }},
      {"wp:status", [](B& b, E& e) { b.entry().set_status(Trim(e.text)); }},
      {"wp:post_type",
       [](B& b, E& e) {
         b.entry().set_post_type(Trim(e.text));
         b.feed().set_format(v1::FEED_FORMAT_WXR);
       }},
      {"wp:post_id", [](B& b, E& e) { b.draft().wordpress.id = ToLength(e.text).value_or(0); }},
      {"wp:post_parent",
       [](B& b, E& e) { b.draft().wordpress.parent = ToLength(e.text).value_or(0); }},
      {"wp:menu_order",
       [](B& b, E& e) { b.draft().wordpress.order = ToLength(e.text).value_or(0); }},
      {"wp:attachment_url",
       [](B& b, E& e) { b.draft().wordpress.file_address = b.Resolve(e, e.text); }},
      {"wp:post_password", [](B& b, E& e) { b.extras().is_protected = !Trim(e.text).empty(); }},
  };
}

}  // namespace dateline::ingestion::parse
