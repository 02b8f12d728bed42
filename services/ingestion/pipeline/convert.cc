#include "services/ingestion/pipeline/convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "services/ingestion/parse/parser.h"
#include "services/ingestion/pipeline/time.h"

namespace dateline::ingestion::pipeline {
namespace {

using v1::FeedFormat;

FeedFormat FormatToProto(parse::FeedFormat format) {
  switch (format) {
    case parse::FeedFormat::RSS_090:
      return v1::FEED_FORMAT_RSS_090;
    case parse::FeedFormat::RSS_091:
      return v1::FEED_FORMAT_RSS_091;
    case parse::FeedFormat::RSS_092:
      return v1::FEED_FORMAT_RSS_092;
    case parse::FeedFormat::RSS_10:
      return v1::FEED_FORMAT_RSS_10;
    case parse::FeedFormat::RSS_20:
      return v1::FEED_FORMAT_RSS_20;
    case parse::FeedFormat::ATOM_03:
      return v1::FEED_FORMAT_ATOM_03;
    case parse::FeedFormat::ATOM_10:
      return v1::FEED_FORMAT_ATOM_10;
    case parse::FeedFormat::JSON_FEED_10:
      return v1::FEED_FORMAT_JSON_FEED_10;
    case parse::FeedFormat::JSON_FEED_11:
      return v1::FEED_FORMAT_JSON_FEED_11;
    case parse::FeedFormat::WXR:
      return v1::FEED_FORMAT_WXR;
    case parse::FeedFormat::SITEMAP:
      return v1::FEED_FORMAT_SITEMAP;
    case parse::FeedFormat::NEWS_SITEMAP:
      return v1::FEED_FORMAT_NEWS_SITEMAP;
    case parse::FeedFormat::WORDPRESS_REST:
      return v1::FEED_FORMAT_WORDPRESS_REST;
  }
  return v1::FEED_FORMAT_UNSPECIFIED;
}

void SetPerson(const parse::Person& person, v1::FeedPerson* out) {
  out->set_name(person.name);
  out->set_email(person.email);
  out->set_uri(person.uri);
}

void SetMedia(const parse::Media& media, v1::FeedMedia* out) {
  out->set_url(media.url);
  out->set_type(media.type);
  out->set_medium(media.medium);
  out->set_width(media.width);
  out->set_height(media.height);
  out->set_title(media.title);
  out->set_credit(media.credit);
  out->set_rights(media.rights);
  out->set_length(media.length.value_or(0));
  if (media.duration.has_value()) ToProto(*media.duration, out->mutable_duration());
}

// sy:updatePeriod is the time in which the feed is updated updateFrequency times.
absl::Duration UpdateInterval(const parse::Feed& feed) {
  absl::Duration period = absl::ZeroDuration();
  if (feed.update_period == "hourly") period = absl::Hours(1);
  if (feed.update_period == "daily") period = absl::Hours(24);
  if (feed.update_period == "weekly") period = absl::Hours(24 * 7);
  if (feed.update_period == "monthly") period = absl::Hours(24 * 30);
  if (feed.update_period == "yearly") period = absl::Hours(24 * 365);
  return period / std::max(1, feed.update_frequency);
}

html::CleanResult CleanText(const parse::Text& text, const std::string& fallback_base) {
  if (text.value.empty()) return {};
  html::CleanOptions options;
  options.base_url = text.base_url.empty() ? fallback_base : text.base_url;
  options.embed_hosts = html::DefaultEmbedHosts();
  // A body that is too long is rejected as it is, never cut.
  options.max_output_bytes = limits::kMaxDocumentBytes;
  if (text.is_html) return html::CleanHtml(text.value, options);
  const std::string escaped =
      absl::StrReplaceAll(text.value, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
  return html::CleanHtml(absl::StrCat("<p>", escaped, "</p>"), options);
}

// What is taken as the text of an entry: its content, or what the feed has instead, its summary.
const html::CleanResult& TextOf(const CleanedEntry& cleaned) {
  const bool has_content = !cleaned.content.text.empty() || !cleaned.content.html.empty();
  return has_content ? cleaned.content : cleaned.summary;
}

}  // namespace

void CategoryToProto(const parse::Category& category, v1::FeedCategory* out) {
  out->set_term(category.term);
  out->set_scheme(category.scheme);
  out->set_label(category.label);
}

CleanedEntry CleanEntry(const parse::Entry& entry) {
  return {CleanText(entry.content, entry.link), CleanText(entry.summary, entry.link)};
}

v1::Feed FeedToProto(const parse::Feed& feed) {
  v1::Feed out;
  out.set_format(FormatToProto(feed.format));
  out.set_version(feed.version);
  out.set_encoding(feed.encoding);
  out.set_well_formed(feed.well_formed);
  out.set_fault(feed.first_fault);
  out.set_title(feed.title);
  out.set_subtitle(feed.subtitle);
  out.set_link(feed.link);
  out.set_self_link(feed.self_link);
  for (const std::string& hub : feed.hub_links) out.add_hub_links(hub);
  out.set_language(feed.language);
  out.set_id(feed.id);
  out.set_image(feed.image);
  out.set_image_title(feed.image_title);
  out.set_image_link(feed.image_link);
  out.set_icon(feed.icon);
  out.set_generator(feed.generator);
  out.set_generator_uri(feed.generator_uri);
  out.set_generator_version(feed.generator_version);
  out.set_rights(feed.rights);
  for (const parse::Person& author : feed.authors) SetPerson(author, out.add_authors());
  for (const parse::Person& person : feed.contributors) SetPerson(person, out.add_contributors());
  for (const parse::Category& category : feed.categories) {
    CategoryToProto(category, out.add_categories());
  }
  if (feed.updated.time.has_value()) ToProto(*feed.updated.time, out.mutable_update_time());
  if (feed.ttl.has_value()) ToProto(*feed.ttl, out.mutable_ttl());
  if (const absl::Duration interval = UpdateInterval(feed); interval > absl::ZeroDuration()) {
    ToProto(interval, out.mutable_update_interval());
  }
  out.set_update_period(feed.update_period);
  out.set_update_frequency(feed.update_frequency);
  if (feed.update_base.time.has_value()) {
    ToProto(*feed.update_base.time, out.mutable_update_base_time());
  }
  for (const std::string& date : feed.unparsed_dates) out.add_unparsed_dates(date);
  for (const int hour : feed.skip_hours) out.add_skip_hours(hour);
  for (const std::string& day : feed.skip_days) out.add_skip_days(day);
  return out;
}

v1::FeedEntry EntryToProto(const parse::Entry& entry, const CleanedEntry& cleaned) {
  v1::FeedEntry out;
  out.set_id(entry.id);
  out.set_id_is_permalink(entry.id_is_permalink);
  out.set_link(entry.link);
  for (const parse::Link& link : entry.links) {
    v1::FeedLink& to = *out.add_links();
    to.set_href(link.href);
    to.set_rel(link.rel);
    to.set_type(link.type);
    to.set_title(link.title);
    to.set_hreflang(link.hreflang);
    to.set_length(link.length.value_or(0));
  }
  out.set_title(entry.title);
  out.set_summary(cleaned.summary.text);
  const html::CleanResult& body = TextOf(cleaned);
  out.set_content_html(body.html);
  out.set_content_text(body.text);
  out.set_word_count(static_cast<int32_t>(body.word_count));
  for (const parse::Person& author : entry.authors) SetPerson(author, out.add_authors());
  for (const parse::Person& person : entry.contributors) SetPerson(person, out.add_contributors());
  for (const parse::Category& category : entry.categories) {
    CategoryToProto(category, out.add_categories());
  }
  if (entry.published.time.has_value()) ToProto(*entry.published.time, out.mutable_publish_time());
  if (entry.updated.time.has_value()) ToProto(*entry.updated.time, out.mutable_update_time());
  for (const std::string& date : entry.unparsed_dates) out.add_unparsed_dates(date);
  out.set_language(entry.language);
  out.set_comments_link(entry.comments_link);
  out.set_comments_feed_link(entry.comments_feed_link);
  out.set_comment_count(entry.comment_count.value_or(0));
  if (!entry.source.title.empty() || !entry.source.link.empty() || !entry.source.id.empty()) {
    out.mutable_source_feed()->set_title(entry.source.title);
    out.mutable_source_feed()->set_link(entry.source.link);
    out.mutable_source_feed()->set_id(entry.source.id);
  }
  for (const parse::Enclosure& enclosure : entry.enclosures) {
    v1::FeedEnclosure& to = *out.add_enclosures();
    to.set_url(enclosure.url);
    to.set_type(enclosure.type);
    to.set_length(enclosure.length.value_or(0));
    if (enclosure.duration.has_value()) ToProto(*enclosure.duration, to.mutable_duration());
  }
  for (const parse::Media& media : entry.media) SetMedia(media, out.add_media());
  for (const parse::Media& thumbnail : entry.thumbnails) SetMedia(thumbnail, out.add_thumbnails());
  out.set_credit(entry.credit);
  for (const parse::Media& media : entry.media) {
    if (out.credit().empty()) out.set_credit(media.credit);
  }
  out.set_rights(entry.rights);
  if (entry.geo.has_value()) {
    out.mutable_geo_point()->set_latitude(entry.geo->latitude);
    out.mutable_geo_point()->set_longitude(entry.geo->longitude);
  }
  out.set_position(entry.index);
  out.set_status(entry.wordpress.status);
  out.set_post_type(entry.wordpress.post_type);
  return out;
}

absl::Status FromParseFailure(const absl::Status& status, size_t document_bytes) {
  const auto failure = parse::ParseFailureOf(status);
  if (!failure.has_value()) return status;
  switch (*failure) {
    case parse::ParseFailure::EMPTY:
      return error::UnknownFormat("an empty document");
    case parse::ParseFailure::UNKNOWN_FORMAT:
      return error::UnknownFormat(absl::StripPrefix(status.message(), "document: "));
    case parse::ParseFailure::TOO_LARGE:
      return error::DocumentTooLarge(document_bytes, limits::kMaxDocumentBytes);
    case parse::ParseFailure::ENTITY_EXPANSION:
      return error::EntityExpansion();
    case parse::ParseFailure::TOO_MANY_ENTRIES:
      return error::TooManyEntries(limits::kMaxDocumentEntries + 1, limits::kMaxDocumentEntries);
  }
  return status;
}

}  // namespace dateline::ingestion::pipeline
