#ifndef DATELINE_COMMON_FILTER_ARTICLE_MATCH_H_
#define DATELINE_COMMON_FILTER_ARTICLE_MATCH_H_

#include <map>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/filter/article_fields.h"
#include "common/filter/expression.h"
#include "dateline/content/v1/article.pb.h"

namespace dateline::filter {

// An expression over kArticleFields with the names that its topics and authors mean: the named one,
// those merged into it, and the topics below it where they are asked for. A plain value.
struct ArticleMatcher {
  Expression expression;
  std::map<int, absl::flat_hash_set<std::string>> names;  // By the column of the value.
};

// Whether a value can be one of its field, for every restriction but topics, authors and
// publications, of which a store has to say whether they exist. INVALID_FIELD, naming
// `request_field` and the column. Pure.
absl::Status CheckArticleValues(const Expression& expression, absl::string_view request_field);

// Whether the article is one that the expression asks for, whoever may see it. Its values have been
// checked. Pure.
bool Matches(const ArticleMatcher& matcher, const content::v1::Article& article);

}  // namespace dateline::filter

#endif  // DATELINE_COMMON_FILTER_ARTICLE_MATCH_H_
