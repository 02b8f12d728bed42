#include "services/catalog/feed/change_filter.h"

#include <algorithm>

namespace dateline::catalog::feed {
namespace {

Told FilterArticle(const ChangeFilter& filter, const store::FilterKeys& keys,
                   const v1::Change& change) {
  // The row that carries the state comes in the same batch.
  if (change.superseded()) return Told::kNo;
  if (!change.state().has_article()) return Told::kYes;
  const v1::ReplicatedArticle& article = change.state().article();
  if (!filter.publications.empty() && keys.publications.count(article.publication_key()) == 0) {
    return Told::kNo;
  }
  if (filter.topics.empty()) return Told::kYes;
  const auto is_wanted = [&](int64_t topic) { return keys.topics.count(topic) > 0; };
  const auto& live = article.topic_keys();
  const auto& scheduled = article.scheduled_topic_keys();
  return std::any_of(live.begin(), live.end(), is_wanted) ||
                 std::any_of(scheduled.begin(), scheduled.end(), is_wanted)
             ? Told::kYes
             : Told::kIfLeft;
}

}  // namespace

Told Filter(const ChangeFilter& filter, const store::FilterKeys& keys, const v1::Change& change) {
  if (!filter.kinds.empty() && filter.kinds.count(change.kind()) == 0) return Told::kNo;
  if (!filter.has_names()) return Told::kYes;
  if (change.kind() == v1::RESOURCE_KIND_ARTICLE) return FilterArticle(filter, keys, change);
  if (change.kind() == v1::RESOURCE_KIND_PATH && change.state().has_path() &&
      !filter.publications.empty()) {
    const auto& names = filter.publications;
    const std::string& publication = change.state().path().publication();
    return std::count(names.begin(), names.end(), publication) > 0 ? Told::kYes : Told::kNo;
  }
  return Told::kYes;
}

}  // namespace dateline::catalog::feed
