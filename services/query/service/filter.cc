#include "services/query/service/filter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"

namespace dateline::query::service {

using replica::Dimension;
using replica::ListPrefix;

absl::StatusOr<int> PageSizeOf(int requested) {
  if (requested < 0) return error::InvalidField("page_size", "must not be negative");
  if (requested == 0) return limits::kDefaultPageSize;
  return std::min(requested, limits::kMaxPageSize);
}

absl::Status CheckTeaserWords(int words) {
  if (words >= 0 && words <= limits::kMaxTeaserWords) return absl::OkStatus();
  return error::InvalidField(
      "teaser_words", absl::StrCat("must be from 0 to ", limits::kMaxTeaserWords, ", not ", words));
}

absl::StatusOr<std::vector<std::string>> ListsOf(const View& view,
                                                 const v1::ArticleFilter& filter) {
  if (!filter.expression().empty()) {
    return error::InvalidField("filter.expression", "is not supported yet; use the other fields");
  }
  std::vector<std::string> lists;
  if (!filter.topic().empty()) {
    const auto topic = view.TopicOf(filter.topic());
    if (!topic.has_value()) return error::ResourceNotFound(filter.topic());
    lists.push_back(ListPrefix(
        filter.include_descendants() ? Dimension::kTopicClosure : Dimension::kTopic, topic->key));
  } else if (filter.include_descendants()) {
    return error::InvalidField("filter.include_descendants", "needs filter.topic");
  }
  if (!filter.author().empty()) {
    const auto key = view.KeyOf(filter.author(), catalog::v1::RESOURCE_KIND_AUTHOR);
    if (!key.has_value()) return error::ResourceNotFound(filter.author());
    lists.push_back(ListPrefix(Dimension::kAuthor, *key));
  }
  if (!filter.publication().empty()) {
    const auto key = view.KeyOf(filter.publication(), catalog::v1::RESOURCE_KIND_PUBLICATION);
    if (!key.has_value()) return error::ResourceNotFound(filter.publication());
    lists.push_back(ListPrefix(Dimension::kPublication, *key));
  }
  if (!filter.language().empty()) {
    lists.push_back(ListPrefix(Dimension::kLanguage, replica::TermOf(filter.language())));
  }
  if (filter.type() != content::v1::ARTICLE_TYPE_UNSPECIFIED) {
    if (!content::v1::ArticleType_IsValid(filter.type())) {
      return error::InvalidField("filter.type", "is not a known type");
    }
    lists.push_back(ListPrefix(Dimension::kType, static_cast<uint64_t>(filter.type())));
  }
  if (!filter.label().empty()) {
    lists.push_back(ListPrefix(Dimension::kLabel, replica::TermOf(filter.label())));
  }
  if (lists.empty()) lists.push_back(ListPrefix(Dimension::kAll, 0));
  return lists;
}

}  // namespace dateline::query::service
