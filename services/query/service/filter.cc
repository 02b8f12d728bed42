#include "services/query/service/filter.h"

#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "services/query/service/request_checks.h"

namespace dateline::query::service {

using replica::Dimension;
using replica::Plan;

namespace {

Plan Term(Dimension dimension, uint64_t term) {
  return Plan::Term(replica::ListPrefix(dimension, term));
}

}  // namespace

absl::StatusOr<Plan> PlanOf(const View& view, const v1::ArticleFilter& filter) {
  if (!filter.expression().empty()) {
    return error::InvalidField("filter.expression", "is not supported yet; use the other fields");
  }
  DATELINE_RETURN_IF_ERROR(CheckTerm("filter.language", filter.language()));
  DATELINE_RETURN_IF_ERROR(CheckTerm("filter.label", filter.label()));
  std::vector<Plan> lists;
  if (!filter.topic().empty()) {
    DATELINE_RETURN_IF_ERROR(CheckName("filter.topic", "topics", filter.topic()));
    const auto topic = view.TopicOf(filter.topic());
    if (!topic.has_value()) return error::ResourceNotFound(filter.topic());
    lists.push_back(Term(
        filter.include_descendants() ? Dimension::kTopicClosure : Dimension::kTopic, topic->key));
  } else if (filter.include_descendants()) {
    return error::InvalidField("filter.include_descendants", "needs filter.topic");
  }
  if (!filter.author().empty()) {
    DATELINE_RETURN_IF_ERROR(CheckName("filter.author", "authors", filter.author()));
    const auto key = view.KeyOf(filter.author(), catalog::v1::RESOURCE_KIND_AUTHOR);
    if (!key.has_value()) return error::ResourceNotFound(filter.author());
    lists.push_back(Term(Dimension::kAuthor, *key));
  }
  if (!filter.publication().empty()) {
    DATELINE_RETURN_IF_ERROR(CheckName("filter.publication", "publications", filter.publication()));
    const auto key = view.KeyOf(filter.publication(), catalog::v1::RESOURCE_KIND_PUBLICATION);
    if (!key.has_value()) return error::ResourceNotFound(filter.publication());
    lists.push_back(Term(Dimension::kPublication, *key));
  }
  if (!filter.language().empty()) {
    lists.push_back(Term(Dimension::kLanguage, replica::TermOf(filter.language())));
  }
  if (filter.type() != content::v1::ARTICLE_TYPE_UNSPECIFIED) {
    if (!content::v1::ArticleType_IsValid(filter.type())) {
      return error::InvalidField("filter.type", "is not a known type");
    }
    lists.push_back(Term(Dimension::kType, static_cast<uint64_t>(filter.type())));
  }
  if (!filter.label().empty()) {
    lists.push_back(Term(Dimension::kLabel, replica::TermOf(filter.label())));
  }
  if (lists.empty()) return Term(Dimension::kAll, 0);
  return Plan::And(std::move(lists));
}

}  // namespace dateline::query::service
