#include "services/query/service/search_counts.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/errors/errors.h"
#include "common/filter/article_fields.h"

namespace dateline::query::service {
namespace {

// Values of one dimension that are answered, as the contract states.
constexpr size_t kMaxValues = 50;

replica::Dimension ListsOf(int dimension) {
  switch (dimension) {
    case v1::COUNT_DIMENSION_TOPIC:
      return replica::Dimension::kTopic;
    case v1::COUNT_DIMENSION_TYPE:
      return replica::Dimension::kType;
    case v1::COUNT_DIMENSION_AUTHOR:
      return replica::Dimension::kAuthor;
    default:
      return replica::Dimension::kPublication;
  }
}

// The name of a value, by the list's term; empty for what readers may not know of.
std::string NameOf(const View& view, int dimension, uint64_t term) {
  switch (dimension) {
    case v1::COUNT_DIMENSION_TYPE:
      return std::string(absl::StripPrefix(content::v1::ArticleType_Name(static_cast<int>(term)),
                                           filter::kTypePrefix));
    case v1::COUNT_DIMENSION_TOPIC: {
      const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_TOPIC, term);
      return state.has_value() && state->topic().state() == content::v1::TOPIC_STATE_ACTIVE
                 ? state->name()
                 : std::string();
    }
    case v1::COUNT_DIMENSION_AUTHOR: {
      const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_AUTHOR, term);
      return state.has_value() && state->has_author() && !state->author().has_delete_time()
                 ? state->name()
                 : std::string();
    }
    default: {
      const auto state = view.StateOf(catalog::v1::RESOURCE_KIND_PUBLICATION, term);
      return state.has_value() && state->has_publication() ? state->name() : std::string();
    }
  }
}

}  // namespace

absl::Status CheckDimensions(const google::protobuf::RepeatedField<int>& dimensions) {
  for (int i = 0; i < dimensions.size(); ++i) {
    if (dimensions[i] == v1::COUNT_DIMENSION_UNSPECIFIED ||
        !v1::CountDimension_IsValid(dimensions[i])) {
      return error::InvalidField(absl::StrCat("counts[", i, "]"), "is not a known dimension");
    }
  }
  return absl::OkStatus();
}

void FillCounts(const View& view, const search::SearchResult& found,
                const google::protobuf::RepeatedField<int>& dimensions,
                v1::SearchArticlesResponse* response) {
  response->mutable_total()->set_size(found.total);
  response->mutable_total()->set_exactness(found.total_is_exact ? v1::EXACTNESS_EXACT
                                                                : v1::EXACTNESS_ESTIMATED);
  for (const int dimension : dimensions) {
    std::vector<std::pair<int64_t, uint64_t>> most;  // negative count, term
    for (const auto& [list, count] : found.counts) {
      if (list[0] != static_cast<char>(ListsOf(dimension))) continue;
      most.emplace_back(-count, replica::ReadNumber(list, 1));
    }
    std::sort(most.begin(), most.end());
    v1::HitCounts* counts = response->add_counts();
    counts->set_dimension(static_cast<v1::CountDimension>(dimension));
    for (const auto& [count, term] : most) {
      if (static_cast<size_t>(counts->values_size()) == kMaxValues) break;
      std::string name = NameOf(view, dimension, term);
      if (name.empty()) continue;
      v1::ValueCount* value = counts->add_values();
      value->set_value(std::move(name));
      value->mutable_count()->set_size(-count);
      value->mutable_count()->set_exactness(found.total_is_exact ? v1::EXACTNESS_EXACT
                                                                 : v1::EXACTNESS_AT_LEAST);
    }
  }
}

}  // namespace dateline::query::service
