#include "services/catalog/upsert/content.h"

#include <algorithm>
#include <limits>
#include <string>

#include "common/base/limits.h"
#include "common/text/teaser.h"
#include "common/text/words.h"
#include "services/catalog/upsert/times.h"

namespace dateline::catalog::upsert {
namespace {

using content::v1::Article;
using content::v1::Publication;

void ClearWhatTheCatalogDecides(Article* article) {
  article->clear_name();
  article->clear_state();
  article->clear_withdrawal();
  article->clear_revision();
  article->clear_live_revision();
  article->clear_scheduled_revision();
  article->clear_scheduled_time();
  article->clear_version();
  article->clear_etag();
  article->clear_cluster();
  article->clear_create_time();
  article->clear_delete_time();
  article->clear_purge_time();
  article->clear_first_publish_time();
  article->clear_origins();
  article->clear_suppressed_topics();
}

void CutTeaser(const Publication& publication, Article* article) {
  const int words = publication.teaser_rule().words() > 0 ? publication.teaser_rule().words()
                                                          : limits::kDefaultTeaserWords;
  const std::string& ellipsis = publication.teaser_rule().ellipsis().empty()
                                    ? std::string("...")
                                    : publication.teaser_rule().ellipsis();
  if (article->teaser().source() == content::v1::TEASER_SOURCE_EDITOR &&
      !article->teaser().text().empty()) {
    article->mutable_teaser()->set_truncated(false);
    return;
  }
  const bool from_body = article->word_count() > 0;
  const std::string text = from_body ? article->body_text() : article->teaser().text();
  article->clear_teaser();
  text::Teaser cut = text::CutTeaser(text, words, ellipsis);
  if (cut.text.empty()) return;
  content::v1::Teaser* teaser = article->mutable_teaser();
  teaser->set_text(std::move(cut.text));
  teaser->set_truncated(cut.truncated);
  teaser->set_source(from_body ? content::v1::TEASER_SOURCE_BODY : content::v1::TEASER_SOURCE_FEED);
}

}  // namespace

Article PrepareContent(const v1::UpsertItem& item, const Publication& publication, absl::Time now) {
  Article article = item.article();
  ClearWhatTheCatalogDecides(&article);
  article.set_publication(publication.name());
  if (article.type() == content::v1::ARTICLE_TYPE_UNSPECIFIED) {
    article.set_type(content::v1::ARTICLE_TYPE_ARTICLE);
  }
  if (article.access() == content::v1::ACCESS_UNSPECIFIED) {
    article.set_access(content::v1::ACCESS_FREE);
  }
  if (article.language().empty()) article.set_language(publication.default_language());
  for (content::v1::ArticleTopic& topic : *article.mutable_topics()) {
    if (topic.origin() == content::v1::TOPIC_ORIGIN_UNSPECIFIED) {
      topic.set_origin(content::v1::TOPIC_ORIGIN_FEED);
    }
  }
  if (!article.has_publish_time() || TimeFromProto(article.publish_time()) > now) {
    *article.mutable_publish_time() = TimeToProto(now);
  }
  *article.mutable_modify_time() = TimeToProto(now);
  article.set_word_count(static_cast<int32_t>(std::min<int64_t>(
      text::CountWords(article.body_text()), std::numeric_limits<int32_t>::max())));
  CutTeaser(publication, &article);
  return article;
}

}  // namespace dateline::catalog::upsert
