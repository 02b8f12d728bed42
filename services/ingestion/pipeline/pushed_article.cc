#include "services/ingestion/pipeline/pushed_article.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"
#include "services/ingestion/parse/parser.h"
#include "services/ingestion/parse/text.h"
#include "services/ingestion/pipeline/plain_paragraphs.h"

namespace dateline::ingestion::pipeline {
namespace {

using content::v1::Article;

// Clocks of other machines may be ahead by so much.
constexpr absl::Duration kClockTolerance = absl::Minutes(5);

v1::FeedEntry EntryOf(const v1::IngestArticlesRequest& pushed) {
  const v1::PushedArticle& article = pushed.article();
  v1::FeedEntry entry;
  entry.set_position(pushed.entry_position());
  entry.set_id(std::string(absl::StripAsciiWhitespace(pushed.entry_id())));
  entry.set_link(article.canonical_url().empty() ? article.external_url()
                                                 : article.canonical_url());
  entry.set_title(parse::CollapseSpace(article.title()));
  entry.set_language(article.language());
  for (const content::v1::Byline& byline : article.bylines()) {
    if (!byline.text().empty()) entry.add_authors()->set_name(byline.text());
  }
  *entry.mutable_categories() = pushed.categories();
  if (article.has_publish_time()) *entry.mutable_publish_time() = article.publish_time();
  return entry;
}

parse::EntryExtras ExtrasOf(const v1::PushedArticle& article, const std::string& link) {
  parse::EntryExtras extras;
  extras.content.is_html = true;
  extras.content.base_url = link;
  extras.content.value = article.has_body_text()
                             ? ParagraphsOf(article.body_text(), LineBreak::kWrapping)
                             : article.body_html();
  extras.summary.value = article.teaser();
  return extras;
}

// Those that were given come first, as they say more than what the body shows.
void AddImages(const v1::PushedArticle& given, Article* article) {
  if (given.images().empty()) return;
  auto images = given.images();
  std::set<std::string> seen;
  for (const content::v1::Image& image : images) seen.insert(image.url());
  for (const content::v1::Image& image : article->images()) {
    if (images.size() < limits::kMaxImagesPerArticle && seen.insert(image.url()).second) {
      *images.Add() = image;
    }
  }
  article->mutable_images()->Swap(&images);
}

// What a feed's entry has no words for.
void AddGiven(const v1::PushedArticle& given, Article* article) {
  if (given.type() != content::v1::ARTICLE_TYPE_UNSPECIFIED) article->set_type(given.type());
  article->set_subtitle(parse::CollapseSpace(given.subtitle()));
  article->set_translation_set(given.translation_set());
  article->set_access(given.access());
  *article->mutable_labels() = given.labels();
  *article->mutable_notes() = given.notes();
  if (given.has_sponsor()) *article->mutable_sponsor() = given.sponsor();
  if (given.has_rights()) *article->mutable_rights() = given.rights();
  if (given.has_embargo_time()) *article->mutable_embargo_time() = given.embargo_time();
  if (given.has_expire_time()) *article->mutable_expire_time() = given.expire_time();
  if (given.teaser_use() == v1::TEASER_USE_EDITOR && !given.teaser().empty()) {
    article->mutable_teaser()->set_text(parse::CollapseSpace(given.teaser()));
    article->mutable_teaser()->set_source(content::v1::TEASER_SOURCE_EDITOR);
  }
  if (!given.bylines().empty()) *article->mutable_bylines() = given.bylines();
  article->mutable_media()->MergeFrom(given.media());
  AddImages(given, article);
}

}  // namespace

DocumentEntry ReadPushedArticle(const v1::IngestArticlesRequest& pushed, const v1::Source& source,
                                absl::Time now) {
  DocumentInput input;
  input.source = source;
  input.observed_at = now;
  if (pushed.has_observe_time()) {
    input.observed_at = std::min(now, TimeFromProto(pushed.observe_time()));
  }
  v1::FeedEntry entry = EntryOf(pushed);
  const parse::EntryExtras extras = ExtrasOf(pushed.article(), entry.link());
  DocumentEntry read = ReadEntryAlone(input, std::move(entry), extras, [&pushed](Article* article) {
    AddGiven(pushed.article(), article);
  });
  read.topics.assign(pushed.article().topics().begin(), pushed.article().topics().end());
  // A feed shows what is public; this may be a plan, and showing it now would be a leak.
  if (read.rejection.ok() && pushed.article().has_publish_time() &&
      TimeFromProto(pushed.article().publish_time()) > now + kClockTolerance) {
    read.fate = EntryFate::kReject;
    read.rejection = error::InvalidField("article.publish_time",
                                         "lies in the future; give embargo_time to hide it");
  }
  return read;
}

}  // namespace dateline::ingestion::pipeline
