#include "services/query/replica/apply/card.h"

#include <utility>

#include "services/query/replica/apply/usable.h"

namespace dateline::query::replica {

UsableRevision ReadRevision(const std::string& bytes, const std::string& cluster) {
  UsableRevision revision;
  if (!revision.article.ParseFromString(bytes)) {
    revision.why_not = "the revision cannot be read";
    return revision;
  }
  revision.why_not = WhyUnusable(revision.article);
  // Only what is published is ever read, and the cluster changes without a revision.
  revision.article.set_state(content::v1::ARTICLE_STATE_PUBLISHED);
  revision.article.set_cluster(cluster);
  return revision;
}

CardAndBody SplitArticle(content::v1::Article article) {
  content::v1::Article body;
  body.set_body_html(std::move(*article.mutable_body_html()));
  body.set_body_text(std::move(*article.mutable_body_text()));
  article.clear_body_html();
  article.clear_body_text();
  body.mutable_media()->Swap(article.mutable_media());
  body.mutable_cited_links()->Swap(article.mutable_cited_links());
  body.mutable_notes()->Swap(article.mutable_notes());
  // The lead image stays on the card; the others follow it when the two are put together.
  for (int i = 1; i < article.images_size(); ++i) *body.add_images() = article.images(i);
  if (article.images_size() > 1) {
    article.mutable_images()->DeleteSubrange(1, article.images_size() - 1);
  }
  return {article.SerializeAsString(), body.SerializeAsString()};
}

}  // namespace dateline::query::replica
