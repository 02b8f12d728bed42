#include "services/catalog/article/working_article.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/errors/errors.h"

namespace dateline::catalog::article {

int32_t WorkingArticle::InForce() const {
  return record.live_revision() > 0 ? record.live_revision() : article.revision();
}

const content::v1::Article* WorkingArticle::Content(int32_t number) const {
  if (number == InForce()) return &article;
  const auto found = waiting.find(number);
  return found == waiting.end() ? nullptr : &found->second.content;
}

size_t WorkingArticle::ScheduledBytes() const {
  const content::v1::Article* const scheduled = Content(record.scheduled_revision());
  return scheduled == nullptr ? 0 : scheduled->ByteSizeLong();
}

std::vector<NewRevision> WorkingArticle::NewRevisions() const {
  std::vector<NewRevision> revisions;
  if (is_new || content_changed) revisions.push_back({InForce(), &article});
  for (const auto& [number, revision] : waiting) {
    if (revision.is_new) revisions.push_back({number, &revision.content});
  }
  return revisions;
}

bool WorkingArticle::written() const {
  return is_new || content_changed || cluster_changed || life_changed || slots_changed || erased ||
         !dirty_origins.empty() ||
         std::any_of(waiting.begin(), waiting.end(),
                     [](const auto& entry) { return entry.second.is_new; });
}

void ReviseInForce(WorkingArticle* target) {
  if (target->is_new || target->content_changed) return;
  target->content_changed = true;
  target->article.set_revision(target->article.revision() + 1);
  if (target->record.live_revision() > 0) {
    target->record.set_live_revision(target->article.revision());
  }
}

absl::Status CheckContentSize(const content::v1::Article& content, size_t scheduled_bytes) {
  const size_t bytes = content.ByteSizeLong() + scheduled_bytes;
  if (bytes <= limits::kMaxArticleStateBytes) return absl::OkStatus();
  return error::InvalidField("article", absl::StrCat("takes ", bytes, " bytes in all, more than ",
                                                     limits::kMaxArticleStateBytes));
}

}  // namespace dateline::catalog::article
