#include "services/catalog/article/takedown.h"

#include "common/errors/errors.h"
#include "services/catalog/article/decision.h"

namespace dateline::catalog::article {
namespace {

using content::v1::Article;

// What stays of an article that is erased.
Article Remains(const Article& article) {
  Article left;
  left.set_name(article.name());
  left.set_publication(article.publication());
  left.set_canonical_url(article.canonical_url());
  left.set_revision(article.revision());
  if (article.has_first_publish_time()) {
    *left.mutable_first_publish_time() = article.first_publish_time();
  }
  if (article.has_publish_time()) *left.mutable_publish_time() = article.publish_time();
  if (article.has_modify_time()) *left.mutable_modify_time() = article.modify_time();
  if (article.has_embargo_time()) *left.mutable_embargo_time() = article.embargo_time();
  if (article.has_expire_time()) *left.mutable_expire_time() = article.expire_time();
  return left;
}

}  // namespace

absl::Status TakeDown(WorkingArticle* target) {
  v1::ArticleRecord& record = target->record;
  if (record.state() == content::v1::ARTICLE_STATE_TAKEN_DOWN) {
    return error::TakenDown(record.name());
  }
  record.set_scheduled_revision(0);
  record.clear_schedule_time();
  target->article = Remains(target->article);
  target->waiting.clear();
  record.set_state(content::v1::ARTICLE_STATE_TAKEN_DOWN);
  record.clear_withdrawal();
  record.clear_delete_time();
  record.clear_purge_time();
  record.clear_suppressed_topics();
  for (int i = 0; i < record.origins_size(); ++i) {
    if (record.origins(i).has_feed_proposal()) DropProposal(i, target);
  }
  target->simhash = 0;
  target->cluster_key = 0;
  target->cluster_changed = target->life_changed = target->erased = true;
  return absl::OkStatus();
}

}  // namespace dateline::catalog::article
