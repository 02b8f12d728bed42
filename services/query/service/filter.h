#ifndef DATELINE_SERVICES_QUERY_SERVICE_FILTER_H_
#define DATELINE_SERVICES_QUERY_SERVICE_FILTER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dateline/query/v1/filter.pb.h"
#include "services/query/replica/read/plan.h"
#include "services/query/service/view.h"

namespace dateline::query::service {

// One value that a request asks for, and the field that it stands in, for errors.
struct AskedFor {
  std::string field;
  std::string value;
};

// What a request asks of articles, whatever its message looks like. All conditions must hold; an
// empty one always does. `any` of some values must hold, `all` or `none`.
struct Conditions {
  std::vector<AskedFor> all_topics;
  std::vector<AskedFor> any_topics;
  std::vector<AskedFor> no_topics;
  bool descendants = false;  // of all topics, those of the expression too
  std::vector<AskedFor> any_authors;
  std::vector<AskedFor> any_publications;
  std::vector<AskedFor> any_languages;
  std::vector<AskedFor> any_types;  // as an expression spells them: VIDEO
  std::vector<AskedFor> any_labels;
  std::vector<AskedFor> no_labels;
  std::vector<AskedFor> any_access;  // PAID
  std::vector<AskedFor> any_rights_flags;
  std::vector<AskedFor> no_rights_flags;
  std::optional<bool> has_image;
  absl::Time from = absl::InfinitePast();  // published at or after
  absl::Time until = absl::InfiniteFuture();
  AskedFor expression;  // see expression.h
  // The topic whose page is asked for; with its descendants or without.
  std::optional<AskedFor> page_topic;
  bool page_descendants = false;
};

// The conditions of a filter. INVALID_FIELD.
absl::StatusOr<Conditions> ConditionsOf(const v1::ArticleFilter& filter);

// What is asked for, over the replica's lists; all articles for no conditions. NOT_FOUND for a
// topic, author or publication that readers may not know of; INVALID_FIELD, also if there are more
// than limits::kMaxFilterTerms conditions in all.
absl::StatusOr<replica::Plan> PlanOf(const View& view, const Conditions& conditions);

}  // namespace dateline::query::service

#endif  // DATELINE_SERVICES_QUERY_SERVICE_FILTER_H_
