#include "services/catalog/article/visibility.h"

#include <algorithm>

#include "common/api/proto_time.h"

namespace dateline::catalog::article {

using content::v1::Article;

absl::Time FirstVisible(const Article& article) {
  const absl::Time publish = TimeFromProto(article.publish_time());
  if (!article.has_embargo_time()) return publish;
  return std::max(publish, TimeFromProto(article.embargo_time()));
}

void SetStateAt(absl::Time now, Article* article) {
  if (article->has_first_publish_time() && TimeFromProto(article->first_publish_time()) > now) {
    article->clear_first_publish_time();
  }
  if (article->state() != content::v1::ARTICLE_STATE_PUBLISHED) return;
  if (article->has_expire_time() && TimeFromProto(article->expire_time()) <= now) {
    article->set_state(content::v1::ARTICLE_STATE_EXPIRED);
  } else if (article->has_embargo_time() && TimeFromProto(article->embargo_time()) > now) {
    article->set_state(content::v1::ARTICLE_STATE_EMBARGOED);
  } else if (TimeFromProto(article->publish_time()) > now) {
    article->set_state(content::v1::ARTICLE_STATE_SCHEDULED);
  }
}

}  // namespace dateline::catalog::article
