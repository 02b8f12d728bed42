#include "services/query/replica/apply/card.h"

#include <optional>
#include <utility>

#include "common/api/resource_digest.h"
#include "services/query/replica/apply/usable.h"

namespace dateline::query::replica {

UsableRevision ReadRevision(const std::string& bytes, const std::string& cluster) {
  UsableRevision revision;
  std::optional<content::v1::Article> article = api::ServedRevision(bytes, cluster);
  if (!article.has_value()) {
    revision.why_not = "the revision cannot be read";
    return revision;
  }
  revision.article = std::move(*article);
  revision.why_not = WhyUnusable(revision.article);
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
