#include "services/ingestion/pipeline/article.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/check.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "common/html/trackers.h"
#include "common/text/language_tag.h"
#include "common/text/teaser.h"
#include "common/text/utf8.h"
#include "services/ingestion/parse/medium.h"
#include "services/ingestion/tag/language.h"

namespace dateline::ingestion::pipeline {
namespace {

// Words of a headline that is made from the text.
constexpr int kDerivedTitleWords = 12;
// A page with a recording and fewer words than this is about the recording.
constexpr int kMediaPageWords = 50;

void SetTeaser(const CleanedEntry& cleaned, content::v1::Article* article) {
  if (!article->body_text().empty() || cleaned.summary.text.empty()) return;
  article->mutable_teaser()->set_text(cleaned.summary.text);
  article->mutable_teaser()->set_source(content::v1::TEASER_SOURCE_FEED);
}

void SetBylines(const v1::Feed& feed, const v1::FeedEntry& entry, content::v1::Article* article) {
  const auto& authors = entry.authors().empty() ? feed.authors() : entry.authors();
  std::set<std::string> seen;
  for (const v1::FeedPerson& author : authors) {
    const std::string& text = author.name().empty() ? author.email() : author.name();
    if (!text.empty() && seen.insert(text).second) article->add_bylines()->set_text(text);
  }
}

bool IsImage(const v1::FeedMedia& media) {
  return media.medium() == "image" || absl::StartsWith(media.type(), "image/");
}

bool IsImage(const v1::FeedEnclosure& enclosure) {
  return parse::MediumOf(enclosure.type(), enclosure.url()) == "image";
}

void AddImage(const std::string& url, int width, int height, const std::string& alt,
              const std::string& credit, const std::string& rights, std::set<std::string>* seen,
              content::v1::Article* article) {
  if (url.empty() || html::IsSmileyAddress(url) ||
      article->images_size() >= limits::kMaxImagesPerArticle || !seen->insert(url).second) {
    return;
  }
  content::v1::Image& image = *article->add_images();
  image.set_url(url);
  image.set_width(width);
  image.set_height(height);
  image.set_alt(alt);
  image.set_credit(credit);
  image.set_rights(rights);
}

void AddImage(const v1::FeedMedia& media, std::set<std::string>* seen,
              content::v1::Article* article) {
  AddImage(media.url(), media.width(), media.height(), media.title(), media.credit(),
           media.rights(), seen, article);
}

void SetImages(const v1::FeedEntry& entry, const html::CleanResult& body,
               content::v1::Article* article) {
  std::set<std::string> seen;
  for (const v1::FeedMedia& media : entry.media()) {
    if (IsImage(media)) AddImage(media, &seen, article);
  }
  for (const v1::FeedEnclosure& enclosure : entry.enclosures()) {
    if (IsImage(enclosure)) {
      AddImage(enclosure.url(), 0, 0, "", "", "", &seen, article);
    }
  }
  for (const html::CleanImage& image : body.images) {
    AddImage(image.url, image.width, image.height, image.alt, "", "", &seen, article);
  }
  for (const v1::FeedMedia& media : entry.thumbnails()) AddImage(media, &seen, article);
}

void SetMedia(const v1::FeedEntry& entry, content::v1::Article* article) {
  std::set<std::string> seen;
  for (const v1::FeedEnclosure& enclosure : entry.enclosures()) {
    if (IsImage(enclosure) || !seen.insert(enclosure.url()).second) {
      continue;
    }
    content::v1::Media& media = *article->add_media();
    media.set_url(enclosure.url());
    media.set_type(enclosure.type());
    media.set_length(enclosure.length());
    if (enclosure.has_duration()) *media.mutable_duration() = enclosure.duration();
  }
  if (article->word_count() >= kMediaPageWords) return;
  for (const content::v1::Media& media : article->media()) {
    const absl::string_view medium = parse::MediumOf(media.type(), media.url());
    if (medium == "audio") {
      article->set_type(content::v1::ARTICLE_TYPE_AUDIO);
      return;
    }
    if (medium == "video") {
      article->set_type(content::v1::ARTICLE_TYPE_VIDEO);
      return;
    }
  }
}

// The first that the entry, the feed or the source names, unless the text contradicts it.
std::string LanguageOf(const ArticleInput& input, const content::v1::Article& article) {
  std::string declared;
  for (const absl::string_view named :
       {absl::string_view(input.entry.language()), absl::string_view(input.feed.language()),
        absl::string_view(input.source.language())}) {
    declared = text::LanguageTag(named);
    if (!declared.empty()) break;
  }
  const std::string& text =
      article.body_text().empty() ? article.teaser().text() : article.body_text();
  return ChooseLanguage(declared, absl::StrCat(article.title(), "\n",
                                               text::TruncateUtf8(text, kLanguageSampleBytes)));
}

}  // namespace

content::v1::Article MakeArticle(const ArticleInput& input) {
  const html::CleanResult& body = BodyOf(input.cleaned);
  content::v1::Article article;
  article.set_type(content::v1::ARTICLE_TYPE_ARTICLE);
  article.set_title(input.entry.title());
  article.set_body_html(body.html);
  article.set_body_text(body.text);
  article.set_word_count(static_cast<int32_t>(body.word_count));
  for (const std::string& link : body.links) article.add_cited_links(link);
  SetTeaser(input.cleaned, &article);
  if (article.title().empty()) {
    article.set_title(
        text::CutTeaser(article.body_text().empty() ? article.teaser().text() : article.body_text(),
                        kDerivedTitleWords)
            .text);
  }
  if (article.title().empty()) article.set_title(input.canonical_link);
  article.set_canonical_url(input.canonical_link);
  SetBylines(input.feed, input.entry, &article);
  SetImages(input.entry, body, &article);
  SetMedia(input.entry, &article);
  article.set_language(LanguageOf(input, article));
  const std::string& rights =
      input.entry.rights().empty() ? input.feed.rights() : input.entry.rights();
  if (!rights.empty()) article.mutable_rights()->set_usage(rights);
  absl::Time published = input.observed_at;
  if (input.entry.has_publish_time()) {
    published = std::min(published, TimeFromProto(input.entry.publish_time()));
  } else if (input.entry.has_update_time()) {
    published = std::min(published, TimeFromProto(input.entry.update_time()));
  }
  *article.mutable_publish_time() = TimeToProto(published);
  return article;
}

catalog::v1::DerivedText TakeDerived(content::v1::Article* article) {
  catalog::v1::DerivedText derived;
  derived.set_body_text(std::move(*article->mutable_body_text()));
  derived.set_word_count(article->word_count());
  derived.mutable_cited_links()->Swap(article->mutable_cited_links());
  derived.set_teaser_source(article->teaser().source());
  derived.set_teaser_truncated(article->teaser().truncated());
  article->clear_body_text();
  article->clear_word_count();
  article->clear_cited_links();
  if (article->has_teaser()) {
    article->mutable_teaser()->clear_source();
    article->mutable_teaser()->clear_truncated();
  }
  return derived;
}

absl::Status CheckItem(const catalog::v1::UpsertItem& item) {
  const content::v1::Article& article = item.article();
  if (article.title().empty() && item.derived().body_text().empty() &&
      article.canonical_url().empty()) {
    return error::EmptyEntry();
  }
  return api::Check(item);
}

}  // namespace dateline::ingestion::pipeline
