#include "services/catalog/article/content.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/api/proto_time.h"
#include "common/base/limits.h"
#include "common/text/teaser.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;
using content::v1::Publication;

// Takes from `*article` what the catalog decides, and puts in what the sender derived from the
// body.
void SetOutputFields(const v1::DerivedText& derived, Article* article) {
  article->clear_name();
  article->clear_state();
  article->clear_revision();
  article->clear_cluster();
  article->clear_first_publish_time();
  article->set_body_text(derived.body_text());
  article->set_word_count(derived.word_count());
  *article->mutable_cited_links() = derived.cited_links();
}

void CutTeaser(const Publication& publication, const v1::DerivedText& derived, Article* article) {
  if (derived.teaser_source() == content::v1::TEASER_SOURCE_EDITOR &&
      !article->teaser().text().empty()) {
    article->mutable_teaser()->set_truncated(false);
    article->mutable_teaser()->set_source(content::v1::TEASER_SOURCE_EDITOR);
    return;
  }
  const int words = publication.teaser_rule().words() > 0 ? publication.teaser_rule().words()
                                                          : limits::kDefaultTeaserWords;
  const std::string& ellipsis = publication.teaser_rule().ellipsis().empty()
                                    ? std::string("...")
                                    : publication.teaser_rule().ellipsis();
  text::Teaser cut = text::CutTeaser(derived.body_text(), words, ellipsis);
  const bool from_body = !cut.text.empty();
  if (!from_body) {
    cut = text::CutTeaser(article->teaser().text(), words, ellipsis);
    cut.truncated |= derived.teaser_truncated();
  }
  article->clear_teaser();
  if (cut.text.empty()) return;
  content::v1::Teaser* teaser = article->mutable_teaser();
  teaser->set_text(std::move(cut.text));
  teaser->set_truncated(cut.truncated);
  teaser->set_source(from_body ? content::v1::TEASER_SOURCE_BODY : content::v1::TEASER_SOURCE_FEED);
}

}  // namespace

Article PrepareContent(const v1::UpsertItem& item, const Publication& publication, absl::Time now) {
  Article article = item.article();
  SetOutputFields(item.derived(), &article);
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
  CutTeaser(publication, item.derived(), &article);
  return article;
}

void NameTargets(const absl::flat_hash_map<std::string, std::string>& merged,
                 content::v1::Article* content) {
  if (merged.empty()) return;
  for (content::v1::Byline& byline : *content->mutable_bylines()) {
    const auto target = merged.find(byline.author());
    if (target != merged.end()) byline.set_author(target->second);
  }
  absl::flat_hash_set<std::string> seen;
  google::protobuf::RepeatedPtrField<content::v1::ArticleTopic> topics;
  topics.Swap(content->mutable_topics());
  for (content::v1::ArticleTopic& topic : topics) {
    const auto target = merged.find(topic.topic());
    if (target != merged.end()) topic.set_topic(target->second);
    if (seen.insert(topic.topic()).second) *content->add_topics() = std::move(topic);
  }
}

}  // namespace dateline::catalog::article
